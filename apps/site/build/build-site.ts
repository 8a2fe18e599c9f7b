/**
 * Builds the site into `dist`: the API reference of `core` as Markdown, the pages, and a check of every link. Needs the
 * built packages. `SITE_BASE` is the path it is served from, `SITE_URL` its address, `SITE_OUT` another folder.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { checkLinks } from './check-links.ts';

const site = join(import.meta.dirname, '..');
const dist = process.env['SITE_OUT'] ?? join(site, 'dist');

function run(folder: string, packageName: string, file: string, args: readonly string[]): void {
  const path = join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), file);
  // What a test runner sets for its own build would change this one.
  const { BASE_URL: _base, MODE: _mode, DEV: _dev, PROD: _prod, SSR: _ssr, ...inherited } = process.env;
  const env = { ...inherited, NODE_ENV: 'production', ASTRO_TELEMETRY_DISABLED: '1' };
  const { status } = spawnSync(process.execPath, [path, ...args], { cwd: folder, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const plugin = createRequire(import.meta.url).resolve('typedoc-plugin-markdown');
// One page per entry. The types were checked by the build of the package.
const options = ['--plugin', plugin, '--router', 'module', '--out', join(site, '.generated/api'), '--readme', 'none'];
const quick = [
  '--skipErrorChecking',
  '--disableSources',
  '--hidePageHeader',
  '--hideBreadcrumbs',
  '--useHTMLAnchors',
  '--logLevel',
  'Warn',
];
run(join(site, '../../packages/core'), 'typedoc', 'bin/typedoc', ['--options', 'typedoc.json', ...options, ...quick]);

// Astro renames what it rendered into its output, which fails from one file system to another: the output is copied.
const output = join(site, '.generated/dist');
rmSync(output, { recursive: true, force: true });
// Everything each time, because the cache does not notice a change of the options for code.
run(site, 'astro', 'bin/astro.mjs', ['build', '--silent', '--force', '--outDir', output]);
rmSync(dist, { recursive: true, force: true });
cpSync(output, dist, { recursive: true });
rmSync(output, { recursive: true });

const problems = checkLinks(dist, process.env['SITE_BASE'] ?? '/');
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`The site is in ${dist}, and each of its links leads somewhere.`);
