/** Keys made from the client secret, so that the secret itself never leaves this package. */

import { fromBase64, toBase64, utf8 } from './encoding.ts';
import { PluralError } from '../errors/plural-error.ts';

/** The platform's own CryptoKey, named through `crypto` because Node's types have no global type for it. */
export type WebCryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const nonceBytes = 12;

/**
 * An AES-256-GCM key that cannot be exported: HKDF-SHA-256 of the client secret, salted with the client id.
 *
 * The same secret, client id and label give the same key in every process.
 *
 * @throws {PluralError} `OPTIONS_INVALID`: the label is not 1 to 64 printable ASCII characters.
 */
export async function deriveAesKey(clientSecret: string, clientId: string, label: string): Promise<WebCryptoKey> {
  if (typeof label !== 'string' || !/^[\x20-\x7e]{1,64}$/.test(label)) {
    throw new PluralError('OPTIONS_INVALID', {
      issues: [{ path: 'label', expected: '1 to 64 printable ASCII characters' }],
    });
  }
  const secret = await crypto.subtle.importKey('raw', utf8(clientSecret), 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: utf8(`plural-otp|v1|${clientId}`), info: utf8(label) },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

/** Encrypts a text; `place` says where it belongs, and it opens nowhere else. */
export async function seal(key: WebCryptoKey, text: string, place: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const sealed = new Uint8Array(
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: utf8(place) }, key, utf8(text)),
  );
  const all = new Uint8Array(nonceBytes + sealed.length);
  all.set(nonce);
  all.set(sealed, nonceBytes);
  return toBase64(all);
}

/** What `seal` took, or `undefined` when it was sealed by another key, for another place, or altered. */
export async function open(key: WebCryptoKey, sealed: string, place: string): Promise<string | undefined> {
  const all = fromBase64(sealed);
  if (all === undefined) return undefined;
  try {
    const text = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: all.slice(0, nonceBytes), additionalData: utf8(place) },
      key,
      all.slice(nonceBytes),
    );
    return new TextDecoder().decode(text);
  } catch {
    return undefined;
  }
}
