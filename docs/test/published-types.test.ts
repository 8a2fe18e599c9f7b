import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './support/examples.ts';

const run = promisify(execFile);
const packages = [
  'packages/core',
  'packages/flow',
  'packages/element',
  'packages/edge',
  'packages/conformance',
  'packages/insight',
  'apps/sandbox',
];
const programs = {
  Deno: [
    join(root, 'apps/runtimes/node_modules/.bin/deno'),
    'check',
    '--no-remote',
    '--no-lock',
    'right.ts',
    'wrong.ts',
  ],
  TypeScript: [join(root, 'node_modules/.bin/tsc'), '--project', '.'],
} as const;

let folder: string;
/** Import statements of every entry that has types, for example `import * as n0 from '@plural-otp/core'`. */
const entries: string[] = [];

interface Manifest {
  name: string;
  exports: Record<string, string | { types: string }>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** Links a package's dependencies from this checkout. */
function linkDependencies(path: string, { dependencies = {} }: Manifest, modules: string): void {
  for (const name of Object.keys(dependencies)) {
    const link = join(modules, name);
    if (name.startsWith('@plural-otp/') || existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join(root, path, 'node_modules', name)), link);
  }
}

/** Lists the entries that have types; entries for a framework are checked by the framework's own checker. */
function typedEntries({ name, exports, peerDependencies = {} }: Manifest): string[] {
  return Object.entries(exports)
    .filter(([entry, conditions]) => {
      const framework = entry.slice('./'.length);
      return (
        typeof conditions === 'object' &&
        !Object.keys(peerDependencies).some((name) => name.replace(/-js$/, '') === framework)
      );
    })
    .map(([entry]) => name + entry.slice('.'.length).replace('*', 'hi'));
}

async function unpack(path: string, modules: string): Promise<void> {
  const tarball = join(folder, `${path.replace('/', '-')}.tgz`);
  await run('pnpm', ['--dir', join(root, path), 'pack', '--out', tarball]);
  const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Manifest;
  // Linked instead of copied, because Deno then resolves the declarations as plain modules, literally, as it does from
  // a workspace or a URL.
  const target = join(folder, path);
  mkdirSync(target, { recursive: true });
  symlinkSync(target, join(modules, manifest.name));
  await run('tar', ['--extract', '--file', tarball, '--directory', target, '--strip-components', '1']);
  linkDependencies(path, manifest, modules);
  entries.push(...typedEntries(manifest));
}

/** Runs a checker over the two files `right.ts` and `wrong.ts`, and returns its output. */
async function told(program: keyof typeof programs): Promise<string> {
  const [command, ...args] = programs[program];
  const { stdout, stderr } = await run(command, args, { cwd: folder }).catch((error: Told) => error);
  return stdout + stderr;
}

interface Told {
  stdout: string;
  stderr: string;
}

describe('the packed packages', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plural-otp-types-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const modules = join(folder, 'node_modules');
    for (const scope of ['@plural-otp', '@types']) mkdirSync(join(modules, scope), { recursive: true });
    for (const path of packages) await unpack(path, modules);
    symlinkSync(realpathSync(join(root, 'node_modules/@types/node')), join(modules, '@types/node'));
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipDefaultLibCheck: true,
      target: 'ES2022',
      module: 'NodeNext',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      types: ['node'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['right.ts', 'wrong.ts'] }));
    writeFileSync(
      join(folder, 'right.ts'),
      `import { createPlural, type Plural } from '@plural-otp/core';
      import { createOtpHandler, memoryStore, type PaymentVerdict } from '@plural-otp/edge';
      ${entries.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n')}
      export const all = [${entries.map((_, index) => `entry${index}`).join(', ')}];
      export const outcomes: PaymentVerdict['outcome'][] = [];
      const plural: Plural = createPlural({ environment: 'uat', clientId: 'id', clientSecret: 'secret' });
      export const handler = createOtpHandler({
        plural,
        origin: 'https://shop.example',
        store: memoryStore(),
        onVerdict: (verdict) => void outcomes.push(verdict.outcome),
      });`,
    );
    writeFileSync(
      join(folder, 'wrong.ts'),
      `import { createPlural } from '@plural-otp/core';
      export const plural = createPlural({ environment: 'uat', clientId: 1, clientSecret: 'secret' });`,
    );
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['Deno', 'TypeScript'] as const)(
    'are typed for %s: each entry is found, and of a right and a wrong call only the wrong one is named',
    async (program) => {
      expect(entries.length).toBeGreaterThan(10);
      const errors = (await told(program)).match(/TS\d+.*|.*error TS\d+.*/g) ?? [];
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatch(/TS2322.*'number' is not assignable to type 'string'/);
    },
    // Type-checking is slow on a loaded machine.
    180_000,
  );
});
