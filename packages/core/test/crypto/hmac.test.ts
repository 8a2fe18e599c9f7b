import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from 'vitest';
import { decodeSecret, importHmacKey, importHmacKeys, matchesAnyKey } from '../../src/crypto/hmac.ts';

describe('imported keys', () => {
  let imported: MockInstance<typeof crypto.subtle.importKey>;
  beforeEach(() => {
    imported = vi.spyOn(crypto.subtle, 'importKey');
  });
  afterEach(() => imported.mockRestore());

  test('are imported once for a secret in an encoding, for signing only, and cannot be exported', async () => {
    const key = await importHmacKey('once', 'utf8', 'secret');
    expect(await importHmacKey('once', 'utf8', 'secret')).toBe(key);
    expect(await importHmacKey('once', 'base64', 'secret')).not.toBe(key);
    expect(imported).toHaveBeenCalledTimes(2);
    expect([key.extractable, key.usages]).toEqual([false, ['sign']]);
  });

  test('are cached for eight secrets; a ninth evicts the oldest', async () => {
    const secrets = Array.from({ length: 9 }, (_, index) => `kept-${index}`);
    for (const secret of secrets) await importHmacKey(secret, 'utf8', 'secret');
    expect(imported).toHaveBeenCalledTimes(9);
    for (const secret of secrets.slice(1)) await importHmacKey(secret, 'utf8', 'secret');
    expect(imported).toHaveBeenCalledTimes(9);
    await importHmacKey('kept-0', 'utf8', 'secret');
    expect(imported).toHaveBeenCalledTimes(10);
  });

  test('a failed import is not cached', async () => {
    imported.mockRejectedValueOnce(new Error('no'));
    await expect(importHmacKey('fails', 'utf8', 'secret')).rejects.toThrowError('no');
    expect((await importHmacKey('fails', 'utf8', 'secret')).type).toBe('secret');
  });

  test('every key is tried, whichever matches', async () => {
    const keys = await importHmacKeys(['one', 'two', 'three'], 'utf8', 'secret');
    const message = new TextEncoder().encode('text');
    const digests = await Promise.all(
      keys.map(async (key) => new Uint8Array(await crypto.subtle.sign('HMAC', key, message))),
    );
    const signed = vi.spyOn(crypto.subtle, 'sign');
    for (const digest of digests) expect(await matchesAnyKey(keys, message, [digest])).toBe(true);
    expect(await matchesAnyKey(keys, message, [new Uint8Array(32), digests[1] as Uint8Array])).toBe(true);
    expect(await matchesAnyKey(keys, message, [new Uint8Array(32)])).toBe(false);
    expect(await matchesAnyKey(keys, message, [])).toBe(false);
    expect(signed).toHaveBeenCalledTimes(3 * 6);
    signed.mockRestore();
  });
});

test.each([
  ['hex', '00', 1],
  ['hex', '', undefined],
  ['hex', '0', undefined],
  ['hex', '0g', undefined],
  ['base64', 'AA==', 1],
  ['base64', '', undefined],
  ['utf8', '₹', 3],
  ['utf8', '', undefined],
] as const)('a secret in %s, %j, has %s bytes', (encoding, secret, length) => {
  expect(decodeSecret(secret, encoding)?.length).toBe(length);
});
