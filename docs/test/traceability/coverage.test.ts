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
  ['Complaints about other OTP fields', 'P', 23, pains],
  ['Rules of OTP entry', 'R', 15, rules],
  ['Features', 'F', 52, features],
];
const all = sections.flatMap(([, letter, , rows]) => rows.map((row, at) => ({ ...row, id: `${letter}${at + 1}` })));
const written = writtenTests();
const gates = readFileSync(join(root, 'tools/test.mjs'), 'utf8');

test.each(sections)('%s: no row is missing', (_title, _letter, count, rows) => {
  expect(rows).toHaveLength(count);
});

describe.each(all)('$id $what', ({ tests = [], gate, notHere }) => {
  test('is covered by a test or a gate, or says why not', () => {
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

test('a title that no file has is not found, and a pattern that matches anything is rejected', () => {
  expect(testsNamed('looks intact under a framework nobody wrote (plain field)', written)).toEqual([]);
  expect(testsNamed('anything at all', written)).toEqual([]);
  expect(testsNamed('looks intact under Bootstrap 5 (plain field)', written)).toHaveLength(1);
});

test('docs/coverage.md is generated from these rows (vitest -u regenerates it)', async () => {
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

| | requirement | covered by |
| --- | --- | --- |
${rows.map((row, at) => `| ${letter}${at + 1} | ${row.what} | ${cell(row)} |`).join('\n')}
`,
  );
  await expect(`# Requirement coverage

Each row links to the tests that cover it. A test fails when one of them is renamed or a row is empty. “Not here” says what no test of this repository can show, and why. What needs a real phone, screen reader or browser extension is in [device checks](device-checks.md).

${tables.join('\n')}`).toMatchFileSnapshot(join(root, 'docs/coverage.md'));
});

function escape(name: string): string {
  return name.replaceAll(/[[\]|<>*_`]/g, String.raw`\$&`);
}
