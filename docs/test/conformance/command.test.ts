import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTestBackend, type TestBackend } from './edge-backend.ts';
import { prepareSandbox, readSandbox, uncalledOperation } from './sandbox-state.ts';
import { type Intercept, serveBackend } from './serve-backend.ts';
import { root } from '../support/examples.ts';

const shopOrigin = 'http://127.0.0.1:3000';
const cli = join(root, 'packages/conformance/dist/cli.js');

async function serve(backend: TestBackend, intercept?: Intercept): Promise<readonly string[]> {
  const { origin, close } = await serveBackend(backend, intercept);
  onTestFinished(close);
  return [cli, `${origin}/plural`, '--sandbox', origin, '--origin', shopOrigin];
}

async function runCli(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, stdout, stderr };
}

describe('the command', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('puts the sandbox back after %s, and exits with %i', async (signal, exitCode) => {
    const backend = createTestBackend();
    prepareSandbox(backend, uncalledOperation);
    const before = readSandbox(backend);
    const args = await serve(backend);
    const only = [': a resend', 'concurrent resends', 'gives no resend back'].flatMap((rule) => ['--only', rule]);
    const child = spawn(process.execPath, [...args, ...only], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close');
    const stderr = text(child.stderr);
    // Settings differ and the clock has moved as soon as a resend was tested.
    for await (const line of createInterface({ input: child.stdout }))
      if (line.includes('a resend after its time')) child.kill(signal);
    expect(await ended).toEqual([exitCode, null]);
    expect(await stderr).toContain('The run was interrupted');
    expect(readSandbox(backend)).toEqual(before);
  });

  test('prints its results as JSON when it is interrupted, with the rest skipped', async () => {
    let starts = 0;
    let end = (): void => {};
    const backend = createTestBackend({
      onHookCall(body, respond) {
        if ('card' in body) starts += 1;
        // The first start is before the cases, and each of these cases starts one payment.
        if (starts === 3) end();
        return respond();
      },
    });
    const args = await serve(backend);
    const only = ['a resend before its time', 'a resend after its time'].flatMap((rule) => ['--only', rule]);
    const child = spawn(process.execPath, [...args, '--json', ...only], { stdio: ['ignore', 'pipe', 'pipe'] });
    end = () => void child.kill('SIGTERM');
    const ended = once(child, 'close');
    const [output, problems] = [text(child.stdout), text(child.stderr)];
    expect(await ended).toEqual([143, null]);
    expect(await problems).toContain('The run was interrupted; the sandbox is as it was.');
    expect(JSON.parse(await output)).toMatchObject([
      { group: 'generate and resend', status: 'passed' },
      { group: 'generate and resend', status: 'skipped', reason: 'the run was interrupted' },
    ]);
  });

  test('prints every result where the sandbox cannot be put back, and says so', async () => {
    const args = await serve(createTestBackend(), (path, incoming) => {
      const breaks = path === '/sandbox/clock' && incoming.method === 'POST';
      if (breaks) incoming.destroy();
      return breaks;
    });
    const { code, stdout, stderr } = await runCli([...args, '--json', '--only', 'submit: the correct OTP pays']);
    expect([code, JSON.parse(stdout)]).toEqual([0, [expect.objectContaining({ status: 'passed' })]]);
    expect(stderr).toContain('not put back');
  });

  test('ends when the hook never answers', async () => {
    const args = await serve(createTestBackend(), (path) => path === '/conformance');
    const { code, stderr } = await runCli([...args, '--timeout', '1']);
    expect(code).toBe(2);
    expect(stderr).toContain('the hook did not respond within 1 seconds');
  });

  test('ends when the backend stops to answer, with the rest skipped', async () => {
    let responses = 0;
    const args = await serve(createTestBackend(), (path) => path.startsWith('/plural/') && (responses += 1) > 8);
    const { code, stdout } = await runCli([...args, '--timeout', '1', '--json']);
    expect(code).toBe(1);
    const results = JSON.parse(stdout) as { status: string; reason?: string }[];
    expect(results.filter(({ status }) => status === 'failed')).toHaveLength(2);
    expect(results.at(-1)).toMatchObject({ status: 'skipped', reason: 'the backend stopped responding' });
  });

  test.each([
    ['is gone', (incoming: IncomingMessage) => void incoming.destroy()],
    ['never answers again', () => {}],
  ])('prints the results so far when the sandbox %s in the middle, with the rest skipped', async (_name, answer) => {
    // One read of the orders before the cases, and then one at the start of each.
    let reads = 0;
    const args = await serve(createTestBackend(), (path, incoming) => {
      if (path.startsWith('/sandbox/orders')) reads += 1;
      const isLost = path.startsWith('/sandbox/') && reads > 2;
      if (isLost) answer(incoming);
      return isLost;
    });
    const cases = ['the correct OTP pays', 'a wrong OTP is reported', 'the third wrong OTP'];
    const only = cases.flatMap((rule) => ['--only', `submit: ${rule}`]);
    const { code, stdout, stderr } = await runCli([...args, ...only, '--timeout', '1', '--json']);
    expect(code).toBe(1);
    const results: unknown = JSON.parse(stdout);
    expect(results).toMatchObject([
      { status: 'passed' },
      { status: 'failed', received: expect.stringMatching(/^the sandbox /) },
      { status: 'skipped', reason: 'the sandbox stopped responding' },
    ]);
    expect(stderr).toContain('not put back');
  });

  test('tries a connection that closes before a response once more', async () => {
    let requests = 0;
    const args = await serve(createTestBackend(), (path, incoming) => {
      const breaks = path.startsWith('/plural/') && (requests += 1) % 2 === 1;
      if (breaks) incoming.destroy();
      return breaks;
    });
    const { code, stdout } = await runCli([...args, '--only', 'submit: the correct OTP pays']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 passed')]);
    expect(requests).toBeGreaterThan(4);
  });

  test('counts a skipped case as a failure with --strict only', async () => {
    const backend = createTestBackend({
      onHookCall: async (body, respond) => ('sweep' in body ? new Response(null, { status: 404 }) : respond()),
    });
    const only = ['--only', 'sweep: a decline after', '--only', 'submit: the correct OTP pays'];
    const args = [...(await serve(backend)), ...only];
    expect((await runCli(args)).code).toBe(0);
    const strict = await runCli([...args, '--strict', '--junit']);
    expect(strict.code).toBe(1);
    expect(strict.stdout).toContain('skipped: the hook does not offer sweep');
    expect(strict.stdout).toContain('failures="1"');
  });
});
