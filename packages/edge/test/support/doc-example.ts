/** Runs the store examples of docs/stores.md against the contract, so that the page cannot drift from the code. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
// Ignored by git, and within the package, so that what the examples import is found.
const folder = at('../../reports/examples');

/** Finds a file of the repository from here upwards, also from the copy that mutation tests run in. */
function findUpwards(path: string, from: string): string {
  const found = join(from, path);
  if (existsSync(found)) return found;
  if (dirname(from) === from) throw new Error(`no folder above this file has ${path}`);
  return findUpwards(path, dirname(from));
}

/** Writes the TypeScript example below a heading of docs/stores.md to a file that imports our source; returns its path. */
export function writeDocExample(heading: string): string {
  const text = readFileSync(findUpwards('docs/stores.md', at('.')), 'utf8');
  const [, below] = text.split(new RegExp(`^#+ ${heading}\\n`, 'm'));
  const [, code] = /^```ts\n(.*?)^```$/ms.exec(below ?? '') ?? [];
  if (code === undefined) throw new Error(`docs/stores.md has no example below ${heading}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${heading.replaceAll(' ', '-')}-${randomUUID()}.ts`);
  writeFileSync(file, code.replaceAll(/@plural-otp\/edge\/stores\/([a-z-]+)/g, at('../../src/stores/$1.ts')));
  return file;
}

/** Imports the example below a heading of docs/stores.md, unchanged, with these environment variables set. */
export async function importDocExample<T>(heading: string, env: Record<string, string>): Promise<T> {
  const file = writeDocExample(heading);
  Object.assign(process.env, env);
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as T;
  } finally {
    rmSync(file, { force: true });
  }
}
