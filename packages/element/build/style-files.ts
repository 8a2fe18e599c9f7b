/** Minifies the style sheets of `dist`, because the bundler of a shop leaves the text of a `css` literal alone. */

import { globSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shrinkCss } from './shrink-css.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
for (const name of globSync('*.styles.js', { cwd: dist })) {
  const file = dist + name;
  const code = readFileSync(file, 'utf8');
  const shrunk = await shrinkCss(code, (sheet) => `css\`${sheet}\``);
  if (shrunk === code) continue;
  const { atime, mtime } = statSync(file);
  writeFileSync(file, shrunk);
  // Keeps the modification time, so that an incremental build sees no change.
  utimesSync(file, atime, mtime);
}
