import { runConformance } from '@plural-otp/conformance';
import { describe, expect, test } from 'vitest';
import { createTestBackend, type TestBackend } from './edge-backend.ts';
import { startOtherClients } from './other-clients.ts';
import { prepareSandbox, readSandbox, uncalledOperation } from './sandbox-state.ts';

const getOptions = ({ url, hook, sandboxUrl, fetch }: TestBackend) => ({ url, hook, sandbox: sandboxUrl, fetch });

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

  test('when it is aborted in the middle of a case', async () => {
    const backend = createTestBackend();
    prepareSandbox(backend, uncalledOperation);
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
