/**
 * Builds what the demo runs, with esbuild alone: modules without declarations, and the element without the last steps
 * that make its file smaller. `npm run build` makes what is published, over the same folders.
 */

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const common = { absWorkingDir: root, format: 'esm', target: 'es2022', charset: 'utf8', logLevel: 'warning' } as const;

/** Packages that Node loads, each as the modules it is written in. */
const modules = ['packages/core', 'packages/flow', 'packages/edge', 'packages/insight', 'apps/sandbox'];

await Promise.all(modules.map(buildModules));
// It imports the modules of flow.
await buildElement();
await import('./browser-files.ts');

async function buildModules(folder: string): Promise<void> {
  const outdir = `${folder}/dist`;
  const entryPoints = globSync(`${folder}/src/**/*.ts`, { cwd: root });
  await build({ ...common, entryPoints, outbase: `${folder}/src`, outdir });
  // As the compiler does: the source imports `./record.ts`, and the module `./record.js`.
  for (const file of globSync(`${root}/${outdir}/**/*.js`)) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(/((?:from|import)\s*\(?\s*["']\.[^"']+)\.ts(["'])/g, '$1.js$2'));
  }
}

async function buildElement(): Promise<void> {
  const element = `${root}/packages/element`;
  await build({
    ...common,
    entryPoints: [`${element}/src/index.ts`],
    outfile: `${element}/dist/plural-otp.min.js`,
    bundle: true,
    minify: true,
    conditions: ['production', 'browser', 'default'],
  });
  renameLitPolicy(`${element}/dist/plural-otp.min.js`);
  const locales = globSync(`${element}/src/locales/*.ts`).map((file) => ({
    in: file,
    out: `locales/${basename(file, '.ts')}`,
  }));
  await build({
    ...common,
    entryPoints: [...locales, { in: `${element}/src/locale/registry.ts`, out: 'locale' }],
    outdir: `${element}/dist`,
    bundle: true,
    minify: true,
    allowOverwrite: true,
  });
  await import('../../../packages/element/build/integrity.mjs');
}

/** Renames the Trusted Types policy of the bundled Lit, which the shop's content security policy names. */
function renameLitPolicy(file: string): void {
  const text = readFileSync(file, 'utf8');
  const renamed = text.replace('createPolicy("lit-html"', 'createPolicy("plural-otp"');
  if (renamed === text) throw new Error('Lit does not create its Trusted Types policy in the expected way.');
  writeFileSync(file, renamed);
}
