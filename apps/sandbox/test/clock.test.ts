import { describe, expect, test } from 'vitest';
import { createSandbox, readState, type Sandbox, type SandboxOptions } from '../src/index.ts';
import { createManualClock, createTestSandbox, Merchant } from './support/merchant.ts';

const startAtMs = Date.UTC(2026, 0, 5, 6, 30);
const hook = 'https://shop.test/hook';

/** Pays with a card whose bank decides later, and returns the event types that the shop received. */
async function payLater(options: SandboxOptions, card = 'slow'): Promise<{ sandbox: Sandbox; received: string[] }> {
  const received: string[] = [];
  const { sandbox, merchant } = await createTestSandbox({
    webhookUrl: hook,
    fetch: async (request) => {
      received.push(((await request.json()) as { event_type: string }).event_type);
      return new Response();
    },
    ...options,
  });
  const { paymentId } = await merchant.start(card);
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '123456');
  return { sandbox, received };
}

describe('the clock', () => {
  test('starts at a given time, stands still when frozen, and moves by hand', async () => {
    const sandbox = createSandbox({ startAtMs, frozen: true });
    const client = new Merchant((request) => sandbox.fetch(request));
    const read = async (): Promise<unknown> => (await client.call('GET', '/sandbox/clock')).body;
    expect(await read()).toMatchObject({ now: '2026-01-05T06:30:00.000Z', frozen: true });
    sandbox.advance(90);
    expect(await read()).toMatchObject({ now: '2026-01-05T06:31:30.000Z', frozen: true });
    await client.call('POST', '/sandbox/clock', { now: '2027-02-03T00:00:00Z' });
    expect(await read()).toMatchObject({ now: '2027-02-03T00:00:00.000Z', frozen: true });
    await client.call('POST', '/sandbox/clock', { reset: true });
    expect(await read()).toMatchObject({ now: '2026-01-05T06:30:00.000Z', frozen: true });
    const thawed = await client.call('POST', '/sandbox/clock', { frozen: false });
    expect(thawed.body).toMatchObject({ frozen: false });
    expect(() => sandbox.setClock({ nowMs: Number.NaN })).toThrow('1970 to 9999');
  });

  test('whenIdle sends what is due by an injected clock, and does not wait for what is not', async () => {
    const clock = createManualClock();
    const { sandbox, received } = await payLater({ now: clock.now });
    await sandbox.whenIdle();
    expect(received).toEqual([]);
    clock.advance(6);
    await sandbox.whenIdle();
    expect(received).toEqual(['ORDER_PROCESSED']);
  });

  test('a timer that fired before the injected clock moved loses no webhook', async () => {
    const clock = createManualClock();
    const { sandbox, received } = await payLater({ now: clock.now, wait: () => Promise.resolve() });
    await sandbox.whenIdle();
    clock.advance(6);
    await sandbox.whenIdle();
    expect(received).toEqual(['ORDER_PROCESSED']);
  });

  test('whenIdle does not wait for the real timer of what advance has done', async () => {
    const { sandbox, received } = await payLater(
      { now: Date.now, wait: (_, signal) => untilAborted(signal) },
      'very-slow',
    );
    sandbox.advance(90);
    await sandbox.whenIdle();
    expect(received).toEqual(['ORDER_PROCESSED']);
  });

  test('a frozen clock decides nothing until it is moved', async () => {
    const { sandbox, received } = await payLater({ startAtMs, frozen: true });
    await sandbox.whenIdle();
    expect(received).toEqual([]);
    sandbox.advance(6);
    await sandbox.whenIdle();
    expect(received).toEqual(['ORDER_PROCESSED']);
  });
});

function untilAborted(signal: AbortSignal | null): Promise<void> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
}

describe('a webhook of a stored payment that became due meanwhile', () => {
  /** Continues from a stored payment in another sandbox, and returns the origin of its webhook's challenge URL. */
  async function continueWith(options: SandboxOptions, meanwhile = async (_: Sandbox) => {}): Promise<string> {
    const { sandbox: first, merchant, clock } = await createTestSandbox();
    const { paymentId } = await merchant.start('slow');
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    const received: { data: { challenge_url: string } }[] = [];
    const next = createSandbox({
      now: clock.now,
      state: readState(first.exportState()),
      webhookUrl: hook,
      fetch: async (request) => {
        received.push((await request.json()) as { data: { challenge_url: string } });
        return new Response();
      },
      ...options,
    });
    await meanwhile(next);
    clock.advance(6);
    await next.whenIdle();
    expect(received).toHaveLength(1);
    return new URL(received[0]?.data.challenge_url ?? '').origin;
  }

  test('names the origin that was given for it', async () => {
    expect(await continueWith({ firstOrigin: 'http://127.0.0.1:3001/' })).toBe('http://127.0.0.1:3001');
  });

  test('names the origin of a request that came before, or the one of all challenge URLs', async () => {
    const ask = async (sandbox: Sandbox): Promise<void> => {
      await sandbox.fetch('http://localhost:4000/sandbox/health');
    };
    expect(await continueWith({ firstOrigin: 'http://127.0.0.1:3001' }, ask)).toBe('http://localhost:4000');
    expect(await continueWith({ origin: 'https://bank.example' }, ask)).toBe('https://bank.example');
  });
});
