import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'plural-insight-serve-'));
const token = 'the token of a shop';
const env = { PATH: process.env['PATH'] ?? '', INSIGHT_TOKEN: token, INSIGHT_SECRET: 'sixteen letters!' };
const running: ChildProcess[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the command, and returns the origin it listens on. */
async function serve(): Promise<{ child: ChildProcess; origin: string }> {
  const args = [main, 'serve', '--file', join(folder, 'insight.sqlite'), '--port', '0'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
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

test('plural-insight says what is missing, and ends with 2', async () => {
  const child = spawn(process.execPath, [main, 'serve'], {
    env: { PATH: env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.push(child);
  const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string];
  expect(line).toBe('INSIGHT_TOKEN: set at least 16 characters');
  if (child.exitCode === null) await once(child, 'exit');
  expect(child.exitCode).toBe(2);
}, 60_000);
