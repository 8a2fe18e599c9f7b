import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DayCell, InsightStore } from '../../src/index.ts';
import { mergeRows, type PaymentRow } from '../../src/payment-row.ts';
import { anyRow } from './any-row.ts';

const id = 'a0';

/** Holds a store to the merge: the same row in any order, repeated, and by many writers. */
export function describeStore(name: string, open: () => Promise<InsightStore>, numRuns: number): void {
  describe(`rows in ${name}`, () => {
    let counter = 0;
    let opened: InsightStore | undefined;

    test('become the same row in any order, repeated, and by many writers', async () => {
      opened ??= await open();
      const store = opened;
      await fc.assert(
        fc.asyncProperty(
          fc
            .array(anyRow(id), { minLength: 1, maxLength: 6 })
            .chain((rows) =>
              fc.tuple(fc.constant(rows), fc.shuffledSubarray([...rows, ...rows], { minLength: rows.length * 2 })),
            ),
          async ([rows, written]) => {
            const key = `row-${(counter += 1)}`;
            const named = (row: PaymentRow): PaymentRow => ({ ...row, id: key });
            await Promise.all(written.map((row) => store.merge([named(row)])));
            const expected = rows.map(named).reduce((sum, row) => mergeRows(sum, row));
            expect(await store.find(key)).toEqual(expected);
          },
        ),
        { numRuns },
      );
    }, 60_000);

    test('are read by their start, removed by their id and by their age, and rows of a day are added before others are removed', async () => {
      opened ??= await open();
      const store = opened;
      const [base] = fc.sample(anyRow('x'), { numRuns: 1, seed: 1 });
      if (!base) throw new Error('no row');
      const at = (name: string, started_ms: number): PaymentRow => ({ ...base, id: name, started_ms });
      const far = 9_000_000_000_000;
      await store.merge([at('r1', far), at('r2', far + 10), at('r3', far + 20)]);
      const ids = async (): Promise<string[]> => (await store.read(far, far + 20)).map((row) => row.id).toSorted();
      expect(await ids()).toEqual(['r1', 'r2']);
      await store.remove('r2');
      expect(await ids()).toEqual(['r1']);
      await store.removeBefore(far + 5);
      expect(await ids()).toEqual([]);
      const [one, other] = [
        { day: 20_000, cell: 'counts|a', counts: '{"n":2}' },
        { day: 20_000, cell: 'changed|b', counts: '' },
      ] as const;
      await store.writeDay(one, []);
      await store.writeDay({ ...one, day: 20_001 }, []);
      await store.writeDay(other, ['counts|0']);
      const days = async (): Promise<DayCell[]> =>
        [...(await store.readDays(19_999, 20_001))].toSorted((left, right) => (left.cell < right.cell ? -1 : 1));
      expect(await days()).toEqual([other, one]);
      const names = (await store.listDays(19_999, 20_001)).map(({ day, cell }) => `${day} ${cell}`);
      expect(names.toSorted()).toEqual(['20000 changed|b', '20000 counts|a']);
      await store.writeDay({ ...one, cell: 'counts|c' }, ['counts|a', 'changed|b']);
      expect(await days()).toEqual([{ ...one, cell: 'counts|c' }]);
    });
  });
}
