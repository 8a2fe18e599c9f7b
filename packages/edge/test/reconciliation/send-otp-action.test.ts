import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryStore } from '@plural-otp/edge';
import { FlakyStore } from '../support/flaky-store.ts';
import { createOther } from '../support/other-process.ts';
import {
  Clock,
  CustomerPage,
  deferred,
  instantSleep,
  openPage,
  readProblemCode,
  rightOtp,
  startAndPrompt,
  wrongOtp,
  type PaymentFixture,
} from '../support/test-shop.ts';

type Action = 'generate' | 'resend' | 'submit';
const actions: readonly Action[] = ['generate', 'submit', 'resend'];

const perform = (page: CustomerPage, action: Action): Promise<unknown> =>
  action === 'submit' ? page.submit(rightOtp) : page[action]();

/** A rejection that names no next step: only the order says what it means. */
const unclearRejection = {
  operation: 'submitOtp',
  fault: 'status',
  status: 400,
  body: { code: 'INVALID_REQUEST' },
} as const;

describe('an OTP action and the checks of its order', () => {
  test.each(actions)('a process that dies in a %s leaves a check for a minute later', async (action) => {
    const reached = deferred();
    let isDying = false;
    const { shop, page } = await openPage({
      network(request, send) {
        if (!isDying || !request.url.includes('/otp/')) return send(request);
        reached.resolve();
        return new Promise(() => undefined);
      },
    });
    if (action !== 'generate') await page.generate();
    const other = createOther(shop);
    for (let minute = 0; minute < 8; minute += 1) {
      shop.clock.advance(60);
      await other.handler.sweep();
    }
    isDying = true;
    void perform(page, action);
    await reached.promise;
    shop.clock.advance(59);
    expect(await other.handler.sweep()).toMatchObject({ checked: 0 });
    shop.clock.advance(1);
    expect(await other.handler.sweep()).toMatchObject({ checked: 1 });
  });

  test('a submit makes the order due at once, a generate and a resend do not', async () => {
    const { shop, page } = await openPage();
    const other = createOther(shop);
    await page.generate();
    expect(await other.handler.sweep()).toMatchObject({ checked: 0 });
    shop.clock.advance(31);
    await page.resend();
    expect(await other.handler.sweep()).toMatchObject({ checked: 0 });
    await page.submit(rightOtp);
    expect(await other.handler.sweep()).toMatchObject({ checked: 1 });
  });
});

test.each(actions)('the call of a %s that takes too long is aborted', async (action) => {
  const reached = deferred();
  let isSlow = false;
  let signal: AbortSignal | undefined;
  const { shop, page } = await openPage({
    wait: (ms, end) => (isSlow && ms >= 28_000 ? reached.promise : instantSleep(ms, end)),
    network(request, send) {
      if (!isSlow || !request.url.includes('/otp/')) return send(request);
      ({ signal } = request);
      reached.resolve();
      return new Promise((_resolve, reject) =>
        request.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))),
      );
    },
  });
  if (action !== 'generate') await page.generate();
  shop.clock.advance(31);
  isSlow = true;
  await perform(page, action);
  expect(signal?.aborted).toBe(true);
});

describe('an outcome and its store', () => {
  test('a record that a newer version rewrote during the call is not saved, nor read again: 503', async () => {
    const pauses: number[] = [];
    const clock = new Clock();
    const inner = memoryStore({ now: clock.now });
    const store = new FlakyStore(inner);
    const keys = new Set<string>();
    const save = inner.save.bind(inner);
    inner.save = (key, ...rest) => {
      keys.add(key);
      return save(key, ...rest);
    };
    const { page } = await startAndPrompt({
      clock,
      store,
      wait(ms, signal) {
        if (!signal) pauses.push(ms);
        return instantSleep(ms, signal);
      },
      async network(request, send) {
        if (request.url.endsWith('/otp/submit')) {
          for (const key of keys) {
            const { version } = (await inner.load(key)) ?? {};
            await save(key, '{"version":99}', { version, keepSeconds: 60, dueAtMs: null });
          }
        }
        return send(request);
      },
    });
    pauses.length = 0;
    const response = await page.post('otp/submit', { otp: rightOtp, idempotencyKey: randomUUID() });
    expect(response.status).toBe(503);
    expect(await readProblemCode(response)).toBe('BACKEND_UNREACHABLE');
    expect(pauses).not.toContain(500);
  });

  test.each([
    ['an accepted OTP', false, 0],
    ['a rejection that names no next step', true, 1],
  ])(
    'while the store is down after the call, %s (unclear: %s) reads the order %i times',
    async (_what, isUnclear, reads) => {
      const store = new FlakyStore();
      const { shop, page } = await startAndPrompt({ store });
      if (isUnclear) shop.sandbox.script(unclearRejection);
      store.skipSaves = 1;
      store.saveFailure = 'throws';
      const before = shop.callCount('getOrder');
      expect((await page.submit(rightOtp)).phase).toBe('confirming');
      expect(shop.callCount('getOrder') - before).toBe(reads);
    },
  );
});

describe('what an OTP action tells', () => {
  test('an OTP is `refused` only where one was submitted: a resend that ends the attempts is not', async () => {
    const { shop, page } = await startAndPrompt();
    shop.clock.advance(31);
    shop.sandbox.script({ operation: 'resendOtp', fault: 'status', status: 422, body: { next: ['NONE'] } });
    expect((await page.resend()).phase).toBe('exhausted');
    expect(shop.events.map(({ type }) => type)).not.toContain('refused');
  });

  test('a resend that comes too early is shown, and is no problem to report', async () => {
    const { shop, page } = await startAndPrompt();
    shop.clock.advance(31);
    shop.sandbox.script({
      operation: 'resendOtp',
      fault: 'status',
      status: 422,
      body: { next: ['RESEND_OTP'], meta_data: { resend_after: 9 } },
    });
    expect((await page.resend()).problem).toEqual({ code: 'RESEND_TOO_EARLY' });
    expect(shop.problems).toEqual([]);
  });

  test('a verdict found by the reading after a submit has the source `submit`', async () => {
    const clock = new Clock();
    const { shop, page } = await startAndPrompt({
      clock,
      async network(request, send) {
        const response = await send(request);
        if (!request.url.endsWith('/otp/submit')) return response;
        clock.advance(2);
        return Response.json(unclearRejection.body, { status: unclearRejection.status });
      },
    });
    expect((await page.submit(rightOtp)).phase).toBe('authorized');
    expect(shop.verdicts).toMatchObject([{ outcome: 'paid', source: 'submit' }]);
  });
});

describe('an OTP that counts as rejected because its order is still open', () => {
  /** A payment whose first submit was rejected without a next step, and whose order is being read for it. */
  async function rejectDuringRead(): Promise<
    PaymentFixture & {
      first: Promise<unknown>;
      submits: () => number;
      finishRead: () => void;
      finishSubmit: () => void;
    }
  > {
    const [reading, read, submitted] = [deferred(), deferred(), deferred()];
    let submits = 0;
    let isReading = false;
    const made = await startAndPrompt({
      async network(request, send) {
        if (request.url.endsWith('/otp/submit')) {
          submits += 1;
          if (submits === 1) return Response.json(unclearRejection.body, { status: unclearRejection.status });
          await submitted.promise;
        }
        const response = await send(request);
        if (submits === 1 && request.method === 'GET' && !isReading) {
          isReading = true;
          reading.resolve();
          await read.promise;
        }
        return response;
      },
    });
    const first = made.page.submit(wrongOtp);
    await reading.promise;
    // So long that the page offers another attempt.
    made.shop.clock.advance(61);
    return {
      ...made,
      first,
      submits: () => submits,
      finishRead: () => read.resolve(),
      finishSubmit: () => submitted.resolve(),
    };
  }

  test('does not while another one is in flight', async () => {
    const { shop, page, first, submits, finishRead, finishSubmit } = await rejectDuringRead();
    const second = new CustomerPage(shop.handler, page.session).submit(rightOtp);
    await expect.poll(submits).toBe(2);
    finishRead();
    expect(await first).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
    finishSubmit();
    expect(await second).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
  });

  test('does not once another one was accepted', async () => {
    const { shop, page, first, finishRead, finishSubmit } = await rejectDuringRead();
    finishSubmit();
    await new CustomerPage(shop.handler, page.session).submit(rightOtp);
    finishRead();
    expect(await first).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
    expect(shop.events.map(({ type }) => type)).not.toContain('refused');
  });

  test('is told once, as `refused`', async () => {
    const { shop, first, finishRead } = await rejectDuringRead();
    finishRead();
    expect(await first).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
    expect(shop.events.filter(({ type }) => type === 'refused')).toHaveLength(1);
  });
});
