import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, addPacked, byPrefix, getCount, pack, readCounts, toIndex, writeCounts } from '../src/report/tally.ts';

const anyCounts = fc.dictionary(
  fc.constantFrom('n', 'why.default', 'why.caller', 'at.4.paid', 'leg.all.3'),
  fc.nat(1000),
);

const packOf = (named: Record<string, number>): Int32Array => {
  const counts: number[] = [];
  for (const [name, count] of Object.entries(named)) add(counts, toIndex(name), count);
  return pack(counts);
};

test('packed counts are the same after they were written and read, and add up by name', () => {
  fc.assert(
    fc.property(fc.array(anyCounts, { maxLength: 5 }), (all) => {
      const packed = all.map(packOf);
      const written = JSON.parse(JSON.stringify(writeCounts(packed))) as ReturnType<typeof writeCounts>;
      expect(readCounts(written)).toEqual(packed);
      const sum: number[] = [];
      for (const one of packed) addPacked(sum, one);
      for (const name of ['n', 'why.default', 'leg.all.3'])
        expect(getCount(sum, name)).toBe(all.reduce((total, named) => total + (named[name] ?? 0), 0));
    }),
  );
});

test('names without end cost no memory: those past the bound are told as other, and none is lost', () => {
  const counts: number[] = [];
  for (let index = 0; index < 5000; index += 1) add(counts, toIndex(`notSent.CODE_${index}`));
  const told = byPrefix(counts, 'notSent.');
  expect(told.length).toBeLessThanOrEqual(2000);
  expect(told[0]?.[0]).toBe('other');
  expect(told.reduce((sum, [, count]) => sum + count, 0)).toBe(5000);
});
