import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { features } from './features.ts';
import { pains } from './pains.ts';
import type { Row } from './row.ts';
import { rules } from './rules.ts';
import { root } from '../support/examples.ts';
import { testsNamed, writtenTests } from './test-titles.ts';

const sections: readonly [title: string, letter: string, count: number, rows: readonly Row[]][] = [
  ['What people complain of elsewhere', 'P', 23, pains],
  ['Rules of good code entry', 'R', 15, rules],
  ['Features', 'F', 52, features],
];
const all = sections.flatMap(([, letter, , rows]) => rows.map((row, at) => ({ ...row, id: `${letter}${at + 1}` })));
const written = writtenTests();
const gates = readFileSync(join(root, 'tools/test.mjs'), 'utf8');

test.each(sections)('%s: every row is there', (_title, _letter, count, rows) => {
  expect(rows).toHaveLength(count);
});

describe.each(all)('$id $what', ({ tests = [], gate, notHere }) => {
  test('is held by a test or a gate, or says why not', () => {
    expect([...tests, gate, notHere].filter(Boolean)).not.toEqual([]);
  });

  test('names a test or a gate that exists, each time', () => {
    if (gate) expect(gates).toContain(`name: '${gate}'`);
    for (const name of tests) {
      expect(
        testsNamed(name, written).map(({ file, title }) => `${file}: ${title}`),
        name,
      ).toHaveLength(1);
    }
  });
});

test('a title that no file holds is not found, and a name that fits anything is none', () => {
  expect(testsNamed('looks intact under a framework nobody wrote (plain field)', written)).toEqual([]);
  expect(testsNamed('anything at all', written)).toEqual([]);
  expect(testsNamed('looks intact under Bootstrap 5 (plain field)', written)).toHaveLength(1);
});

test('docs/coverage.md is made of these rows (vitest -u makes it anew)', async () => {
  const cell = ({ tests = [], gate, notHere }: Row): string =>
    [
      ...tests.map((name) => {
        const file = testsNamed(name, written)[0]?.file ?? '';
        return `[${escape(name)}](../${file})`;
      }),
      ...(gate ? [`the gate “${gate}” of \`npm test\``] : []),
      ...(notHere ? [`*not here: ${notHere}*`] : []),
    ].join('<br>');
  const tables = sections.map(
    ([title, letter, , rows]) => `## ${title}

| | what | held by |
| --- | --- | --- |
${rows.map((row, at) => `| ${letter}${at + 1} | ${row.what} | ${cell(row)} |`).join('\n')}
`,
  );
  await expect(`# What is held, and by which test

Each row leads to the tests that hold it; a test of the documents fails when one of them is renamed away, or a row is empty. “Not here” says what no test of this repository shows, and why. What takes a real phone, voice or extension is in [device checks](device-checks.md).

${tables.join('\n')}`).toMatchFileSnapshot(join(root, 'docs/coverage.md'));
});

function escape(name: string): string {
  return name.replaceAll(/[[\]|<>*_`]/g, String.raw`\$&`);
}
