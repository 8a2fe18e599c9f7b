/** AES-GCM sealing, and keys derived from the client secret so that the secret itself never leaves this package. */

import { utf8 } from './encoding.ts';
import { PluralError } from '../errors/plural-error.ts';

/** Platform's own CryptoKey, named through `crypto` because Node's types have no global type for it. */
export type WebCryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const nonceBytes = 12;
const noBytes = new Uint8Array();
const decoder = new TextDecoder();

/**
 * Derives an AES-256-GCM key that cannot be exported: HKDF-SHA-256 of the client secret, salted with the client id.
 *
 * The same secret, client id and label derive the same key in every process.
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

/** Binds sealed bytes to their use. */
export interface SealOptions {
  /** Authenticated, not encrypted: names the place the value belongs to, so that it opens nowhere else. */
  readonly aad: string;
  /** Written in front of the nonce, so that a reader knows the key without trying each. @default no bytes */
  readonly keyId?: Uint8Array | undefined;
}

/** Encrypts a string with AES-GCM under a random 96-bit nonce. Returns key id, nonce, ciphertext and 128-bit tag. */
export async function seal(
  key: WebCryptoKey,
  text: string,
  { aad, keyId = noBytes }: SealOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const ciphertext = new Uint8Array(
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: utf8(aad) }, key, utf8(text)),
  );
  const sealed = new Uint8Array(keyId.length + nonceBytes + ciphertext.length);
  sealed.set(keyId);
  sealed.set(nonce, keyId.length);
  sealed.set(ciphertext, keyId.length + nonceBytes);
  return sealed;
}

/**
 * Decrypts what {@link seal} returned. Returns `undefined` for bytes that another key sealed, that belong to another
 * place, that bear another key id, or that were altered.
 */
export async function open(
  key: WebCryptoKey,
  sealed: Uint8Array<ArrayBuffer>,
  { aad, keyId = noBytes }: SealOptions,
): Promise<string | undefined> {
  if (!keyId.every((byte, index) => byte === sealed[index])) return undefined;
  const nonceEnd = keyId.length + nonceBytes;
  try {
    const text = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: sealed.subarray(keyId.length, nonceEnd), additionalData: utf8(aad) },
      key,
      sealed.subarray(nonceEnd),
    );
    return decoder.decode(text);
  } catch {
    return undefined;
  }
}
