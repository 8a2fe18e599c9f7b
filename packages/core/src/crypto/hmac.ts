/** HMAC-SHA-256 by Web Crypto. Imported keys are cached, because importing costs as much as signing. */

import { equalBytes, fromBase64, fromHex, utf8 } from './encoding.ts';
import type { WebCryptoKey } from './encryption.ts';
import { PluralError } from '../errors/plural-error.ts';

/** Encoding of a secret: hex digits, standard Base64, or the characters themselves. */
export type KeyEncoding = 'hex' | 'base64' | 'utf8';

const expectedForms: Readonly<Record<KeyEncoding, string>> = {
  hex: 'an even number of hex digits, at least two, without white space',
  base64: 'non-empty standard Base64 with padding, without white space',
  utf8: 'a non-empty string without surrounding white space',
};

const decoders: Readonly<Record<KeyEncoding, (secret: string) => Uint8Array<ArrayBuffer> | undefined>> = {
  hex: fromHex,
  base64: fromBase64,
  // A secret is often copied with a line break, which would only show as signatures that never match.
  utf8: (secret) => (secret.trim() === secret ? utf8(secret) : undefined),
};

// More than a merchant rotates through, and few enough to bound the memory.
const maxCachedKeys = 8;
// Keys, not promises of keys: on Workers a promise dies with the request that created it. [source: workers-promises]
const cachedKeys = new Map<string, WebCryptoKey>();

/** Decodes a secret. Returns `undefined` when it is empty or not in that encoding. */
export function decodeSecret(secret: string, encoding: KeyEncoding): Uint8Array<ArrayBuffer> | undefined {
  const bytes = decoders[encoding](secret);
  return bytes === undefined || bytes.length === 0 ? undefined : bytes;
}

/**
 * Imports a secret as a signing key, or returns the cached key.
 *
 * @param option name of the option that holds the secret, for the error
 * @throws {PluralError} `SECRET_KEY_INVALID`: `secret` is not in `encoding`.
 */
export async function importHmacKey(secret: string, encoding: KeyEncoding, option: string): Promise<WebCryptoKey> {
  const name = `${encoding}:${secret}`;
  const cached = cachedKeys.get(name);
  if (cached !== undefined) return cached;

  const bytes = typeof secret === 'string' ? decodeSecret(secret, encoding) : undefined;
  if (bytes === undefined) {
    throw new PluralError('SECRET_KEY_INVALID', { issues: [{ path: option, expected: expectedForms[encoding] }] });
  }
  const imported = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  if (cachedKeys.size >= maxCachedKeys) {
    // A map iterates in insertion order, so the first name is that of the oldest key.
    const [oldest = ''] = cachedKeys.keys();
    cachedKeys.delete(oldest);
  }
  cachedKeys.set(name, imported);
  return imported;
}

/** Signs a message with HMAC-SHA-256. Returns 32 bytes. */
export async function hmac(key: WebCryptoKey, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
}

/**
 * Imports one or several secrets as signing keys.
 *
 * @param option name of the option that holds the secrets, for the error
 * @throws {PluralError} `SECRET_KEY_INVALID`: there is no secret, one is not in `encoding`, or the encoding is unknown.
 */
export async function importHmacKeys(
  secrets: string | readonly string[],
  encoding: KeyEncoding,
  option: string,
): Promise<WebCryptoKey[]> {
  if (!Object.hasOwn(decoders, encoding)) {
    throw new PluralError('SECRET_KEY_INVALID', {
      issues: [{ path: `${option}'s encoding`, expected: Object.keys(decoders).join(', ') }],
    });
  }
  const list = typeof secrets === 'string' ? [secrets] : secrets;
  if (!Array.isArray(list) || list.length === 0) {
    throw new PluralError('SECRET_KEY_INVALID', { issues: [{ path: option, expected: expectedForms[encoding] }] });
  }
  const keys: WebCryptoKey[] = [];
  // In turn, because all but the first call find each key in the cache.
  for (const secret of list as string[]) keys.push(await importHmacKey(secret, encoding, option));
  return keys;
}

/**
 * Returns true when any of the keys produces any of the digests for the message.
 *
 * Signs and compares instead of calling `subtle.verify`, whose comparison was not constant-time in several Node
 * releases (CVE-2026-21713) [source: node-cve], and always tries every key, so that timing does not reveal which one
 * matches.
 */
export async function matchesAnyKey(
  keys: readonly WebCryptoKey[],
  message: Uint8Array<ArrayBuffer>,
  digests: readonly Uint8Array[],
): Promise<boolean> {
  let matches = false;
  for (const key of keys) {
    const expected = await hmac(key, message);
    for (const digest of digests) matches = equalBytes(expected, digest) || matches;
  }
  return matches;
}
