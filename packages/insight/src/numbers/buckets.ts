/** Buckets of durations: the same in the report and in the metrics, so that both give the same percentiles. */

/** Upper bounds in seconds; one more bucket holds what is longer. */
export const bucketBounds: readonly number[] = [0.5, 1, 2, 3, 5, 8, 13, 20, 30, 45, 60, 90, 120, 180, 300, 600];

/** Returns the index of a duration's bucket. */
export function toBucket(ms: number): number {
  const index = bucketBounds.findIndex((bound) => ms <= bound * 1000);
  return index < 0 ? bucketBounds.length : index;
}

/** Estimates a percentile in seconds, by interpolation within its bucket. Returns `undefined` of nothing. */
export function estimatePercentile(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let before = 0;
  for (const [index, count] of counts.entries()) {
    if (before + count >= share * total && count > 0) {
      const low = bucketBounds[index - 1] ?? 0;
      const high = bucketBounds[index];
      return high === undefined ? low : low + (high - low) * ((share * total - before) / count);
    }
    before += count;
  }
  return bucketBounds.at(-1);
}
