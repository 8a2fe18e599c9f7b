/**
 * Builds each locale, the module that registers one (`dist/locale.js`), and the network marks (`dist/marks.js`), each as
 * one file without imports, because a page may load it alone, before or after the element.
 */

import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('..', import.meta.url));
await build({
  absWorkingDir: here,
  entryPoints: [
    ...globSync('src/locales/*.ts', { cwd: here }).map((file) => ({
      in: file,
      out: file.replace(/^src\/|\.ts$/g, ''),
    })),
    { in: 'src/locale/registry.ts', out: 'locale' },
    { in: 'src/marks.ts', out: 'marks' },
  ],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  // Unescaped letters stay readable, and take a third of the size.
  charset: 'utf8',
  allowOverwrite: true,
  logLevel: 'warning',
});
