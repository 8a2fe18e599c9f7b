import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { runConformance } from '@plural-otp/conformance';
import type { Operation } from '@plural-otp/sandbox';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTestBackend, type TestBackend } from './edge-backend.ts';
import { startOtherClients } from './other-clients.ts';
import { type Intercept, serveBackend } from './serve-backend.ts';
import { root } from '../support/examples.ts';

const shopOrigin = 'http://127.0.0.1:3000';
const getOptions = ({ url, hook, sandboxUrl, fetch }: TestBackend) => ({ url, hook, sandbox: sandboxUrl, fetch });
const cli = join(root, 'packages/conformance/dist/cli.js');

/** Changes everything about a sandbox that a run changes too. `operation`: the one that is scripted to fail. */
function prepareSandbox({ sandbox }: TestBackend, operation: Operation = 'getOrder'): void {
  sandbox.configure({ otpAttempts: 7, lenient: true });
  sandbox.script({ operation, fault: 'status', status: 503, times: 4, skip: 2 });
  sandbox.advance(500);
}
const readSandbox = ({ sandbox: { settings, state } }: TestBackend) =>
  structuredClone({
    settings: settings(),
    faults: state.faults.map(({ fault, skip, remaining }) => ({ ...fault, skip, remaining, times: 0 })),
    clock: state.frozenAtMs ?? state.clockOffsetMs,
    isFrozen: state.frozenAtMs !== null,
  });

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

describe('a run puts settings, scripted faults and clock of the sandbox back', () => {
  test('at its end, and is not disturbed by them', async () => {
    const backend = createTestBackend();
    prepareSandbox(backend);
    const before = readSandbox(backend);
    const results = await runConformance({
      ...getOptions(backend),
      only: ['the third wrong OTP', 'a session is rejected after 25 hours', 'is lost', 'a resend gives'],
    });
    expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(readSandbox(backend)).toEqual(before);
  });

  const day = 86_400_000;
  test.each([
    ['half a year ahead', { nowMs: Date.now() + 180 * day }],
    ['more than a year ahead', { nowMs: Date.now() + 730 * day }],
    ['a year back', { nowMs: Date.now() - 365 * day }],
    ['a fraction of a second ahead', { nowMs: Date.now() + 1234 }],
    ['at a time that stands still', { nowMs: Date.UTC(2026, 0, 5), frozen: true }],
    ['at the present, which stands still', { frozen: true }],
  ])('with a clock %s', async (_name, clock) => {
    const backend = createTestBackend();
    prepareSandbox(backend);
    backend.sandbox.setClock(clock);
    const before = readSandbox(backend);
    const only = ['a resend after its time', 'a session is rejected after 25 hours'];
    expect(await runConformance({ ...getOptions(backend), only })).toHaveLength(2);
    expect(readSandbox(backend)).toEqual(before);
  });

  test.each(['clock', 'settings'])('and returns the results where the %s cannot be put back', async (part) => {
    const backend = createTestBackend();
    prepareSandbox(backend);
    const before = readSandbox(backend);
    let isOver = false;
    const failures: string[] = [];
    const results = await runConformance({
      ...getOptions(backend),
      only: ['submit: the correct OTP pays'],
      onResult: () => (isOver = true),
      onRestoreFailure: ({ message }) => failures.push(message),
      async fetch(input, init) {
        const request = new Request(input, init);
        const isRefused = isOver && request.method === 'POST' && request.url.endsWith(`/sandbox/${part}`);
        return isRefused ? new Response(null, { status: 500 }) : backend.fetch(request);
      },
    });
    expect(results).toMatchObject([{ status: 'passed' }]);
    expect(failures).toEqual([
      `The sandbox's state was not put back: ${part} (the sandbox responded to /sandbox/${part} with 500).`,
    ]);
    const after = readSandbox(backend);
    expect({ ...after, [part]: null }).toEqual({ ...before, [part]: null });
  });

  test('and returns the results so far where the settings cannot be reset after a case', async () => {
    const backend = createTestBackend();
    const only = ['submit: a payment of another amount'];
    let changes = 0;
    const results = await runConformance({
      ...getOptions(backend),
      only,
      onRestoreFailure: () => {},
      async fetch(input, init) {
        const request = new Request(input, init);
        // The first is before the cases, the second is of the case, and the third puts them back after it.
        if (request.method === 'POST' && request.url.endsWith('/sandbox/settings')) changes += 1;
        return changes > 2 ? new Response(null, { status: 500 }) : backend.fetch(request);
      },
    });
    expect(results).toMatchObject([
      {
        status: 'failed',
        expected: 'a sandbox that is ready for the next case',
        received: expect.stringContaining('500'),
      },
      { status: 'skipped', reason: 'the sandbox stopped responding' },
    ]);
  });

  // Nobody knows when a backend has ended the request that a run was interrupted in: its last reads would use faults up.
  const unused = 'refundOrder';

  test('when it is aborted in the middle of a case', async () => {
    const backend = createTestBackend();
    prepareSandbox(backend, unused);
    const before = readSandbox(backend);
    const abort = new AbortController();
    const run = runConformance({
      ...getOptions(backend),
      only: ['the phase stays `confirming` while the order cannot be read'],
      signal: abort.signal,
      async fetch(input, init) {
        const request = new Request(input, init);
        if (backend.sandbox.state.faults.length > 0 && request.url.endsWith('/otp/submit'))
          abort.abort(new Error('enough'));
        return backend.fetch(request);
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(readSandbox(backend)).toEqual(before);
  });

  test('when the hook cannot start a payment', async () => {
    const backend = createTestBackend({ onHookCall: async () => new Response(null, { status: 500 }) });
    prepareSandbox(backend);
    const before = readSandbox(backend);
    await expect(runConformance(getOptions(backend))).rejects.toThrow('500');
    expect(readSandbox(backend)).toEqual(before);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('after %s, and the command exits with %i', async (signal, exitCode) => {
    const backend = createTestBackend();
    prepareSandbox(backend, unused);
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
});

test('other clients of the sandbox change no result', async () => {
  const backend = createTestBackend();
  const others = startOtherClients(backend.sandboxUrl, 3, backend.fetch);
  const results = await runConformance({
    ...getOptions(backend),
    only: ['submit:', 'generate and resend:', 'start again:'],
  });
  await others.stop();
  expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(others.payments).toBeGreaterThan(10);
}, 300_000);

test('other clients change no result where the hook takes no reference', async () => {
  const backend = createTestBackend({
    async onHookCall(body, respond) {
      const takesReference = 'order' in body;
      return takesReference ? new Response(null, { status: 404 }) : respond();
    },
  });
  const others = startOtherClients(backend.sandboxUrl, 1, backend.fetch);
  const results = await runConformance({
    ...getOptions(backend),
    only: ['submit: the correct', 'start again: the same'],
  });
  await others.stop();
  expect(results).toMatchObject([
    { status: 'skipped', reason: 'the hook does not offer order and attempt' },
    { status: 'passed' },
  ]);
});

test('a backend in a namespace of the sandbox is tested there, and the sandbox itself is left alone', async () => {
  const backend = createTestBackend({ namespace: 'conformance' });
  const before = readSandbox(backend);
  const only = ['submit: a resend gives', 'start again: an order of another', 'leave: a payment made after cancelling'];
  const results = await runConformance({ ...getOptions(backend), namespace: 'conformance', only });
  expect(results.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed']);
  expect(readSandbox(backend)).toEqual(before);
  expect(backend.sandbox.state.orders.size).toBe(0);
});

describe('the command', () => {
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

test('an Allow header that lists other methods than those refused is accepted', async () => {
  const withAllow = (allow: string): TestBackend =>
    createTestBackend({
      async onRequest(request, handle) {
        const response = await handle(request);
        if (response.status === 405) response.headers.set('allow', allow);
        return response;
      },
    });
  const run = async (allow: string): Promise<unknown> =>
    (await runConformance({ ...getOptions(withAllow(allow)), only: ['only POST is allowed'] }))[0]?.status;
  expect(await run('POST, OPTIONS')).toBe('passed');
  expect(await run('OPTIONS')).toBe('failed');
  expect(await run('GET, POST')).toBe('failed');
});
