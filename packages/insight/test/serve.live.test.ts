import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'plural-insight-serve-'));
const token = 'the token of a shop';
const env = { PATH: process.env['PATH'] ?? '', INSIGHT_TOKEN: token, INSIGHT_SECRET: 'sixteen letters!' };
const running: ChildProcess[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the command, and returns the origin it listens on. */
async function serve(given: string[] = [], more = {}): Promise<{ child: ChildProcess; origin: string }> {
  const args = [main, 'serve', '--file', join(folder, 'insight.sqlite'), '--port', '0', ...given];
  const child = spawn(process.execPath, args, { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, origin: new URL(/http:\S+/.exec(line)?.[0] ?? '').origin };
}

test('plural-insight serve takes NDJSON with its token, shows the page, and keeps its file over a restart', async () => {
  const first = await serve();
  const nowMs = Date.now();
  const event = { type: 'started', reference: 'NL7K-1', order: 'o', attempt: 1, at: nowMs, ms: 0, issuer: 'HDFC' };
  const body = [event, { ...event, reference: 'NL7K-2' }, { ...event, type: 'unheard' }].map((one) =>
    JSON.stringify(one),
  );
  const post = (authorization: string): Promise<Response> =>
    fetch(`${first.origin}/events`, {
      method: 'POST',
      headers: { authorization },
      body: `${body.join('\n')}\nnot json\n`,
    });
  expect((await post('Bearer another token')).status).toBe(401);
  const taken = await post(`Bearer ${token}`);
  expect(await taken.json()).toEqual({ received: 4, notKept: { unknownType: 1, invalid: 1 } });
  first.child.kill('SIGTERM');
  expect(await once(first.child, 'exit')).toEqual([0, null]);

  const second = await serve();
  const page = await (await fetch(`${second.origin}/insight?range=1h`)).text();
  expect(page).toContain('HDFC');
  const found = await (await fetch(`${second.origin}/insight?reference=NL7K-2`)).text();
  expect(found).toContain('One payment:');
}, 60_000);

/** Runs the command to its end, and returns what it wrote as errors with its exit code. */
async function runToEnd(args: string[], given: NodeJS.ProcessEnv = env): Promise<[lines: string[], code: number]> {
  const child = spawn(process.execPath, [main, ...args], { env: given, stdio: ['ignore', 'ignore', 'pipe'] });
  running.push(child);
  let printed = '';
  child.stderr.on('data', (text) => (printed += String(text)));
  const [code] = (await once(child, 'close')) as [number];
  return [printed.trimEnd().split('\n'), code];
}

test('serve says in one line what is missing, and ends with 2', async () => {
  expect(await runToEnd(['serve'], { PATH: env.PATH })).toEqual([['INSIGHT_TOKEN: set at least 16 characters'], 2]);
  expect(await runToEnd(['serve'], { ...env, INSIGHT_PASSWORD: 'short' })).toEqual([
    ['INSIGHT_PASSWORD: set at least 16 characters'],
    2,
  ]);
}, 60_000);

test.each(['0.0.0.0', '::', 'shop.example', '10.0.0.7', '127.0.0.1.example'])(
  'serve does not open the page on %s without a password',
  async (host) => {
    expect(await runToEnd(['serve', '--host', host])).toEqual([
      [`--host ${host}: set INSIGHT_PASSWORD, since other machines reach the page there`],
      2,
    ]);
  },
  60_000,
);

test('serve opens the page on every address with a password, and to nobody who does not know it', async () => {
  const password = 'the password of the staff';
  const { origin } = await serve(['--host', '0.0.0.0'], { INSIGHT_PASSWORD: password });
  const url = `${origin.replace('0.0.0.0', '127.0.0.1')}/insight`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: `Basic ${btoa(`staff:${password}`)}` } })).status).toBe(200);
}, 60_000);

test('serve says in one line that its port or its file cannot be used, and ends with 1', async () => {
  const { origin } = await serve();
  const { port } = new URL(origin);
  const [lines, code] = await runToEnd(['serve', '--file', join(folder, 'other.sqlite'), '--port', port]);
  expect([lines, code]).toEqual([[expect.stringContaining(`--port ${port}: listen EADDRINUSE`)], 1]);
  const file = join(folder, 'text');
  writeFileSync(file, 'no database, but text that is longer than its header. '.repeat(50));
  expect(await runToEnd(['serve', '--file', file])).toEqual([[`--file ${file}: file is not a database`], 1]);
  const absent = join(folder, 'absent', 'insight.sqlite');
  expect(await runToEnd(['serve', '--file', absent])).toEqual([[`--file ${absent}: unable to open database file`], 1]);
}, 60_000);
