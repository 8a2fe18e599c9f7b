/** Shares the access token with other processes and isolates, sealed with a key of the client secret. */

import { fromBase64, sha256, toBase64, toBase64url } from '../crypto/encoding.ts';
import { open, seal, type WebCryptoKey } from '../crypto/encryption.ts';
import { raceDeadline } from './deadline.ts';

/**
 * Cache or key-value store that shares the access token. Values are sealed with a key of the client secret.
 *
 * @example
 * ```ts
 * import type { TokenStore } from '@plural-otp/core';
 *
 * interface KeyValueStore {
 *   get(key: string): Promise<string | null>;
 *   put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
 * }
 *
 * export const tokenStore = (kv: KeyValueStore): TokenStore => ({
 *   get: async (key) => (await kv.get(key)) ?? undefined,
 *   // A Workers KV entry lives for a minute at least.
 *   set: (key, value, ttlSeconds) => kv.put(key, value, { expirationTtl: Math.max(60, ttlSeconds) }),
 * });
 * ```
 */
export interface TokenStore {
  /** Returns the value of a key, or `undefined`. */
  get(key: string): Promise<string | undefined>;
  /** Stores a value for no longer than `ttlSeconds`. */
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
}

export interface Token {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
  /** Milliseconds from its request to its expiry. */
  readonly lifeMs: number;
}

/** The shared token. A store that fails or hangs counts as empty. */
export interface SharedToken {
  load(): Promise<Token | undefined>;
  save(token: Token): Promise<void>;
}

// A store that responds later than this costs more than a new token does.
const storeTimeoutMs = 1000;

/**
 * Creates the shared token of one account.
 *
 * @param account names the entry, as a hash
 * @param now epoch milliseconds
 */
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
  if (typeof token?.value !== 'string') return undefined;
  const { value, expiresAtMs, lifeMs } = token;
  return typeof expiresAtMs === 'number' && typeof lifeMs === 'number' ? { value, expiresAtMs, lifeMs } : undefined;
}
