import { type ChildProcess, spawn } from 'node:child_process';
import { lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Merchant, toText } from './support/merchant.ts';

// A process may take long to start.
vi.setConfig({ testTimeout: 30_000 });

const main = new URL('../src/main.ts', import.meta.url).pathname;

interface Running {
  readonly origin: string;
  readonly stdout: string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

let folder: string;
const children = new Set<ChildProcess>();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plural-sandbox-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await rm(folder, { recursive: true });
});

/** Returns a port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function run(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env }, cwd: folder });
  children.add(child);
  return child;
}

const exitCode = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

async function start(args: readonly string[], env: Record<string, string> = {}): Promise<Running> {
  const child = run(args, env);
  let stdout = '';
  for await (const chunk of child.stdout ?? []) {
    stdout += String(chunk);
    if (/^Listening on http:\/\/\S+\n/m.test(stdout)) break;
  }
  const origin = /^Listening on (http:\/\/127\.0\.0\.\d:\d+)\n$/m.exec(stdout)?.[1] ?? '';
  return {
    origin,
    stdout,
    stop: (signal = 'SIGTERM') => {
      const end = exitCode(child);
      child.kill(signal);
      return end;
    },
  };
}

async function runToExit(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = run(args);
  let stderr = '';
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  return { code: await exitCode(child), stderr };
}

describe('plural-sandbox', () => {
  test('prints credentials, cards and last its URL, and listens there', async () => {
    const sandbox = await start(['--port', '0']);
    for (const text of ['sandbox-client', 'sandbox-secret', 'abc1234', '4012001037141112', '123456'])
      expect(sandbox.stdout).toContain(text);
    expect(sandbox.stdout.trimEnd().split('\n').at(-1)).toBe(`Listening on ${sandbox.origin}`);
    const merchant = await new Merchant((request) => fetch(request), sandbox.origin).signIn();
    expect((await merchant.createOrder()).status).toBe(200);
    expect(await sandbox.stop()).toBe(0);
  });

  test('reads SANDBOX_PORT, --lenient, --merchant and --webhook-url', async () => {
    const sandbox = await start(['--lenient', '--merchant', 'Tea', '--webhook-url', 'http://127.0.0.1:9/hook'], {
      SANDBOX_PORT: '0',
    });
    const stranger = new Merchant((request) => fetch(request), sandbox.origin);
    const { body } = await stranger.call('GET', '/sandbox/settings');
    expect(body['settings']).toMatchObject({ lenient: true, merchantName: 'Tea' });
    expect((await stranger.call('GET', '/sandbox/webhooks')).body).toMatchObject({ url: 'http://127.0.0.1:9/hook' });
    await sandbox.stop();
  });

  test('--host and --allow-host: another address of this machine, and its name', async () => {
    const sandbox = await start(['--port', '0', '--host', '127.0.0.2', '--allow-host', 'sandbox']);
    expect(sandbox.origin).toContain('http://127.0.0.2:');
    expect((await fetch(`${sandbox.origin}/sandbox/health`)).status).toBe(200);
    expect(await sandbox.stop()).toBe(0);
  });

  test('--origin: challenge URLs have it, whatever name the request had', async () => {
    const sandbox = await start(['--port', '0', '--origin', 'http://localhost:4000/']);
    const merchant = await new Merchant((request) => fetch(request), sandbox.origin).signIn();
    const { challengeUrl } = await merchant.start();
    expect(challengeUrl).toMatch(/^http:\/\/localhost:4000\/web\//);
    expect(await sandbox.stop()).toBe(0);
  });

  test('--state keeps orders and tokens over a restart', async () => {
    const file = join(folder, 'state.json');
    const first = await start(['--port', '0', '--state', file]);
    const merchant = await new Merchant((request) => fetch(request), first.origin).signIn();
    const { orderId, paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    expect(await first.stop()).toBe(0);
    expect(await readFile(file, 'utf8')).toContain(orderId);

    const second = await start(['--port', '0', '--state', file]);
    const same = new Merchant((request) => fetch(request), second.origin);
    same.token = merchant.token;
    expect((await same.submit(paymentId, '123456')).body).toEqual({ status: 'SUCCESS' });
    expect(await same.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
    await second.stop();
  });

  test('a payment that becomes due after a restart sends a webhook with the address of the process', async () => {
    const file = join(folder, 'state.json');
    const port = String(await freePort());
    const received = Promise.withResolvers<{ data: { challenge_url: string } }>();
    const shop = createServer((request, response) => {
      void json(request).then((body) => received.resolve(body as { data: { challenge_url: string } }));
      response.end();
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    const first = await start(['--port', port, '--state', file, '--freeze']);
    const merchant = await new Merchant((request) => fetch(request), first.origin).signIn();
    const { paymentId, challengeUrl } = await merchant.start('slow');
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    await first.stop();

    const hook = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/hook`;
    const later = new Date(Date.now() + 60_000).toISOString();
    const second = await start(['--port', port, '--state', file, '--now', later, '--webhook-url', hook]);
    expect((await received.promise).data.challenge_url).toBe(challengeUrl);
    await second.stop();
    shop.close();
  });

  test('no order that was answered is lost when the process is killed', async () => {
    const file = join(folder, 'state.json');
    const first = await start(['--port', '0', '--state', file]);
    const merchant = await new Merchant((request) => fetch(request), first.origin).signIn();
    const orderIds: string[] = [];
    for (let i = 0; i < 20; i++) orderIds.push(toText((await merchant.createOrder()).body['data']?.['order_id']));
    await first.stop('SIGKILL');

    const second = await start(['--port', '0', '--state', file]);
    const same = new Merchant((request) => fetch(request), second.origin);
    same.token = merchant.token;
    for (const orderId of orderIds) expect((await same.getOrder(orderId)).status).toBe(200);
    await second.stop();
  });

  test('one state file serves one process, and a symbolic link to it stays a link', async () => {
    const [file, link] = [join(folder, 'state.json'), join(folder, 'link.json')];
    await (await start(['--port', '0', '--state', file])).stop();
    await symlink(file, link);
    const first = await start(['--port', '0', '--state', link]);
    const second = await runToExit(['--port', '0', '--state', file]);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringMatching(/is in use by process \d+/) as string });
    expect(await first.stop()).toBe(0);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    // Neither an orderly end nor a killed process leaves the file locked.
    await writeFile(`${file}.lock`, '999999999');
    expect(await (await start(['--port', '0', '--state', file])).stop()).toBe(0);
  });

  test('--import, --seed, --now and --freeze start every run in the same way, and write nothing', async () => {
    const file = join(folder, 'seed.json');
    const seed = await start(['--port', '0', '--state', file]);
    await (await new Merchant((request) => fetch(request), seed.origin).signIn()).start();
    await seed.stop();
    const before = await readFile(file, 'utf8');

    const args = ['--port', '0', '--import', file, '--seed', '7', '--now', '2026-01-05T06:30:00Z', '--freeze'];
    const ids: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const sandbox = await start(args);
      const merchant = await new Merchant((request) => fetch(request), sandbox.origin).signIn();
      const { body } = await merchant.createOrder({ merchant_order_reference: 'fixed' });
      ids.push([body['data']?.['order_id'], merchant.token]);
      expect((await merchant.call('GET', '/sandbox/orders')).body['orders']).toHaveLength(2);
      await sandbox.stop();
    }
    expect(ids[0]).toEqual(ids[1]);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  test('--exec runs a command next to the sandbox and ends with its exit code', async () => {
    const script = `fetch(process.env.SANDBOX_ORIGIN + '/sandbox/health').then((r) => process.exit(r.ok ? 7 : 1))`;
    await writeFile(join(folder, 'check.mjs'), script);
    const end = await runToExit(['--port', '0', '--exec', `"${process.execPath}" check.mjs`]);
    expect(end).toEqual({ code: 7, stderr: '' });
  });

  test('--exec hands SIGTERM on to its command, and ends with it', async () => {
    const sandbox = await start([
      '--port',
      '0',
      '--exec',
      `exec "${process.execPath}" -e "setInterval(() => {}, 1000)"`,
    ]);
    expect(await sandbox.stop()).toBe(128 + 15);
    await expect(fetch(sandbox.origin)).rejects.toThrow();
  });

  test.each([
    [['--nonsense'], /nonsense/],
    [['--state', main], /^Invalid state file: /],
  ] as const)('%j exits with a message and code 1', async (args, message) => {
    const end = await runToExit(args);
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(message);
    expect(end.stderr).not.toContain('    at ');
  });

  test('a port in use is reported, with exit code 1', async () => {
    const first = await start(['--port', '0']);
    const end = await runToExit(['--port', new URL(first.origin).port]);
    expect(end).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Port \d+ is already in use\. /) as string });
    await first.stop();
  });
});
