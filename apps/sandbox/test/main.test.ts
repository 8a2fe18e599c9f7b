import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Merchant } from './support/merchant.ts';

// A process starts in its own time.
vi.setConfig({ testTimeout: 30_000 });

const main = new URL('../src/main.ts', import.meta.url).pathname;

interface Running {
  readonly origin: string;
  readonly printed: string;
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

function run(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env }, cwd: folder });
  children.add(child);
  return child;
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

async function start(args: readonly string[], env: Record<string, string> = {}): Promise<Running> {
  const child = run(args, env);
  let printed = '';
  for await (const chunk of child.stdout ?? []) {
    printed += String(chunk);
    if (/^Listening on http:\/\/\S+\n/m.test(printed)) break;
  }
  const origin = /^Listening on (http:\/\/127\.0\.0\.1:\d+)\n$/m.exec(printed)?.[1] ?? '';
  return {
    origin,
    printed,
    stop: (signal = 'SIGTERM') => {
      const end = ended(child);
      child.kill(signal);
      return end;
    },
  };
}

async function failure(args: readonly string[]): Promise<{ code: number | null; words: string }> {
  const child = run(args);
  let words = '';
  child.stderr?.on('data', (chunk) => (words += String(chunk)));
  return { code: await ended(child), words };
}

describe('plural-sandbox', () => {
  test('prints credentials, cards and its address last, and answers there', async () => {
    const sandbox = await start(['--port', '0']);
    for (const text of ['sandbox-client', 'sandbox-secret', 'abc1234', '4012001037141112', '123456'])
      expect(sandbox.printed).toContain(text);
    expect(sandbox.printed.trimEnd().split('\n').at(-1)).toBe(`Listening on ${sandbox.origin}`);
    const merchant = await new Merchant((request) => fetch(request), sandbox.origin).signIn();
    expect((await merchant.createOrder()).status).toBe(200);
    expect(await sandbox.stop()).toBe(0);
  });

  test('takes its port from SANDBOX_PORT, and --lenient and --webhook-url', async () => {
    const sandbox = await start(['--lenient', '--webhook-url', 'http://127.0.0.1:9/hook'], { SANDBOX_PORT: '0' });
    const stranger = new Merchant((request) => fetch(request), sandbox.origin);
    const { body } = await stranger.call('GET', '/sandbox/settings');
    expect(body['settings']).toMatchObject({ lenient: true });
    expect((await stranger.call('GET', '/sandbox/webhooks')).body).toMatchObject({ url: 'http://127.0.0.1:9/hook' });
    await sandbox.stop();
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

  test.each([
    [['--port', 'abc'], /--port takes/],
    [['--port', '70000'], /--port takes/],
    [['--webhook-url', 'shop'], /--webhook-url takes/],
    [['--nonsense'], /nonsense/],
    [['--state', main], /no state of this sandbox/],
  ] as const)('%j ends with words and code 1', async (args, words) => {
    const end = await failure(args);
    expect(end.code).toBe(1);
    expect(end.words).toMatch(words);
    expect(end.words).not.toContain('    at ');
  });

  test('a port that is taken is said so', async () => {
    const first = await start(['--port', '0']);
    const end = await failure(['--port', new URL(first.origin).port]);
    expect(end).toMatchObject({ code: 1, words: expect.stringContaining('taken') as string });
    await first.stop();
  });
});
