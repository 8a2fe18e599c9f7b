/** Runs the Vitest example of docs/sandbox.md as printed: importing it registers its tests here. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { examples, root } from './support/examples.ts';

const example = examples().find(({ where, code }) => where.startsWith('docs/sandbox.md') && code.includes("'vitest'"));
const folder = join(root, 'docs/.vitest-example');
mkdirSync(folder, { recursive: true });
const file = join(folder, 'example.ts');
writeFileSync(file, example?.code ?? '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
await import(/* @vite-ignore */ file);

test('docs/sandbox.md has an example for Vitest with one test', () => {
  expect(example?.code.match(/^test\(/gm)).toHaveLength(1);
});
