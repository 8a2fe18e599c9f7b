/**
 * Builds the files that the shop's pages load, into `dist`: one script and one style sheet for each kind of page, small,
 * and compressed once for all requests.
 */

import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist`;

const names =
  'site.js checkout.js playground.js merchant.js styles.css playground.css no-script.css merchant.css insight-look.css';

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: names.split(' ').map((name) => `src/public/${name}`),
  outdir,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  logLevel: 'warning',
});
for (const file of globSync(`${outdir}/*.{js,css}`)) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }));
}
