/** Packs every published package and checks the tarballs with publint and attw. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';

const packages = [
  'packages/core',
  'packages/flow',
  'packages/element',
  'packages/edge',
  'packages/conformance',
  'packages/insight',
  'packages/create',
  'packages/doctor',
  'apps/sandbox',
];
/** Files for a page rather than for an import: they have no types to resolve. */
const filesForPages = ['plural-otp.css', 'plural-otp.min.js', 'integrity.json'];
const folder = mkdtempSync(join(tmpdir(), 'plural-otp-packages-'));
try {
  for (const path of packages) {
    const tarball = join(folder, `${path.replace('/', '-')}.tgz`);
    await run('pnpm', ['--silent', '--dir', path, 'pack', '--out', tarball]);
    await run('publint', ['run', tarball, '--strict']);
    const types = [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color'];
    await run('attw', path.endsWith('element') ? [...types, '--exclude-entrypoints', ...filesForPages] : types);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
