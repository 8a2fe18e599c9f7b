import { describe, expect, test } from 'vitest';
import { getPeekLimit, getShard, rotate, shareClaim } from '../../src/stores/redis-shards.ts';

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

describe('shards', () => {
  test('a key keeps its shard in every version of this kit', () => {
    expect(getShard('', 16)).toBe(5);
    expect(getShard('a', 16)).toBe(12);
    expect(getShard('Zm9vYmFyYmF6', 16)).toBe(getShard('Zm9vYmFyYmF6', 16));
    expect(getShard('any', 1)).toBe(0);
  });

  test('keys are spread evenly', () => {
    const counts = Array.from({ length: 16 }, () => 0);
    for (let at = 0; at < 16_000; at += 1) {
      const shard = getShard(crypto.randomUUID(), 16);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });

  test('every shard has its turn to be first', () => {
    expect(rotate(3, 0)).toEqual([0, 1, 2]);
    expect(rotate(3, 2)).toEqual([2, 0, 1]);
  });
});

describe('the share of a claim', () => {
  test('is the lowest scores of all shards', () => {
    expect(shareClaim([[1, 9], [2, 3], []], 5, 3)).toEqual([1, 2, 0]);
    expect(shareClaim([[5], [-7, 1], [6]], 5, 2)).toEqual([0, 2, 0]);
  });

  test('never exceeds the limit, and goes to the shards that hold more than was read', () => {
    expect(shareClaim([[1, 2], [], [3, 4]], 2, 10)).toEqual([5, 0, 5]);
    expect(shareClaim([[1, 2], [3], []], 2, 10)).toEqual([9, 1, 0]);
    expect(shareClaim([[1], [], []], 2, 10)).toEqual([1, 0, 0]);
    for (const limit of [1, 2, 7, 50]) {
      const peekLimit = getPeekLimit(limit, 4);
      const full = Array.from({ length: 4 }, (_, shard) =>
        Array.from({ length: peekLimit }, (_, at) => at * 4 + shard),
      );
      expect(sum(shareClaim(full, peekLimit, limit))).toBe(limit);
    }
  });

  test('reads all of a small limit, and more than its part of a large one', () => {
    expect(getPeekLimit(2, 16)).toBe(2);
    expect(getPeekLimit(50, 16)).toBe(11);
    expect(getPeekLimit(50, 1)).toBe(50);
  });
});
