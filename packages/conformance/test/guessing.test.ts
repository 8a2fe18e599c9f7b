import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  containsDigest,
  estimateRandomBits,
  estimateTailBits,
  listDigests,
  listNeighbours,
  listNumbers,
  minRandomBits,
} from '../src/guessing.ts';

describe('the random part of sessions', () => {
  const kinds: [string, () => string][] = [
    ['256 bits of Base64url', () => randomBytes(32).toString('base64url')],
    ['128 bits of hex', () => randomBytes(16).toString('hex')],
    ['a UUID of version 4', () => randomUUID()],
    ['a version and a random part', () => `v3.${randomBytes(24).toString('base64url')}`],
  ];
  test.each(kinds)('is enough in %s', (_kind, create) => {
    for (let pair = 0; pair < 100; pair += 1)
      expect(estimateRandomBits(create(), create())).toBeGreaterThanOrEqual(minRandomBits);
  });

  test.each([
    ['counters', '100001', '100002'],
    ['padded counters', '0000000000000000000000099', '0000000000000000000000100'],
    ['a time', 'payment-session-1796000000123', 'payment-session-1796000004711'],
    ['a prefix and a PIN', 'shop-session-of-order-123456', 'shop-session-of-order-987012'],
  ])('is too small in %s', (_kind, one, two) => {
    expect(estimateRandomBits(one, two)).toBeLessThan(minRandomBits);
  });
});

test('the neighbours of a session are the numbers and characters next to it', () => {
  expect(listNeighbours('order-099')).toEqual(expect.arrayContaining(['order-098', 'order-100']));
  expect(listNeighbours('00ff')).toEqual(expect.arrayContaining(['00fe', '0100']));
  expect(listNeighbours('abcX')).toEqual(['abcW', 'abcY']);
  expect(listNeighbours('000')).not.toContain('000');
});

describe('the random part of references', () => {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const draw = (length: number, alphabet: string): string =>
    Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
  /** Returns the largest estimate among the pairs of four references, as the case does. */
  const estimate = (references: readonly string[]): number =>
    Math.max(
      ...references.flatMap((one, index) => references.slice(index + 1).map((two) => estimateTailBits(one, two))),
    );
  const minBits = 22;

  test.each([
    ['twelve letters and digits', () => draw(12, letters)],
    ['eight digits', () => draw(8, '0123456789')],
    ['a prefix and eight digits', () => `SHOP-2026-${draw(8, '0123456789')}`],
  ])('is enough in %s', (_kind, create) => {
    for (let round = 0; round < 100; round += 1)
      expect(estimate([create(), create(), create(), create()])).toBeGreaterThanOrEqual(minBits);
  });

  test.each([
    ['counters', ['SHOP-000099', 'SHOP-000100', 'SHOP-000101', 'SHOP-000102']],
    ['milliseconds', ['R1796000000950', 'R1796000001010', 'R1796000001204', 'R1796000002300']],
    ['milliseconds in base 36', ['mx2k9zzz', 'mx2ka0b1', 'mx2ka2c3', 'mx2ka4d5']],
  ])('is too small in %s', (_kind, references) => {
    expect(estimate(references)).toBeLessThan(minBits);
  });
});

test('a digest of a known value, a small number or a time is found, in hex and in Base64', () => {
  const digest = (algorithm: string, value: string, encoding: 'hex' | 'base64url' | 'base64'): string =>
    createHash(algorithm).update(value).digest(encoding);
  const digests = listDigests(['v1-order', ...listNumbers(1_796_000_000_900.5, 1_796_000_001_100)]);
  const sessions = [
    digest('sha256', 'v1-order', 'hex'),
    digest('sha256', 'v1-order', 'hex').slice(0, 32),
    digest('sha1', 'v1-order', 'base64url'),
    `v1.${digest('sha256', '42', 'base64url')}`,
    digest('sha256', '1796000001000', 'hex'),
    digest('sha1', '1796000001', 'hex'),
    digest('md5', '1796000001', 'base64url'),
    digest('sha512', 'v1-order', 'base64url').slice(0, 43),
  ];
  for (const session of sessions) expect(containsDigest(session, digests)).toBe(true);
  expect(containsDigest(randomBytes(32).toString('base64url'), digests)).toBe(false);
});
