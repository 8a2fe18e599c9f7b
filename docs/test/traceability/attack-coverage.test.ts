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

/** Every case of the server half, by the runner's own list. */
function listed(): Listed[] {
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-list-'));
  try {
    const out = join(folder, 'list.json');
    const projects = ['core', 'edge', 'stores', 'edge-live'].flatMap((name) => ['--project', name]);
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'list', ...projects, '--no-static-parse', `--json=${out}`],
      // With CI set no suite is left out for want of its engine.
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

test.each(rows)('$what: each of its tests is there', ({ tests }) => {
  for (const [file, within] of tests) {
    const found = cases.filter((one) => one.file === file && (within?.test(one.name) ?? true));
    expect(found.length, `${file} ${String(within ?? '')}`).toBeGreaterThan(0);
  }
});

test.each(wholeFiles)('%s: none of its tests is left out of the table', (file) => {
  const counted = new Set(rows.flatMap(casesOf));
  expect(cases.filter((one) => one.file === file && !counted.has(one)).map(({ name }) => name)).toEqual([]);
});

test('docs/attack-coverage.md is made of these rows and counts (vitest -u makes it anew)', async () => {
  const linked = (file: string): string => `[${file.split('/').at(-1)}](../${file})`;
  const table = (group: readonly Defence[]): string =>
    group
      .map((row) => `| ${row.what} | ${casesOf(row).length} | ${row.tests.map(([file]) => linked(file)).join(', ')} |`)
      .join('\n');
  const sections = Object.entries(defences).map(
    ([title, group]) => `## ${title}

| what | cases | where |
| --- | ---: | --- |
${table(group)}
`,
  );
  const all = new Set(rows.flatMap(casesOf)).size;
  await expect(`# What was attacked, raced and killed

${all} cases of the server half try to break it; the counts are those of the test runner’s own list, a case each row of a table test, and a page that no longer agrees fails. A case may stand in two rows. What is defended by whom, and what is not, is in [SECURITY.md](../SECURITY.md).

${sections.join('\n')}`).toMatchFileSnapshot(join(root, 'docs/attack-coverage.md'));
});
