/** The store in Redis. Each step is one Lua script, which Redis runs atomically. */

import type { ClaimedRecord, PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';
import { claimScript, loadScript, peekScript, readScore, saveScript } from './redis-scripts.ts';
import { getPeekLimit, getShard, rotate, shareClaim } from './redis-shards.ts';

/**
 * Runs one script on the primary that holds its keys and returns its reply: `EVALSHA` with `sha1`, the script's SHA-1 in
 * hexadecimal, or `EVAL` with its text. May retry when the reply was lost: a save that has taken effect returns the same
 * reply again, and what a lost claim claimed is due again later.
 */
export type RunScript = (script: string, keys: string[], args: string[], sha1: string) => Promise<unknown>;

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /**
   * Prefix of all keys. Each Plural environment needs a separate prefix, because a sweep checks everything that is due
   * under it.
   * @default 'plural-otp'
   */
  prefix?: string;
  /**
   * Number of hash tags, `{<prefix>:<number>}`, that the records are spread over: a cluster spreads these over its
   * nodes. Never change it while a record is kept, because a record is found only under the number it was saved with.
   * @default 16
   */
  shards?: number;
  /** Returns the time in epoch milliseconds. Records expire by this clock; the engine's own only frees memory. */
  now?: () => number;
  /** Creates versions. */
  newId?: () => string;
}

/** A claimed record with its score in the due index. */
interface ScoredRecord {
  score: number;
  record: ClaimedRecord;
}

/** Largest number of times one claim reads the due indexes; only other claimers make a second time necessary. */
const maxRounds = 5;

const unexpectedReply = (): TypeError => new TypeError('the Redis store received an unexpected reply to its script');

/** Returns a reply as a string without its first character, also where the client returns bytes. */
function getText(reply: unknown): string {
  const text = reply instanceof Uint8Array ? new TextDecoder().decode(reply) : reply;
  if (typeof text !== 'string' || !text.startsWith('=')) throw unexpectedReply();
  return text.slice(1);
}

async function hashScript(script: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(script));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Creates a store in Redis 4 or later, or an engine with its protocol, through any client that can send `EVAL`. The
 * engine must not evict (`maxmemory-policy noeviction`), because evicting a record resets its attempt counters, and it
 * must persist its writes.
 *
 * @example
 * ```ts
 * import { redisStore } from '@plural-otp/edge/stores/redis';
 * import { createClient } from 'redis';
 *
 * const client = await createClient().connect();
 * export const store = redisStore((script, keys, args) => client.eval(script, { keys, arguments: args }));
 * ```
 */
export function redisStore(run: RunScript, options: RedisStoreOptions = {}): PaymentStore {
  const { prefix = 'plural-otp', shards = 16, now = Date.now, newId = () => crypto.randomUUID() } = options;
  if (!Number.isInteger(shards) || shards < 1) throw new RangeError('redisStore: shards must be a positive integer');

  // Keeps the hashes and not their promises, because on workerd a request cannot await a promise of one that has ended.
  const hashes = new Map<string, string>();
  const runScript = async (script: string, keys: string[], args: (string | number)[]): Promise<unknown> => {
    const hash = hashes.get(script) ?? (await hashScript(script));
    hashes.set(script, hash);
    return run(script, keys, args.map(String), hash);
  };

  const openRecords = (shard: number): string => `{${prefix}:${shard}}open`;
  const dueIndex = (shard: number): string => `{${prefix}:${shard}}due`;
  const keysOf = (key: string): [finished: string, open: string, due: string] => {
    const shard = getShard(key, shards);
    return [`{${prefix}:${shard}}:${key}`, openRecords(shard), dueIndex(shard)];
  };

  const peek = async (shard: number, nowMs: number, limit: number): Promise<number[]> => {
    const text = getText(await runScript(peekScript, [dueIndex(shard)], [nowMs, limit]));
    return text === '' ? [] : text.split(' ').map(Number);
  };
  const claimOf = async (shard: number, nowMs: number, untilMs: number, limit: number): Promise<ScoredRecord[]> => {
    if (limit === 0) return [];
    const version = newId();
    const keys = [dueIndex(shard), openRecords(shard)];
    const reply = await runScript(claimScript, keys, [nowMs, untilMs, limit, version]);
    if (!Array.isArray(reply)) throw unexpectedReply();
    const claimed: ScoredRecord[] = [];
    for (let at = 0; at < reply.length; at += 3) {
      const [key = '', scoreText, value = ''] = reply.slice(at, at + 3).map(getText);
      const score = Number(scoreText);
      claimed.push({ score, record: { key, value, version, dueAtMs: readScore(score).dueAtMs } });
    }
    return claimed;
  };

  return {
    keepsVersions: true,
    async load(key): Promise<StoredRecord | undefined> {
      const [finished, open] = keysOf(key);
      const reply = await runScript(loadScript, [finished, open], [key, now()]);
      if (reply === null || reply === undefined || reply === false) return undefined;
      const text = getText(reply);
      const end = text.indexOf(' ');
      if (end < 0) throw unexpectedReply();
      return { version: text.slice(0, end), value: text.slice(end + 1) };
    },
    async save(key: string, value: string, terms: SaveTerms): Promise<boolean> {
      const { version: read = '', keepSeconds, dueAtMs, undelivered = false, newVersion = newId() } = terms;
      // Redis refuses an expiry of no time at all.
      const keepMs = Math.max(keepSeconds * 1000, 1);
      const args = [key, now(), read, newVersion, value, keepMs, dueAtMs ?? '', undelivered ? '1' : ''];
      const reply = getText(await runScript(saveScript, keysOf(key), args));
      if (reply !== 'saved' && reply !== 'conflict') throw unexpectedReply();
      return reply === 'saved';
    },
    async claim(nowMs, untilMs, limit): Promise<ClaimedRecord[]> {
      // Claimers that see the same due times begin at different shards.
      const order = rotate(shards, Math.floor(Math.random() * shards));
      const claimed: ScoredRecord[] = [];
      const failures: unknown[] = [];
      const settle = async <T>(works: Promise<T>[], otherwise: T): Promise<T[]> => {
        const results = await Promise.allSettled(works);
        return results.map((result) => {
          if (result.status === 'fulfilled') return result.value;
          failures.push(result.reason);
          return otherwise;
        });
      };
      for (let round = 0; round < maxRounds && claimed.length < limit && failures.length === 0; round += 1) {
        const left = limit - claimed.length;
        const peekLimit = getPeekLimit(left, shards);
        const scores = await settle(
          order.map((shard) => peek(shard, nowMs, peekLimit)),
          [],
        );
        const shares = shareClaim(scores, peekLimit, left);
        const works = order.map((shard, at) => claimOf(shard, nowMs, untilMs, shares[at] ?? 0));
        claimed.push(...(await settle(works, [])).flat());
        const isAllSeen = scores.every((list, at) => list.length < peekLimit && list.length <= (shares[at] ?? 0));
        if (isAllSeen) break;
      }
      // The shards of a node that failed wait for it; those of the others are still claimed.
      if (failures.length > 0 && claimed.length === 0) throw failures[0];
      return claimed.sort((one, other) => one.score - other.score).map(({ record }) => record);
    },
  };
}
