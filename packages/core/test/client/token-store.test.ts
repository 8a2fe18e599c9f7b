import { expect, test } from 'vitest';
import { toBase64 } from '../../src/crypto/encoding.ts';
import { deriveAesKey, seal } from '../../src/crypto/encryption.ts';
import { createSharedToken } from '../../src/client/token-store.ts';

const key = deriveAesKey('client-secret', 'client-id', 'access token');
const place = { baseUrl: 'https://api.example', clientId: 'client-id' };

async function keyOf(at: typeof place): Promise<string> {
  let asked = '';
  const store = {
    get: async (name: string): Promise<undefined> => void (asked = name),
    set: async (): Promise<void> => undefined,
  };
  expect(await createSharedToken(store, () => key, at, Date.now).load()).toBeUndefined();
  return asked;
}

test('its key is a hash, another for each base URL and client', async () => {
  const names = await Promise.all([
    keyOf(place),
    keyOf({ ...place, baseUrl: 'https://other.example' }),
    keyOf({ ...place, clientId: 'other' }),
  ]);
  for (const name of names) expect(name).toMatch(/^plural-otp\.token\.v1\.[\w-]{43}$/);
  expect(new Set(names).size).toBe(3);
});

test.each<[string, unknown]>([
  ['{"value":"t","expiresAtMs":7}', { value: 't', expiresAtMs: 7 }],
  ['{"value":"t","expiresAtMs":7,"more":1}', { value: 't', expiresAtMs: 7 }],
  ['{"value":7,"expiresAtMs":7}', undefined],
  ['{"value":"t"}', undefined],
  ['{"value":"t","expiresAtMs":"7"}', undefined],
  ['7', undefined],
  ['null', undefined],
  ['no JSON', undefined],
])('what was sealed as %s is read as %j', async (text, token) => {
  const name = await keyOf(place);
  const store = { get: async () => toBase64(await seal(await key, text, { aad: name })), set: async () => undefined };
  expect(await createSharedToken(store, () => key, place, Date.now).load()).toEqual(token);
});

test('a token is kept for its life in whole seconds, and never for none', async () => {
  const lives: number[] = [];
  const store = {
    get: async () => undefined,
    set: async (_key: string, _value: string, ttlSeconds: number) => void lives.push(ttlSeconds),
  };
  const shared = createSharedToken(
    store,
    () => key,
    place,
    () => 1000,
  );
  for (const expiresAtMs of [61_999, 2000, 1000, 0]) await shared.save({ value: 't', expiresAtMs });
  expect(lives).toEqual([60, 1, 1, 1]);
});

test.each([undefined, 7, '', 'no Base64', 'AAAA'])('a stored value of %j is no token', async (stored) => {
  const store = { get: async () => stored as string | undefined, set: async () => undefined };
  expect(await createSharedToken(store, () => key, place, Date.now).load()).toBeUndefined();
});
