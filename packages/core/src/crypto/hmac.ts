/** HMAC-SHA-256 by Web Crypto, with the imported keys kept: importing costs as much as signing. */

import { equalBytes, fromBase64, fromHex, utf8 } from './encoding.ts';
import type { WebCryptoKey } from './encryption.ts';
import { PluralError } from '../errors/plural-error.ts';

/** How a secret is written down: hex digits, standard Base64, or the text itself. */
export type KeyEncoding = 'hex' | 'base64' | 'utf8';

const expectedForms: Readonly<Record<KeyEncoding, string>> = {
  hex: 'hex digits of even length, at least two, without white space',
  base64: 'standard Base64 with padding, not empty, without white space',
  utf8: 'a text that is not empty, without white space around it',
};

const decoders: Readonly<Record<KeyEncoding, (secret: string) => Uint8Array<ArrayBuffer> | undefined>> = {
  hex: fromHex,
  base64: fromBase64,
  // The line break a secret is often copied with would only show as signatures that never match.
  utf8: (secret) => (secret.trim() === secret ? utf8(secret) : undefined),
};

// More than a merchant rotates through, few enough never to grow.
const maxCachedKeys = 8;
// Keys and not promises of them: on Workers a promise dies with the request that made it. [source: workers-promises]
const keys = new Map<string, WebCryptoKey>();

/** The bytes a secret stands for, or `undefined` when it is not in that encoding or empty. */
export function decodeSecret(secret: string, encoding: KeyEncoding): Uint8Array<ArrayBuffer> | undefined {
  const bytes = decoders[encoding](secret);
  return bytes === undefined || bytes.length === 0 ? undefined : bytes;
}

/** @throws {PluralError} `SECRET_KEY_INVALID`: `secret` is not in `encoding`; correct the configuration. */
export async function importHmacKey(secret: string, encoding: KeyEncoding, option: string): Promise<WebCryptoKey> {
  const name = `${encoding}:${secret}`;
  const cached = keys.get(name);
  if (cached !== undefined) return cached;

  const bytes = typeof secret === 'string' ? decodeSecret(secret, encoding) : undefined;
  if (bytes === undefined) {
    throw new PluralError('SECRET_KEY_INVALID', { issues: [{ path: option, expected: expectedForms[encoding] }] });
  }
  const imported = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  if (keys.size >= maxCachedKeys) for (const oldest of [...keys.keys()].slice(0, 1)) keys.delete(oldest);
  keys.set(name, imported);
  return imported;
}

/** 32 bytes. */
export async function hmac(key: WebCryptoKey, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
}

/**
 * The keys of one or several secrets.
 *
 * @throws {PluralError} `SECRET_KEY_INVALID`: none is given, one is not in `encoding`, or there is no such encoding.
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
  return Promise.all(list.map((secret: string) => importHmacKey(secret, encoding, option)));
}

/**
 * Whether any of the keys gives any of the digests for the message.
 *
 * Signs and compares instead of `subtle.verify`, whose comparison was not constant-time in several Node releases
 * (CVE-2026-21713) [source: node-cve], and always tries every key, so that time does not tell which one fits.
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
