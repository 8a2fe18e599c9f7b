import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeRows } from '../src/payment-row.ts';
import { memoryInsight } from '../src/index.ts';
import { sqliteInsight } from '../src/node.ts';
import { describeStore } from './support/describe-store.ts';
import { anyRow } from './support/any-row.ts';

const id = 'a0';

describe('the merge of two rows', () => {
  test('is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(anyRow(id), anyRow(id), anyRow(id), (one, two, three) => {
        expect(mergeRows(one, two)).toEqual(mergeRows(two, one));
        expect(mergeRows(mergeRows(one, two), three)).toEqual(mergeRows(one, mergeRows(two, three)));
        expect(mergeRows(one, one)).toEqual(one);
        const merged = mergeRows(one, two);
        expect(mergeRows(merged, two)).toEqual(merged);
      }),
      { numRuns: 300 },
    );
  });
});

describeStore('memory', async () => memoryInsight(), 100);
describeStore('SQLite', async () => sqliteInsight(':memory:'), 100);
