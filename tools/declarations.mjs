/**
 * Makes the declarations of a package resolve everywhere. Deno resolves import specifiers literally, so declarations
 * import `./record.js` as the modules do (the compiler rewrites specifiers in its `.js` output alone), and each module
 * names its declarations.
 *
 * `node declarations.mjs`, in the package's folder, after the compiler.
 */
import { existsSync, globSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import ts from 'typescript';

for (const file of globSync('dist/**/*.d.ts')) {
  rewrite(file, (text) => withModuleNames(file, text));
  const module = file.replace(/\.d\.ts$/, '.js');
  if (existsSync(module)) rewrite(module, (text) => withOwnTypes(basename(file), text));
}

function withModuleNames(file, text) {
  let written = text;
  for (const { fileName, pos } of ts.preProcessFile(text).importedFiles) {
    if (!/^\.\.?\/.*\.ts$/.test(fileName)) continue;
    // The length stays the same, so that the declaration maps stay valid.
    const named = pos + 1;
    const end = named + fileName.length;
    if (text.slice(named, end) !== fileName) throw new Error(`${file}: ${fileName} is not where the compiler says`);
    written = `${written.slice(0, end - '.ts'.length)}.js${written.slice(end)}`;
  }
  return written;
}

function withOwnTypes(declarations, text) {
  const note = `/* @ts-self-types="./${declarations}" */ `;
  // A program is started, never imported, so it needs no types.
  return text.startsWith(note) || text.startsWith('#!') ? text : note + text;
}

function rewrite(file, change) {
  const text = readFileSync(file, 'utf8');
  const written = change(text);
  if (written === text) return;
  const { atime, mtime } = statSync(file);
  writeFileSync(file, written);
  // Keeps the modification time, so that an incremental build sees no change.
  utimesSync(file, atime, mtime);
}
