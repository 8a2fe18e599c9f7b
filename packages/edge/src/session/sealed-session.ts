/**
 * Sealed sessions: all that the browser holds of a payment, encrypted and authenticated, so that a page can neither
 * read nor choose which payment it acts on. There is no cookie, so Cross-Site Request Forgery has nothing to ride on.
 */

import { fromBase64url, open, seal, sha256, toBase64url } from '@plural-otp/core/internal';

/** Content of a session. Only this server can write or read it; the browser never identifies a payment. */
export interface Session {
  orderId: string;
  paymentId: string;
  /** Key of the order's record. */
  key: string;
  reference: string;
  challengeUrl?: string;
  /** Time until which OTPs may be requested and submitted (epoch milliseconds). */
  activeUntilMs: number;
  /** Latest time `activeUntilMs` may be renewed to. */
  renewUntilMs: number;
  /** Time until which the session may read the payment (epoch milliseconds). */
  readUntilMs: number;
  /** Set for a session that shows the payment and never acts on it: opened by a reference, which people read out. */
  readOnly?: boolean;
}

/** Seals sessions and opens them. */
export interface SessionSealer {
  seal(session: Session): Promise<string>;
  /** Returns the session, or `undefined` for every string this server did not seal, whatever is wrong with it. */
  open(text: string): Promise<Session | undefined>;
}

/** Prefix of a seal: its version. Changes with the content of {@link Session}, so that an older seal does not open. */
const version = 'v3';
const prefix = `${version}.`;
const keyIdBytes = 4;
const maxSealLength = 4096;
/** Opened seals that are cached, because a page sends the same one with each request. */
const cacheSize = 1000;

interface SealKey {
  keyId: Uint8Array;
  key: CryptoKey;
}

async function importKey(text: string): Promise<SealKey> {
  const bytes = fromBase64url(text) ?? new Uint8Array();
  const keyId = (await sha256(`plural-otp|v1|key id|${text}`)).slice(0, keyIdBytes);
  return { keyId, key: await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']) };
}

/** Returns true for a session key: 32 bytes in base64url. */
export const isSessionKey = (text: unknown): boolean => typeof text === 'string' && fromBase64url(text)?.length === 32;

/**
 * Creates a sealer: AES-256-GCM with a random 96-bit nonce, bound to one audience, so that a session of one shop does
 * not open at another that has the same key.
 *
 * @param keys - Base64url strings, of which the first seals and all open.
 * @param deriveKey - Derives a key that opens too, and seals where `keys` is empty: a shop that sets its first key has
 *   sessions of the derived one.
 */
export function createSessionSealer(
  keys: readonly string[],
  audience: string,
  deriveKey?: () => Promise<CryptoKey>,
): SessionSealer {
  // The version is authenticated too, so that an older seal does not open under a newer prefix.
  const aad = `plural-otp|${version}|session|${audience}`;
  let imported: SealKey[] | undefined;
  const load = async (): Promise<SealKey[]> => [
    ...(await Promise.all(keys.map((text) => importKey(text)))),
    ...(deriveKey ? [{ keyId: new Uint8Array(keyIdBytes), key: await deriveKey() }] : []),
  ];
  // Caches the keys and not their promise, because on workerd a request cannot await a promise of one that has ended.
  const getKeys = async (): Promise<SealKey[]> => (imported ??= await load());
  const cache = new Map<string, Session>();

  const decrypt = async (text: string): Promise<Session | undefined> => {
    const bytes = fromBase64url(text.slice(prefix.length));
    if (!bytes) return undefined;
    // Tries every key, because two keys may have the same id.
    for (const { keyId, key } of await getKeys()) {
      const json = await open(key, bytes, { aad, keyId });
      if (json !== undefined) return Object.freeze(JSON.parse(json) as Session);
    }
    return undefined;
  };

  return {
    async seal(session) {
      const [first] = await getKeys();
      if (!first) throw new TypeError('no session key');
      const { key, keyId } = first;
      return prefix + toBase64url(await seal(key, JSON.stringify(session), { aad, keyId }));
    },
    async open(text) {
      if (text.length > maxSealLength || !text.startsWith(prefix)) return undefined;
      const cached = cache.get(text);
      if (cached) return cached;
      const session = await decrypt(text);
      if (cache.size >= cacheSize) cache.clear();
      if (session) cache.set(text, session);
      return session;
    },
  };
}
