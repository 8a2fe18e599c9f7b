/** Spreads the records of the Redis store over shards, and shares a claim among them. */

/** Returns the shard of a key, from 0: an FNV-1a hash, which never changes. */
export function getShard(key: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % shards;
}

/** Returns the numbers from 0 to `count`, in order, beginning at `first`. */
export const rotate = (count: number, first: number): number[] =>
  Array.from({ length: count }, (_, at) => (first + at) % count);

/**
 * Returns how many scores to read of each shard to find the `limit` lowest: more than its share, because the lowest are
 * spread unevenly, but not all.
 */
export const getPeekLimit = (limit: number, shards: number): number =>
  Math.min(limit, Math.ceil((limit * 2) / shards) + 4);

/**
 * Returns how many records to claim of each shard, so that together they are the `limit` lowest of the scores read. What
 * is left of the limit goes to the shards that were not read to their end, in equal parts.
 */
export function shareClaim(scores: readonly (readonly number[])[], peekLimit: number, limit: number): number[] {
  const shares = scores.map(() => 0);
  const lowest = scores
    .flatMap((list, shard) => list.map((score) => ({ score, shard })))
    .sort((one, other) => one.score - other.score)
    .slice(0, limit);
  for (const { shard } of lowest) shares[shard] = (shares[shard] ?? 0) + 1;
  const unread = scores.flatMap((list, shard) => (list.length >= peekLimit ? [shard] : []));
  let left = limit - lowest.length;
  for (const [at, shard] of unread.entries()) {
    const part = Math.ceil(left / (unread.length - at));
    shares[shard] = (shares[shard] ?? 0) + part;
    left -= part;
  }
  return shares;
}
