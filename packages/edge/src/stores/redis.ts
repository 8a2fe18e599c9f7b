/** The store in Redis. Each method is one Lua script, which Redis runs atomically. */

import type { ClaimedRecord, PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';

/**
 * Sends one `EVAL` to the primary and returns its reply. May retry when the reply was lost: a script that has taken
 * effect returns the same reply again.
 */
export type RunScript = (script: string, keys: string[], args: string[]) => Promise<unknown>;

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /**
   * Prefix of all keys, as a hash tag in braces: in a cluster they lie on one node, so that a script sees them all.
   * Each Plural environment needs a separate prefix, because a sweep checks everything that is due under it.
   * @default 'plural-otp'
   */
  prefix?: string;
  /** Returns the time in epoch milliseconds. Records expire by this clock; the engine's own only frees memory. */
  now?: () => number;
  /** Creates versions. */
  newId?: () => string;
}

/** KEYS: record. ARGV: now. The reply is not JSON, so that no client parses a value into an object or a number. */
const load = `local version, value, due, keep = unpack(redis.call('HMGET', KEYS[1], 'version', 'value', 'due', 'keep'))
if not version or (due == '' and tonumber(keep) <= tonumber(ARGV[1])) then return false end
return version .. ' ' .. value`;

/**
 * KEYS: record, due index. ARGV: now, version read, new version, value, milliseconds to keep, due time. The index is
 * written before the record when the due time is earlier, and after it when it is later or cleared, so that a script
 * that stops half-way leaves an entry too early, and never too late.
 */
const save = `local now, read, version, value, keep, due = unpack(ARGV)
local current, oldDue, oldKeep = unpack(redis.call('HMGET', KEYS[1], 'version', 'due', 'keep'))
if current == version then return 'saved' end
if current and oldDue == '' and tonumber(oldKeep) <= tonumber(now) then current = false end
if (current or '') ~= read then return 'conflict' end
if due ~= '' then
  local named = redis.call('ZSCORE', KEYS[2], KEYS[1])
  if not named or tonumber(due) < tonumber(named) then redis.call('ZADD', KEYS[2], due, KEYS[1]) end
  redis.call('PERSIST', KEYS[1])
end
redis.call('HSET', KEYS[1], 'version', version, 'value', value, 'due', due, 'keep', string.format('%.0f', now + keep))
if due ~= '' then
  redis.call('ZADD', KEYS[2], due, KEYS[1])
else
  redis.call('PEXPIRE', KEYS[1], keep)
  redis.call('ZREM', KEYS[2], KEYS[1])
end
return 'saved'`;

/**
 * KEYS: due index. ARGV: now, time to claim until, limit, new version. Repairs the index where a crash or eviction left
 * it different from a record.
 */
const claim = `local now, untilMs, limit, version = unpack(ARGV)
local claimed = {}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, limit)) do
  local value, due = unpack(redis.call('HMGET', key, 'value', 'due'))
  if not due or due == '' then redis.call('ZREM', KEYS[1], key)
  elseif tonumber(due) > tonumber(now) then redis.call('ZADD', KEYS[1], due, key)
  else
    redis.call('HSET', key, 'version', version, 'due', untilMs)
    redis.call('ZADD', KEYS[1], untilMs, key)
    claimed[#claimed + 1] = key
    claimed[#claimed + 1] = value
  end
end
return claimed`;

/** Returns a reply as a string, also where the client returns bytes. */
function getText(reply: unknown): string {
  if (typeof reply === 'string') return reply;
  if (reply instanceof Uint8Array) return new TextDecoder().decode(reply);
  throw unexpectedReply();
}

const unexpectedReply = (): TypeError => new TypeError('the Redis store received an unexpected reply to its script');

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
  const { prefix = 'plural-otp', now = Date.now, newId = () => crypto.randomUUID() } = options;
  const recordPrefix = `{${prefix}}:record:`;
  const dueIndex = `{${prefix}}:due`;

  return {
    async load(key): Promise<StoredRecord | undefined> {
      const reply = await run(load, [recordPrefix + key], [String(now())]);
      if (reply === null || reply === undefined || reply === false) return undefined;
      const text = getText(reply);
      const end = text.indexOf(' ');
      if (end < 1) throw unexpectedReply();
      return { version: text.slice(0, end), value: text.slice(end + 1) };
    },
    async save(key: string, value: string, { version, keepSeconds, dueAtMs }: SaveTerms): Promise<boolean> {
      const keepMs = keepSeconds * 1000;
      const args = [now(), version ?? '', newId(), value, keepMs, dueAtMs ?? ''].map(String);
      const reply = getText(await run(save, [recordPrefix + key, dueIndex], args));
      if (reply !== 'saved' && reply !== 'conflict') throw unexpectedReply();
      return reply === 'saved';
    },
    async claim(nowMs, untilMs, limit): Promise<ClaimedRecord[]> {
      const version = newId();
      const reply = await run(claim, [dueIndex], [nowMs, untilMs, limit, version].map(String));
      if (!Array.isArray(reply)) throw unexpectedReply();
      const claimed: ClaimedRecord[] = [];
      for (let index = 0; index < reply.length; index += 2) {
        const key = getText(reply[index]).slice(recordPrefix.length);
        claimed.push({ key, value: getText(reply[index + 1]), version });
      }
      return claimed;
    },
  };
}
