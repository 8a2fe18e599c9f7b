import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Merchant } from './support/merchant.ts';

// npm and npx start in their own time.
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
    // As on a machine without a network and without anything in npm's cache; and not as part of this run's own npm.
    const outside = Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name));
    env = { ...Object.fromEntries(outside), npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true' };
    const tarball = join(folder, 'sandbox.tgz');
    await run('pnpm', ['pack', '--out', tarball], { cwd: own });
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', shop, tarball], { cwd: shop, env });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('brings no other package, and only what is published', async () => {
    const modules = join(shop, 'node_modules');
    const brought = (await readdir(modules)).filter((name) => !name.startsWith('.'));
    expect(brought).toEqual(['@plural-otp']);
    expect(await readdir(join(modules, '@plural-otp'))).toEqual(['sandbox']);
    const root = join(modules, '@plural-otp/sandbox');
    expect((await readdir(root)).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
    const files = await readdir(join(root, 'dist'), { recursive: true });
    expect(files.filter((name) => !/^[a-z-]+(\/[a-z-]+)?(\.js|\.d\.ts)?$/.test(name))).toEqual([]);
    expect(await readFile(join(root, 'dist/main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test.each(['plural-sandbox', '@plural-otp/sandbox'])(
    'npx %s starts it, and a shop can take a payment',
    async (name) => {
      const child = spawn('npx', ['--no-install', name, '--port', '0'], { cwd: shop, env, detached: true });
      try {
        const merchant = await new Merchant((request) => fetch(request), await originOf(child)).signIn();
        const { orderId, paymentId } = await merchant.start();
        await merchant.generate(paymentId);
        await merchant.submit(paymentId, '123456');
        expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
      } finally {
        endGroup(child);
      }
    },
  );

  test('createSandbox and listen are imported by their names', async () => {
    const code = `
      import { createSandbox, credentials } from '@plural-otp/sandbox';
      import { listen } from '@plural-otp/sandbox/listen';
      const server = await listen(createSandbox(), 0);
      const answer = await fetch(server.origin + '/sandbox/scenarios');
      const body = await answer.json();
      await server.close();
      console.log(JSON.stringify(body.credentials) === JSON.stringify(credentials));
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: shop, env });
    expect(stdout).toBe('true\n');
  });
});

async function originOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (words) => (said += String(words)));
  if (child.stdout !== null)
    for await (const line of createInterface({ input: child.stdout })) {
      const origin = /^Listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
      if (origin !== undefined) return origin;
    }
  throw new Error(`It ended without listening: ${said}`);
}

/** npx runs the tool as its child, so both are ended, as a terminal's Ctrl+C does. */
function endGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
}
