/**
 * The Lua scripts of the Redis store. Redis runs each one atomically; each touches only the keys it declares, which
 * share one hash tag.
 *
 * A record with a due time is a field of its shard's hash of open records, `version value`, and its due time is its
 * score in the shard's due index. A finished record is a string of its own that the engine expires,
 * `keepUntil version value`. Where both exist, the open one is the newer: every script writes so that one that stops
 * half-way leaves a record listed too early, and never too late.
 */

/**
 * Subtracted from the due time of an undelivered verdict, so that it precedes every other record in the due index. No
 * due time comes near to half of it, which tells the two apart.
 */
const undeliveredLeadMs = 1e14;

/**
 * Takes a stored text apart. One without its version, as somebody restored it by hand, has neither a version nor a value:
 * the record cannot be read, and every script leaves it as it lies. JSON in place of a version is none.
 */
const parts = `local function split(record)
  if string.find(record, '^{%s*"') then return end
  return string.match(record, '^(%S+) (.*)$')
end
local function splitFinished(record)
  local keepUntil, rest = string.match(record, '^(-?%d+) (.*)$')
  if rest then return tonumber(keepUntil), split(rest) end
end
`;

const scores = `local lead, half = ${undeliveredLeadMs}, -${undeliveredLeadMs / 2}
local function isFirst(score) return tonumber(score) < half end
local function dueOf(score) return isFirst(score) and score + lead or tonumber(score) end
local function text(number) return string.format('%.0f', number) end
local function eachDue(index, now, limit, visit)
  for _, range in ipairs({ { '-inf', text(now - lead) }, { '(' .. text(half), now } }) do
    if limit <= 0 then return end
    local found = redis.call('ZRANGEBYSCORE', index, range[1], range[2], 'WITHSCORES', 'LIMIT', 0, limit)
    for at = 1, #found, 2 do visit(found[at], found[at + 1]) end
    limit = limit - #found / 2
  end
end
`;

/**
 * KEYS: finished record, open records. ARGV: key, now. Replies with the version and the value, both empty for a record
 * that cannot be read. Every reply begins with a character that no JSON begins with, so that no client parses it into an
 * object or a number.
 */
export const loadScript: string = `${parts}local version, value, keepUntil
local open = redis.call('HGET', KEYS[2], ARGV[1])
local finished = not open and redis.call('GET', KEYS[1])
if not open and not finished then return false end
if open then version, value = split(open) else keepUntil, version, value = splitFinished(finished) end
if keepUntil and keepUntil <= tonumber(ARGV[2]) then return false end
return '=' .. (version or '') .. ' ' .. (value or '')`;

/**
 * KEYS: finished record, open records, due index. ARGV: key, now, version read, new version, value, milliseconds to
 * keep, due time, `1` for an undelivered verdict. The index is written before the record when the due time is earlier,
 * and after it when it is later or cleared.
 */
export const saveScript: string = `${parts}${scores}
local key, now, read, version, value, keep, due, undelivered = unpack(ARGV)
local current, keepUntil
local open = redis.call('HGET', KEYS[2], key)
local finished = not open and redis.call('GET', KEYS[1])
if open then current = split(open) end
if finished then keepUntil, current = splitFinished(finished) end
if current == version then return '=saved' end
if (open or finished) and not current then return '=conflict' end
if keepUntil and keepUntil <= tonumber(now) then current = nil end
if (current or '') ~= read then return '=conflict' end
local record = version .. ' ' .. value
if due == '' then
  redis.call('SET', KEYS[1], text(now + keep) .. ' ' .. record, 'PX', keep)
  redis.call('HDEL', KEYS[2], key)
  redis.call('ZREM', KEYS[3], key)
  return '=saved'
end
local score = undelivered == '1' and text(due - lead) or due
local listed = redis.call('ZSCORE', KEYS[3], key)
local isEarlier = not listed or tonumber(due) < dueOf(listed)
if isEarlier then redis.call('ZADD', KEYS[3], score, key) end
redis.call('HSET', KEYS[2], key, record)
if finished then redis.call('DEL', KEYS[1]) end
if not isEarlier then redis.call('ZADD', KEYS[3], score, key) end
return '=saved'`;

/** KEYS: due index. ARGV: now, limit. Replies with the scores of the records that are due, in order. */
export const peekScript: string = `${scores}local due = {}
eachDue(KEYS[1], ARGV[1], tonumber(ARGV[2]), function(_, score) due[#due + 1] = score end)
return '=' .. table.concat(due, ' ')`;

/**
 * KEYS: due index, open records. ARGV: now, time to claim until, limit, new version. Replies with the key, the score,
 * and the value of each record, an empty one where it cannot be read. A key that has no record is taken out of the index.
 */
export const claimScript: string = `${parts}${scores}
local now, untilMs, limit, version = unpack(ARGV)
local claimed = {}
eachDue(KEYS[1], now, tonumber(limit), function(key, score)
  local open = redis.call('HGET', KEYS[2], key)
  if not open then return redis.call('ZREM', KEYS[1], key) end
  local read, value = split(open)
  if read then redis.call('HSET', KEYS[2], key, version .. ' ' .. value) end
  redis.call('ZADD', KEYS[1], isFirst(score) and text(untilMs - lead) or untilMs, key)
  for _, part in ipairs({ key, score, value or '' }) do claimed[#claimed + 1] = '=' .. part end
end)
return claimed`;

/** Returns the due time of a score, and whether it is that of an undelivered verdict. */
export const readScore = (score: number): { dueAtMs: number; undelivered: boolean } => {
  const undelivered = score < -undeliveredLeadMs / 2;
  return { dueAtMs: undelivered ? score + undeliveredLeadMs : score, undelivered };
};
