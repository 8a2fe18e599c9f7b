import { fromBase64url, sha256, toBase64url } from '../lib/base64url.ts';

/** What a session says. Only this server can write or read it; the browser never names a payment. */
export interface Session {
  orderId: string;
  paymentId: string;
  /** Key of the order's record. */
  key: string;
  reference: string;
  challengeUrl?: string;
  /** Until then codes may be asked for and entered (epoch ms). */
  activeUntilMs: number;
  /** The latest `activeUntilMs` may be renewed to. */
  renewUntilMs: number;
  /** Until then the session tells where the payment stands. */
  readUntilMs: number;
  /** The store failed at the start: there may be no record yet. */
  unsaved?: { nativeOtp: boolean };
}

/** Seals sessions and opens them. */
export interface SessionSealer {
  seal(session: Session): Promise<string>;
  /** The session, or `undefined` for every text this server did not seal, whatever is wrong with it. */
  open(text: string): Promise<Session | undefined>;
}

const format = 'v1.';
const idBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;
const maxSealLength = 4096;
/** Opened seals that are remembered: a page sends the same one with each request. */
const cacheSize = 1000;
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

interface SealKey {
  id: Uint8Array;
  key: CryptoKey;
}

async function importKey(text: string): Promise<SealKey> {
  const bytes = fromBase64url(text) ?? new Uint8Array();
  const id = (await sha256(`plural-otp|v1|key id|${text}`)).slice(0, idBytes);
  return { id, key: await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']) };
}

/** Whether a text is a session key: 32 bytes in base64url. */
export const isSessionKey = (text: unknown): boolean => typeof text === 'string' && fromBase64url(text)?.length === 32;

/**
 * Sessions as AES-256-GCM with a random 96-bit nonce, bound to one audience.
 * `keys`: base64url texts, the first seals and all open; or a function that derives the one key.
 */
export function createSessionSealer(
  keys: readonly string[] | (() => Promise<CryptoKey>),
  audience: string,
): SessionSealer {
  const additionalData = utf8.encode(`plural-otp|v1|session|${audience}`);
  let imported: SealKey[] | undefined;
  const load = async (): Promise<SealKey[]> =>
    typeof keys === 'function'
      ? [{ id: new Uint8Array(idBytes), key: await keys() }]
      : Promise.all(keys.map((text) => importKey(text)));
  // The keys are kept and never their promise: on workerd one request cannot wait for another's that has ended.
  const ready = async (): Promise<SealKey[]> => (imported ??= await load());
  const cache = new Map<string, Session>();

  const decrypt = async (text: string): Promise<Session | undefined> => {
    const bytes = fromBase64url(text.slice(format.length));
    if (!bytes || bytes.length <= idBytes + nonceBytes + tagBytes) return undefined;
    const iv = bytes.subarray(idBytes, idBytes + nonceBytes);
    for (const { id, key } of await ready()) {
      if (!id.every((byte, index) => byte === bytes[index])) continue;
      try {
        const sealed = bytes.subarray(idBytes + nonceBytes);
        const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed);
        return Object.freeze(JSON.parse(fromUtf8.decode(plain)) as Session);
      } catch {
        // Another key may have the same id.
      }
    }
    return undefined;
  };

  return {
    async seal(session) {
      const [first] = await ready();
      if (!first) throw new TypeError('no session key');
      const iv = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const text = utf8.encode(JSON.stringify(session));
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, first.key, text);
      const bytes = new Uint8Array(idBytes + nonceBytes + sealed.byteLength);
      bytes.set(first.id);
      bytes.set(iv, idBytes);
      bytes.set(new Uint8Array(sealed), idBytes + nonceBytes);
      return format + toBase64url(bytes);
    },
    async open(text) {
      if (text.length > maxSealLength || !text.startsWith(format)) return undefined;
      const known = cache.get(text);
      if (known) return known;
      const session = await decrypt(text);
      if (cache.size >= cacheSize) cache.clear();
      if (session) cache.set(text, session);
      return session;
    },
  };
}
