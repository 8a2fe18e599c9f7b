import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSignOffs, renderStatus, signedOffKeys, withoutStale, withSignOffs } from '../../translations/sign-offs.ts';
import { keys, loadTable, source, tags, type Table } from '../../translations/tables.ts';

const tables: Record<string, Table> = Object.fromEntries(
  await Promise.all(tags.map(async (tag) => [tag, await loadTable(tag)] as const)),
);
const table = tables['hi'] ?? {};
const signed = withSignOffs({}, 'hi', {
  table,
  signed: ['pay', 'cancelShort'],
  by: 'A native speaker',
  on: '2026-01-31',
});

test('a sentence is signed off as it stands: a changed one, and changed English, lose their sign-off', () => {
  expect(signedOffKeys(table, signed['hi'])).toEqual(
    ['pay', 'cancelShort'].toSorted((a, b) => keys.indexOf(a) - keys.indexOf(b)),
  );
  expect(signedOffKeys({ ...table, pay: `${table['pay']}.` }, signed['hi'])).toEqual(['cancelShort']);
  expect(signedOffKeys(table, signed['hi'], { ...source, cancelShort: 'Stop' })).toEqual(['pay']);
  expect(signedOffKeys(table)).toEqual([]);
});

test('a sign-off whose sentence has changed is removed, and no other', () => {
  const changed = { hi: { ...table, pay: 'OTP' } };
  expect(Object.keys(withoutStale(signed, changed)['hi'] ?? {})).toEqual(['cancelShort']);
  expect(withoutStale(signed, tables)).toEqual(signed);
});

test('a language is reviewed once every sentence is signed off, and not before', () => {
  const all = (count: number): string =>
    renderStatus(withSignOffs({}, 'hi', { table, signed: keys.slice(0, count), by: 'x', on: 'y' }), { hi: table });
  expect(all(keys.length)).toContain(`| Hindi | \`hi\` | yes | ${keys.length} of ${keys.length} |`);
  expect(all(keys.length - 1)).toContain(`| Hindi | \`hi\` | no | ${keys.length - 1} of ${keys.length} |`);
});

test('every sign-off of the project is of a sentence as it stands (else: pnpm translate prune)', () => {
  expect(withoutStale(readSignOffs(), tables)).toEqual(readSignOffs());
});

test('the documentation says of each language what the sign-offs say', () => {
  const doc = (name: string): string => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8');
  expect(doc('languages.md')).toContain(renderStatus(readSignOffs(), tables));
  for (const [tag, own] of Object.entries(tables)) {
    const isReviewed = signedOffKeys(own, readSignOffs()[tag]).length === keys.length;
    expect(doc('device-checks.md'), tag).toMatch(new RegExp(`- \\[${isReviewed ? 'x' : ' '}\\] \\*\\*[^*]*\`${tag}\``));
  }
});
