import { expect, test } from 'vitest';
import { toBase64 } from '../../src/crypto/encoding.ts';
import { deriveAesKey, seal } from '../../src/crypto/encryption.ts';
import { createSharedToken } from '../../src/client/token-store.ts';

const key = deriveAesKey('client-secret', 'client-id', 'access token');
const account = { baseUrl: 'https://api.example', clientId: 'client-id' };

async function storedKeyFor(at: typeof account): Promise<string> {
  let requestedKey = '';
  const store = {
    get: async (name: string): Promise<undefined> => void (requestedKey = name),
    set: async (): Promise<void> => undefined,
  };
  expect(await createSharedToken(store, () => key, at, Date.now).load()).toBeUndefined();
  return requestedKey;
}

test('its key is a hash that differs per base URL and client', async () => {
  const names = await Promise.all([
    storedKeyFor(account),
    storedKeyFor({ ...account, baseUrl: 'https://other.example' }),
    storedKeyFor({ ...account, clientId: 'other' }),
  ]);
  for (const name of names) expect(name).toMatch(/^plural-otp\.token\.v1\.[\w-]{43}$/);
  expect(new Set(names).size).toBe(3);
});

test.each<[string, unknown]>([
  ['{"value":"t","expiresAtMs":7,"lifeMs":9}', { value: 't', expiresAtMs: 7, lifeMs: 9 }],
  ['{"value":"t","expiresAtMs":7,"lifeMs":9,"more":1}', { value: 't', expiresAtMs: 7, lifeMs: 9 }],
  ['{"value":7,"expiresAtMs":7,"lifeMs":9}', undefined],
  ['{"value":"t","expiresAtMs":7}', undefined],
  ['{"value":"t","expiresAtMs":7,"lifeMs":"9"}', undefined],
  ['{"value":"t"}', undefined],
  ['{"value":"t","expiresAtMs":"7"}', undefined],
  ['7', undefined],
  ['null', undefined],
  ['no JSON', undefined],
])('the sealed value %s is parsed as %j', async (text, token) => {
  const name = await storedKeyFor(account);
  const store = { get: async () => toBase64(await seal(await key, text, { aad: name })), set: async () => undefined };
  expect(await createSharedToken(store, () => key, account, Date.now).load()).toEqual(token);
});

test('a token is stored for its lifetime in whole seconds, at least one', async () => {
  const lives: number[] = [];
  const store = {
    get: async () => undefined,
    set: async (_key: string, _value: string, ttlSeconds: number) => void lives.push(ttlSeconds),
  };
  const shared = createSharedToken(
    store,
    () => key,
    account,
    () => 1000,
  );
  for (const expiresAtMs of [61_999, 2000, 1000, 0]) await shared.save({ value: 't', expiresAtMs, lifeMs: 60_000 });
  expect(lives).toEqual([60, 1, 1, 1]);
});

test.each([undefined, 7, '', 'no Base64', 'AAAA'])('the stored value %j is no token', async (stored) => {
  const store = { get: async () => stored as string | undefined, set: async () => undefined };
  expect(await createSharedToken(store, () => key, account, Date.now).load()).toBeUndefined();
});
