import type { PaymentStore, SaveTerms, StoredRecord } from './payment-store.ts';

/**
 * Sends one `EVAL` to the primary and gives back its answer.
 * May send it again when the answer was lost: a script that has taken effect gives the same answer once more.
 */
export type RunScript = (script: string, keys: string[], args: string[]) => Promise<unknown>;

export interface RedisStoreOptions {
  /**
   * What the names of its keys begin with, in braces: in a cluster they lie on one node, and a script sees them all.
   * Each Plural environment wants a prefix of its own, since a sweep looks at all that is due under it.
   * @default 'plural-otp'
   */
  prefix?: string;
  /** Epoch milliseconds; whether a record is over goes by this clock. The engine's own only frees memory. */
  now?: () => number;
  /** Makes versions. */
  newId?: () => string;
}

/** KEYS: record. ARGV: now. The answer is no JSON, so that no client takes a value for an object or a number. */
const load = `local version, value, due, keep = unpack(redis.call('HMGET', KEYS[1], 'version', 'value', 'due', 'keep'))
if not version or (due == '' and tonumber(keep) <= tonumber(ARGV[1])) then return false end
return version .. ' ' .. value`;

/**
 * KEYS: record, due index. ARGV: now, version read, version to be, value, milliseconds to keep, due time.
 * However far it comes, the index names the record no later than the record itself: earlier is written before it,
 * later and never after it.
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

/** KEYS: due index. ARGV: now, limit. */
const listDue = `return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])`;

/** KEYS: due index, then records that it names. Makes the index say what they say, if a crash or eviction left it wrong. */
const repairIndex = `for i = 2, #KEYS do
  local due = redis.call('HGET', KEYS[i], 'due')
  if due and due ~= '' then redis.call('ZADD', KEYS[1], due, KEYS[i]) else redis.call('ZREM', KEYS[1], KEYS[i]) end
end
return 'repaired'`;

/** A string, or the bytes of one, as clients are set to give it. */
function getText(reply: unknown): string {
  if (typeof reply === 'string') return reply;
  if (reply instanceof Uint8Array) return new TextDecoder().decode(reply);
  throw unexpectedReply();
}

const unexpectedReply = (): TypeError => new TypeError('the Redis store got another answer than its script gives');

/**
 * Keeps the records in Redis 4 or later, or what speaks its protocol, through any client that can send `EVAL`.
 * The engine must not evict (`maxmemory-policy noeviction`) and must persist what it was told.
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
    async due(nowMs, limit): Promise<string[]> {
      const reply = await run(listDue, [dueIndex], [String(nowMs), String(limit)]);
      if (!Array.isArray(reply)) throw unexpectedReply();
      const records = reply.map(getText);
      if (records.length > 0) await run(repairIndex, [dueIndex, ...records], []);
      return records.map((record) => record.slice(recordPrefix.length));
    },
  };
}
