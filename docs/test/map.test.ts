import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './support/examples.ts';

const maps = ['AGENTS.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];

const files = globSync('{packages,apps,docs,tools}/**', {
  cwd: root,
  exclude: (name) => ['node_modules', 'dist', 'reports', 'data'].includes(name.split('/').at(-1) ?? ''),
}).map((path) => `/${path}`);

/** Returns true when a page's path exists: from the page's folder, from the root, or below the package of its paragraph. */
function isThere(page: string, path: string, folder: string): boolean {
  if (existsSync(join(root, page, '..', path)) || existsSync(join(root, path))) return true;
  const tail = `/${path.replace(/\/$/, '')}`;
  return folder !== '' && files.some((file) => file.startsWith(`/${folder}`) && file.endsWith(tail));
}

/** Lists the paths that a page names in backticks or links to, and that do not exist. */
function missingPaths(page: string, text: string): { count: number; missing: string[] } {
  let folder = '';
  let count = 0;
  const missing: string[] = [];
  for (const line of text.split('\n')) {
    folder = /^`((?:packages|apps)\/[\w-]+\/)`/.exec(line)?.[1] ?? (line.startsWith('#') ? '' : folder);
    const named = [...line.matchAll(/`((?:\.?[\w@-]+\/)+[\w.@-]*|[\w.-]+\.(?:md|mjs|json|ts|yaml))`/g)];
    const linked = [...line.matchAll(/\]\((?!https?:|#)([^)#]+)/g)];
    for (const [, path = ''] of [...named, ...linked]) {
      count += 1;
      if (!isThere(page, path, folder)) missing.push(path);
    }
  }
  return { count, missing };
}

describe.each(maps)('%s', (page) => {
  test('names files and folders that exist', () => {
    const { count, missing } = missingPaths(page, readFileSync(join(root, page), 'utf8'));
    expect(count).toBeGreaterThan(1);
    expect(missing).toEqual([]);
  });
});

test('AGENTS.md names every package, app and top folder, in at most 120 lines', () => {
  const page = readFileSync(join(root, 'AGENTS.md'), 'utf8');
  const folders = globSync(['packages/*', 'apps/*', 'docs', 'tools'], { cwd: root }).map((path) => `${path}/`);
  expect(folders.length).toBeGreaterThan(8);
  expect(folders.filter((path) => !page.includes(path))).toEqual([]);
  expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});

test('AGENTS.md names every folder of edge, which newcomers ask about first', () => {
  const page = readFileSync(join(root, 'AGENTS.md'), 'utf8');
  const folders = globSync('packages/edge/src/*/', { cwd: root }).map((path) => `${path.split('/').at(-1)}/`);
  expect(folders.length).toBeGreaterThan(5);
  expect(folders.filter((path) => !page.includes(path))).toEqual([]);
});

test('a path that is gone is found, whether written whole or below a package', () => {
  const page = 'See `packages/edge/src/gone.ts` and [it](docs/gone.md).\n`packages/edge/` — `phase.ts`, `gone.ts`';
  expect(missingPaths('README.md', page)).toEqual({
    count: 5,
    missing: ['packages/edge/src/gone.ts', 'docs/gone.md', 'gone.ts'],
  });
});
