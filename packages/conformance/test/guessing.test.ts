import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { estimateRandomBits, isDigestOf, listNeighbours, minRandomBits } from '../src/guessing.ts';

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

test('a digest of a known value or a small number is found, in hex and in Base64', async () => {
  const digest = (algorithm: string, value: string, encoding: 'hex' | 'base64url' | 'base64'): string =>
    createHash(algorithm).update(value).digest(encoding);
  expect(await isDigestOf(digest('sha256', 'v1-order', 'hex'), ['v1-order'])).toBe(true);
  expect(await isDigestOf(digest('sha256', 'v1-order', 'hex').slice(0, 32), ['v1-order'])).toBe(true);
  expect(await isDigestOf(digest('sha1', 'v1-order', 'base64url'), ['v1-order'])).toBe(true);
  expect(await isDigestOf(`v1.${digest('sha256', '42', 'base64url')}`, [])).toBe(true);
  expect(await isDigestOf(randomBytes(32).toString('base64url'), ['v1-order'])).toBe(false);
});
