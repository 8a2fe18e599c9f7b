import { describe, expect, test } from 'vitest';
import { estimatePercentile, bucketBounds, toBucket } from '../src/numbers/buckets.ts';
import { toDifference, toShare } from '../src/numbers/intervals.ts';

describe('intervals', () => {
  // Published: Newcombe 1998, table I (81 of 263) and table II (56 of 70 and 48 of 80).
  test('of a share are Wilson’s', () => {
    const { low, high } = toShare(81, 263);
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.2553', '0.3662']);
  });

  test('of a difference are Newcombe’s', () => {
    const { low, high } = toDifference(toShare(56, 70), toShare(48, 80));
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.0524', '0.3339']);
  });

  test('of nothing say that nothing is known', () => {
    expect(toShare(0, 0)).toMatchObject({ rate: Number.NaN, low: 0, high: 1 });
  });
});

describe('durations', () => {
  test('fall into the bucket of their upper bound', () => {
    expect([0, 500, 501, 600_000, 600_001].map(toBucket)).toEqual([0, 0, 1, 15, 16]);
  });

  test('have percentiles within the bucket that holds them', () => {
    const counts = bucketBounds.map((bound) => (bound === 8 ? 10 : 0));
    expect(estimatePercentile([...counts, 0], 0.5)).toBeCloseTo(6.5);
    expect(estimatePercentile([], 0.5)).toBeUndefined();
  });
});
