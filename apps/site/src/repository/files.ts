/** Reads the repository at build time. Nothing of it is copied into the site's source. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The build bundles this file elsewhere, so the folder that the command runs in is the anchor.
const root = findRoot(process.cwd());

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder;
  const parent = join(folder, '..');
  if (parent === folder) return fileURLToPath(new URL('../../../../', import.meta.url));
  return findRoot(parent);
}

/** Returns the absolute path of a file of the repository. */
export const toAbsolute = (path: string): string => join(root, path);

/** Reads a file of the repository, such as `docs/errors.md`. */
export const readText = (path: string): string => readFileSync(toAbsolute(path), 'utf8');

/** Returns what a path of the repository is; undefined when it does not exist. */
export function kindOf(path: string): 'file' | 'folder' | undefined {
  if (!existsSync(toAbsolute(path))) return undefined;
  return statSync(toAbsolute(path)).isDirectory() ? 'folder' : 'file';
}

/** Lists the files below a folder of the repository, as paths from its root. Ignores what is generated. */
export function listFiles(folder: string): string[] {
  return readdirSync(toAbsolute(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/').replace(/^\//, ''))
    .filter((path) => !/(^|\/)(node_modules|dist|\.)/.test(path))
    .toSorted();
}
