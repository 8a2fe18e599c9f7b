import { expect, test } from 'vitest';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';

test('omitUndefined leaves out undefined members and keeps every other falsy value', () => {
  const members = { a: undefined, b: null, c: 0, d: '', e: false, f: 'x' };
  const defined = omitUndefined<Record<string, unknown>>(members);
  expect(Object.keys(defined)).toEqual(['b', 'c', 'd', 'e', 'f']);
  expect(defined).toEqual({ b: null, c: 0, d: '', e: false, f: 'x' });
});

test('omitUndefined returns a copy', () => {
  const members = { a: 1 };
  expect(omitUndefined(members)).not.toBe(members);
});
