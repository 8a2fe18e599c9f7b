/** Rules of the keys that seal sessions, and of the cache of opened ones. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSessionSealer, isSessionKey, type Session } from '../../src/session/sealed-session.ts';
import { createSessionKey, exampleSession } from '../support/session-fixtures.ts';
import { shopOrigin } from '../support/test-shop.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a session key', () => {
  test('is a string of 32 bytes in Base64url, and nothing that only looks like one as text', () => {
    const key = createSessionKey();
    expect(isSessionKey(key)).toBe(true);
    for (const other of [[key], { toString: () => key }, key.slice(1), `${key}A`, 32, null, undefined]) {
      expect(isSessionKey(other)).toBe(false);
    }
  });

  test('cannot be exported once it was imported', async () => {
    const imported = vi.spyOn(crypto.subtle, 'importKey');
    const sealer = createSessionSealer([createSessionKey()], shopOrigin);
    await sealer.seal(exampleSession);
    const keys = await Promise.all(imported.mock.results.map(({ value }) => value as Promise<CryptoKey>));
    expect(keys.map(({ extractable }) => extractable)).toEqual([false]);
  });
});

describe('the cache of opened sessions', () => {
  /** A sealer that has opened one session, so that the same object shows that it is still cached. */
  async function openFirst(): Promise<{
    sealer: ReturnType<typeof createSessionSealer>;
    isCached: () => Promise<boolean>;
  }> {
    const sealer = createSessionSealer([createSessionKey()], shopOrigin);
    const text = await sealer.seal(exampleSession);
    const first: Session | undefined = await sealer.open(text);
    expect(first).toEqual(exampleSession);
    return { sealer, isCached: async () => (await sealer.open(text)) === first };
  }

  test('keeps a thousand, and begins anew with the next one', async () => {
    const { sealer, isCached } = await openFirst();
    const openMore = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) await sealer.open(await sealer.seal(exampleSession));
    };
    await openMore(999);
    expect(await isCached()).toBe(true);
    await openMore(1);
    expect(await isCached()).toBe(false);
  });

  test('is not filled by strings that do not open', async () => {
    const { sealer, isCached } = await openFirst();
    for (let index = 0; index < 1000; index += 1) expect(await sealer.open(`v3.forged${index}`)).toBeUndefined();
    expect(await isCached()).toBe(true);
  });
});
