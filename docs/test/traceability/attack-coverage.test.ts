import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { defences, wholeFiles, type Defence } from './attack-rows.ts';
import { root } from '../support/examples.ts';

interface Listed {
  name: string;
  file: string;
}

/** Lists every case of the server half, from the runner's own list. */
function listed(): Listed[] {
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-list-'));
  try {
    const out = join(folder, 'list.json');
    const projects = ['core', 'edge', 'stores', 'edge-live'].flatMap((name) => ['--project', name]);
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'list', ...projects, '--no-static-parse', `--json=${out}`],
      // With CI set, suites whose engine is missing are listed too.
      { cwd: root, env: { ...process.env, CI: 'true', VITEST: '' }, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`vitest list ended with ${status}: ${stderr}`);
    const cases = JSON.parse(readFileSync(out, 'utf8')) as Listed[];
    return cases.map(({ name, file }) => ({ name, file: relative(root, file) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const cases = listed();
const casesOf = ({ tests }: Defence): Listed[] =>
  cases.filter((one) => tests.some(([file, within]) => one.file === file && (within?.test(one.name) ?? true)));
const rows = Object.values(defences).flat();

test.each(rows)('$what: each of its tests exists', ({ tests }) => {
  for (const [file, within] of tests) {
    const found = cases.filter((one) => one.file === file && (within?.test(one.name) ?? true));
    expect(found.length, `${file} ${String(within ?? '')}`).toBeGreaterThan(0);
  }
});

test.each(wholeFiles)('%s: every test of it is in the table', (file) => {
  const counted = new Set(rows.flatMap(casesOf));
  expect(cases.filter((one) => one.file === file && !counted.has(one)).map(({ name }) => name)).toEqual([]);
});

test('docs/attack-coverage.md is generated from these rows and counts (vitest -u regenerates it)', async () => {
  const linked = (file: string): string => `[${file.split('/').at(-1)}](../${file})`;
  const table = (group: readonly Defence[]): string =>
    group
      .map((row) => `| ${row.what} | ${casesOf(row).length} | ${row.tests.map(([file]) => linked(file)).join(', ')} |`)
      .join('\n');
  const sections = Object.entries(defences).map(
    ([title, group]) => `## ${title}

| attack | cases | tests |
| --- | ---: | --- |
${table(group)}
`,
  );
  const all = new Set(rows.flatMap(casesOf)).size;
  await expect(`# Attack coverage

${all} test cases attack the server half. Counts come from the test runner’s own list; each row of a table test is one case, and a case may count in two rows. A test fails when this page is out of date. [SECURITY.md](../SECURITY.md) says what is defended, and what is not.

${sections.join('\n')}`).toMatchFileSnapshot(join(root, 'docs/attack-coverage.md'));
});
