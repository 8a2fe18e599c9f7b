import { afterEach, describe, expect, test, vi } from 'vitest';
import { createOtpFlow, fetchTransport, type OtpTransport, type TransportResult } from '../src/index.ts';
import { awaitingOtpView, flushMicrotasks, viewResult } from './support/test-bench.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Transport whose calls never end. */
function createSilentTransport(): { transport: OtpTransport; sent: string[] } {
  const sent: string[] = [];
  const call = (name: string) => (): Promise<TransportResult> => {
    sent.push(name);
    return new Promise(() => {});
  };
  const transport = {
    generate: call('generate'),
    submit: call('submit'),
    resend: call('resend'),
    payment: call('payment'),
    leave: call('leave'),
  };
  return { transport, sent };
}

describe('an engine without', () => {
  test('performance.timeOrigin has deadlines close to the time of day', () => {
    vi.stubGlobal('performance', { now: () => 5_000 });
    const { transport } = createSilentTransport();
    const flow = createOtpFlow({ transport, view: { ...awaitingOtpView, resendInSeconds: 30 } });
    expect(Math.abs(flow.now() - Date.now())).toBeLessThan(1_000);
    expect(flow.state.resendAtMs).toBeGreaterThan(Date.now());
    flow.close();
  });

  test.each([
    ['crypto', undefined],
    ['crypto.getRandomValues', {}],
    ['crypto.randomUUID', { getRandomValues: crypto.getRandomValues.bind(crypto) }],
  ])('%s sends each action with a UUID of its own', async (_, value) => {
    vi.stubGlobal('crypto', value);
    const keys: string[] = [];
    const { transport } = createSilentTransport();
    const resend = (key: string): Promise<TransportResult> => {
      keys.push(key);
      return Promise.resolve(viewResult({ ...awaitingOtpView, revision: 3 + keys.length, resendInSeconds: 0 }));
    };
    const flow = createOtpFlow({
      transport: { ...transport, resend },
      view: { ...awaitingOtpView, resendInSeconds: 0 },
    });
    for (let times = 0; times < 50; times++) {
      flow.resend();
      await flushMicrotasks();
    }
    expect(new Set(keys).size).toBe(50);
    for (const key of keys) expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    flow.close();
  });
});

test('an engine with crypto takes its keys from there, and not from Math.random, which may repeat after a restart', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const keys: string[] = [];
  for (const _ of [1, 2]) {
    const { transport } = createSilentTransport();
    const submit = (_otp: string, key: string): Promise<TransportResult> => {
      keys.push(key);
      return new Promise(() => {});
    };
    const flow = createOtpFlow({ transport: { ...transport, submit }, view: awaitingOtpView });
    flow.submit('482913');
    await flushMicrotasks();
    flow.close();
  }
  expect(new Set(keys).size).toBe(2);
  expect(random).not.toHaveBeenCalled();
});

describe('a warning', () => {
  const poll = (response: Response, warn?: (message: string) => void): Promise<TransportResult> =>
    fetchTransport({
      endpoint: '/wrong?token=x',
      session: 'seal',
      fetch: () => Promise.resolve(response),
      ...(warn && { warn }),
    }).payment(new AbortController().signal);

  test.each([
    ['a page of another route', 200],
    ['a missing route', 404],
  ])('tells of %s, without the session and the address', async (_, status) => {
    const warnings: string[] = [];
    await poll(new Response('<!doctype html>', { status }), (message) => void warnings.push(message));
    expect(warnings).toEqual([expect.stringContaining(`HTTP ${status} from payment`)]);
    expect(warnings.join()).not.toMatch(/seal|token/);
  });

  test.each([502, 503, 500])('is not given for a %i of a proxy', async (status) => {
    const warnings: string[] = [];
    await poll(new Response('busy', { status }), (message) => void warnings.push(message));
    expect(warnings).toEqual([]);
  });

  test('is written to the console, each one once', async () => {
    const written = vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (const status of [405, 405, 410]) await poll(new Response('', { status }));
    expect(written.mock.calls).toEqual([
      [expect.stringMatching(/^plural-otp: HTTP 405 /)],
      [expect.stringMatching(/^plural-otp: HTTP 410 /)],
    ]);
  });

  test('tells of a phase newer than the script, from the first view, the default transport or another', async () => {
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    const newer = { ...awaitingOtpView, phase: 'approving' as never };
    const { transport } = createSilentTransport();
    createOtpFlow({ transport, view: newer, warn }).close();
    await poll(Response.json(newer), warn);
    const flow = createOtpFlow({
      transport: { ...transport, payment: () => Promise.resolve(viewResult(newer)) },
      warn,
    });
    flow.start();
    await flushMicrotasks();
    expect(flow.state).toMatchObject({ status: 'confirming', next: ['submit', 'resend', 'redirect'] });
    expect(warnings).toEqual(Array(3).fill('update script: unknown approving'));
    flow.close();
  });
});
