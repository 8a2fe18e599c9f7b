import { expect, test } from 'vitest';
import { fromBase64 } from '../../src/crypto/encoding.ts';
import { deriveAesKey, open, seal } from '../../src/crypto/encryption.ts';

const key = deriveAesKey('client-secret', 'client-id', 'access token');
const aad = 'place';
const keyId = Uint8Array.of(1, 2, 3, 4);

test('a sealed string opens with its own secret, client, label and place, and with no other', async () => {
  const sealed = await seal(await key, 'text', { aad });
  expect(await open(await key, sealed, { aad })).toBe('text');
  expect(await open(await key, sealed, { aad: 'other place' })).toBeUndefined();
  const others = [
    deriveAesKey('other-secret', 'client-id', 'access token'),
    deriveAesKey('client-secret', 'other-id', 'access token'),
    deriveAesKey('client-secret', 'client-id', 'another label'),
  ];
  for (const other of others) expect(await open(await other, sealed, { aad })).toBeUndefined();
});

test('altered, cut and empty bytes do not open', async () => {
  const sealed = await seal(await key, 'text', { aad });
  for (const index of sealed.keys()) {
    const altered = sealed.slice();
    altered[index] = (altered[index] ?? 0) ^ 1;
    expect(await open(await key, altered, { aad })).toBeUndefined();
  }
  for (const length of [0, 3, 11, 12, 27, sealed.length - 1]) {
    expect(await open(await key, sealed.slice(0, length), { aad })).toBeUndefined();
  }
  expect(await open(await key, sealed.slice(3), { aad })).toBeUndefined();
});

test('the key id comes first, and bytes with another or no key id do not open', async () => {
  const sealed = await seal(await key, 'text', { aad, keyId });
  expect([...sealed.subarray(0, 4)]).toEqual([...keyId]);
  expect(sealed.length).toBe(4 + 12 + 'text'.length + 16);
  expect(await open(await key, sealed, { aad, keyId })).toBe('text');
  expect(await open(await key, sealed, { aad, keyId: Uint8Array.of(1, 2, 3, 5) })).toBeUndefined();
  expect(await open(await key, sealed, { aad })).toBeUndefined();
  expect(await open(await key, sealed.slice(0, 2), { aad, keyId })).toBeUndefined();
});

test('a nonce is never used twice', async () => {
  const sealed = await Promise.all(Array.from({ length: 100 }, async () => seal(await key, 'text', { aad })));
  expect(new Set(sealed.map((bytes) => bytes.subarray(0, 12).join())).size).toBe(100);
});

test('a key of the same secret, client and label is the same in every process and version', async () => {
  // Sealed once by this package; a change of the derivation would lose every session in use.
  const sealed = fromBase64('ajeOpDIWSh7B9dK46hMVWVItAr7MUM7+VojeVnCh3+Aq6w==') as Uint8Array<ArrayBuffer>;
  const derived = await deriveAesKey('client-secret', 'client-id', 'a label');
  expect(await open(derived, sealed, { aad: 'a place' })).toBe('a text');
});
