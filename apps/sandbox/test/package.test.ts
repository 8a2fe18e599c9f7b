import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Merchant } from './support/merchant.ts';

// npm and npx may take long to start.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const own = new URL('..', import.meta.url).pathname;
const run = promisify(execFile);

describe('the packed tarball, installed in an empty folder', () => {
  let folder: string;
  let shop: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plural-sandbox-package-'));
    shop = join(folder, 'shop');
    await mkdir(shop);
    // Offline with an empty npm cache, and without the environment of the npm that runs this test.
    const outside = Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name));
    env = { ...Object.fromEntries(outside), npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true' };
    const tarball = join(folder, 'sandbox.tgz');
    await run('pnpm', ['pack', '--out', tarball], { cwd: own });
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', shop, tarball], { cwd: shop, env });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('installs no other package, and only the published files', async () => {
    const modules = join(shop, 'node_modules');
    const installed = (await readdir(modules)).filter((name) => !name.startsWith('.'));
    expect(installed).toEqual(['@plural-otp']);
    expect(await readdir(join(modules, '@plural-otp'))).toEqual(['sandbox']);
    const root = join(modules, '@plural-otp/sandbox');
    expect((await readdir(root)).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'llms.txt', 'package.json']);
    const files = await readdir(join(root, 'dist'), { recursive: true });
    expect(files.filter((name) => !/^[a-z-]+(\/[a-z-]+)?(\.js|\.d\.ts)?$/.test(name))).toEqual([]);
    expect(await readFile(join(root, 'dist/main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test.each(['plural-sandbox', '@plural-otp/sandbox'])(
    'npx %s starts the sandbox, and a shop can take a payment',
    async (name) => {
      const child = spawn('npx', ['--no-install', name, '--port', '0'], { cwd: shop, env, detached: true });
      try {
        const merchant = await new Merchant((request) => fetch(request), await readOrigin(child)).signIn();
        const { orderId, paymentId } = await merchant.start();
        await merchant.generate(paymentId);
        await merchant.submit(paymentId, '123456');
        expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
      } finally {
        interruptGroup(child);
      }
    },
  );

  test('createSandbox and listen are imported from their entries', async () => {
    const code = `
      import { createSandbox, credentials } from '@plural-otp/sandbox';
      import { listen } from '@plural-otp/sandbox/listen';
      const server = await listen(createSandbox(), 0);
      const response = await fetch(server.origin + '/sandbox/scenarios');
      const body = await response.json();
      await server.close();
      console.log(JSON.stringify(body.credentials) === JSON.stringify(credentials));
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: shop, env });
    expect(stdout).toBe('true\n');
  });
});

async function readOrigin(child: ChildProcess): Promise<string> {
  let stderr = '';
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  if (child.stdout !== null)
    for await (const line of createInterface({ input: child.stdout })) {
      const origin = /^Listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
      if (origin !== undefined) return origin;
    }
  throw new Error(`The process exited without listening: ${stderr}`);
}

/** Interrupts npx and the process it started, as Ctrl+C in a terminal does. */
function interruptGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
}
