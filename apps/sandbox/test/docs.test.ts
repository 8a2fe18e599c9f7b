import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createSandbox } from '../src/index.ts';
import { withTables } from './support/docs-tables.ts';

const file = new URL('../../../docs/sandbox.md', import.meta.url).pathname;
const page = readFileSync(file, 'utf8');

test('the tables of docs/sandbox.md are those of the code (vitest -u regenerates them)', async () => {
  await expect(withTables(page)).toMatchFileSnapshot(file);
});

test('docs/sandbox.md lists exactly the control routes that exist', async () => {
  const response = await createSandbox().fetch('https://plural.test/sandbox/nothing');
  const { routes } = (await response.json()) as { routes: readonly string[] };
  const named = [...page.matchAll(/^\| `((?:GET|POST|PUT|DELETE) \/sandbox\/[^\s`]+)/gm)].map(([, route]) => route);
  expect(new Set(named)).toEqual(new Set(routes));
});
