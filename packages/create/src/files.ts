/** Reads the templates and writes a shop's files. */

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Templates } from './templates.ts';

/** Reads the templates of this package. */
export function readTemplates(): Templates {
  return JSON.parse(readFileSync(new URL('templates.json', import.meta.url), 'utf8')) as Templates;
}

/** Names that a new repository may have before there is a shop in it. */
const harmless = new Set(['.git', '.DS_Store', '.idea', '.vscode']);

/** Describes why a shop cannot be written to a folder; undefined when it can. */
export function findObstacle(folder: string): string | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (!found.isDirectory()) return `${folder} is a file. Choose the name of a new folder.`;
  const names = readdirSync(folder).filter((name) => !harmless.has(name));
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
  return `${folder} is not empty: it has ${shown}. Choose a new folder; nothing was changed.`;
}

/** Writes files into a folder, which must not have any of them. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    // Fails for a file that appeared meanwhile, in place of overwriting it.
    writeFileSync(file, text, { flag: 'wx' });
  }
}
