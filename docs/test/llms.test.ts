/** Holds `llms.txt`, which each package carries for programs that write code: it is packed, and nothing is missing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '@plural-otp/core';
import { scenarios } from '@plural-otp/sandbox';
import { expect, test } from 'vitest';
import { root } from './support/examples.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folders = ['core', 'flow', 'element', 'edge', 'conformance', 'insight', 'create', 'doctor']
  .map((name) => `packages/${name}`)
  .concat('apps/sandbox');

test.each(folders)('%s packs its llms.txt, which names every entry that has types', (folder) => {
  const manifest = JSON.parse(read(`${folder}/package.json`)) as {
    name: string;
    files: string[];
    exports?: Record<string, { types?: string }>;
  };
  expect(manifest.files).toContain('llms.txt');

  const text = read(`${folder}/llms.txt`);
  const entries = Object.entries(manifest.exports ?? {})
    .filter(([, { types }]) => types !== undefined && !types.includes('*'))
    .map(([entry]) => `\`${manifest.name}${entry.slice(1)}\``);
  expect(entries.filter((entry) => !text.includes(entry))).toEqual([]);
});

test.each(['packages/core', 'packages/edge'])('%s names every error code with what to do', (folder) => {
  const text = read(`${folder}/llms.txt`);
  const missing = Object.entries(errorTable).filter(
    ([code, { remedy }]) => !text.includes(`\`${code}\``) || !text.includes(remedy),
  );
  expect(missing).toEqual([]);
});

test('edge names the folder of every recipe', () => {
  const text = read('packages/edge/llms.txt');
  const recipes = [...read('docs/recipes.md').matchAll(/\[`([\w-]+)\/`\]\(recipes\/\1\) \|/g)].map(([, name]) => name);
  expect(recipes.length).toBeGreaterThan(5);
  expect(recipes.filter((name) => !text.includes(`docs/recipes/${name}\``))).toEqual([]);
});

test('element names every attribute, event, slot and custom property of its manifest', () => {
  const text = read('packages/element/llms.txt');
  const { modules } = JSON.parse(read('packages/element/dist/custom-elements.json')) as {
    modules: { declarations: Record<string, { name: string }[]>[] }[];
  };
  const [element] = modules.flatMap(({ declarations }) => declarations);
  for (const kind of ['attributes', 'events', 'slots', 'cssParts', 'cssProperties']) {
    const names = element?.[kind]?.map(({ name }) => name) ?? [];
    expect(names.length, kind).toBeGreaterThan(0);
    expect(
      names.filter((name) => !text.includes(`\`${name}\`:`)),
      kind,
    ).toEqual([]);
  }
});

test('sandbox names every test card', () => {
  const text = read('apps/sandbox/llms.txt');
  expect(scenarios.filter(({ number }) => !text.includes(number))).toEqual([]);
});
