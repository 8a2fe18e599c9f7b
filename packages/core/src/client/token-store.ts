/** The access token kept where other processes and isolates find it, sealed. */

import { fromBase64, sha256, toBase64, toBase64url } from '../crypto/encoding.ts';
import { raceDeadline } from './deadline.ts';
import { open, seal, type WebCryptoKey } from '../crypto/encryption.ts';

/** Where an access token may be shared: a cache or a key-value store. What it is given is sealed with the client secret. */
export interface TokenStore {
  /** The value of a key, or `undefined`. */
  get(key: string): Promise<string | undefined>;
  /** Keeps a value, for no longer than `ttlSeconds`. */
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
}

export interface Token {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** The shared token; a store that fails or hangs is as good as none. */
export interface SharedToken {
  load(): Promise<Token | undefined>;
  save(token: Token): Promise<void>;
}

// A store that answers later than this costs more than a new token does.
const storeTimeoutMs = 1000;

export function createSharedToken(
  store: TokenStore,
  sealingKey: () => Promise<WebCryptoKey>,
  account: { baseUrl: string; clientId: string },
  now: () => number,
): SharedToken {
  const storeKey = async (): Promise<string> =>
    `plural-otp.token.v1.${toBase64url(await sha256(`${account.baseUrl}\n${account.clientId}`))}`;
  const load = async (): Promise<Token | undefined> => {
    const key = await storeKey();
    const sealed = await store.get(key);
    const bytes = typeof sealed === 'string' ? fromBase64(sealed) : undefined;
    if (bytes === undefined) return undefined;
    const text = await open(await sealingKey(), bytes, { aad: key });
    return text === undefined ? undefined : parseToken(text);
  };
  const save = async (token: Token): Promise<void> => {
    const key = await storeKey();
    const sealed = await seal(await sealingKey(), JSON.stringify(token), { aad: key });
    await store.set(key, toBase64(sealed), Math.max(1, Math.floor((token.expiresAtMs - now()) / 1000)));
  };
  const bestEffort = async <T>(work: Promise<T>): Promise<T | undefined> => {
    const end = await raceDeadline(
      work.catch(() => undefined),
      storeTimeoutMs,
    );
    return end.reason === undefined ? end.value : undefined;
  };
  return { load: () => bestEffort(load()), save: (token) => bestEffort(save(token)) };
}

function parseToken(text: string): Token | undefined {
  const token = JSON.parse(text) as Partial<Token> | null;
  return typeof token?.value === 'string' && typeof token.expiresAtMs === 'number'
    ? { value: token.value, expiresAtMs: token.expiresAtMs }
    : undefined;
}
