import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryStore } from '@plural-otp/edge';
import {
  catchPluralError,
  Clock,
  createTestShop,
  CustomerPage,
  deferred,
  instantSleep,
  openPage,
  rightOtp,
  startAndPrompt,
  wrongOtp,
  type TestShopOptions,
} from '../support/test-shop.ts';

/** Records every time limit, and lets none run out. */
function createWait(): { wait: NonNullable<TestShopOptions['wait']>; limits: number[] } {
  const limits: number[] = [];
  return {
    limits,
    wait(ms, signal) {
      if (signal) limits.push(ms);
      return instantSleep(ms, signal);
    },
  };
}

describe('the time limits of OTP actions', () => {
  test('with a slow store no two actions of a payment are at Plural at the same time', async () => {
    const clock = new Clock();
    const inner = memoryStore({ now: clock.now });
    const arrived = deferred();
    let isSlow = false;
    const { shop, page } = await openPage({
      clock,
      store: {
        ...inner,
        async save(...terms) {
          if (isSlow) clock.advance(2.9);
          return inner.save(...terms);
        },
      },
      async network(request, send) {
        if (!request.url.endsWith('/otp/generate')) return send(request);
        isSlow = false;
        arrived.resolve();
        return new Promise<Response>(() => undefined);
      },
    });
    isSlow = true;
    void page.post('otp/generate', { idempotencyKey: randomUUID() });
    await arrived.promise;
    // The call began 2.9 seconds after its reservation and may last 28 seconds.
    clock.advance(27.9);
    const tab = new CustomerPage(shop.handler, page.session);
    expect((await tab.resend()).phase).toBe('generating');
    expect(shop.callCount('resendOtp')).toBe(0);
    clock.advance(4.2);
    expect((await tab.getView()).phase).toBe('awaitingOtp');
  });

  test.each([
    [undefined, 28_000, 50_000],
    [30, 28_000, 30_000],
    [8, 8000, 8000],
  ])('`callSeconds: %s` limits the calls', async (callSeconds, generateMs, submitMs) => {
    const { wait, limits } = createWait();
    const { page } = await openPage({ wait, ...(callSeconds && { limits: { callSeconds } }) });
    limits.length = 0;
    await page.generate();
    expect(limits).toContain(generateMs);
    limits.length = 0;
    await page.submit(wrongOtp);
    expect(limits).toContain(submitMs);
    expect(Math.max(...limits)).toBeLessThanOrEqual(Math.max(submitMs, 10_000));
  });

  test('a call that `callSeconds` ends has an unknown outcome, and is not repeated', async () => {
    const arrived = deferred();
    let isStalled = false;
    const { shop, page } = await startAndPrompt({
      limits: { callSeconds: 8 },
      wait: (ms, signal) => (isStalled && signal && ms === 8000 ? arrived.promise : instantSleep(ms, signal)),
      async network(request, send) {
        const response = await send(request);
        if (!isStalled || !request.url.endsWith('/otp/submit')) return response;
        arrived.resolve();
        return new Promise<Response>((_resolve, reject) =>
          request.signal.addEventListener('abort', () => reject(new Error('aborted'))),
        );
      },
    });
    isStalled = true;
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    isStalled = false;
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('with `callSeconds` a call of a process that died blocks the payment no longer than it may take', async () => {
    const clock = new Clock();
    const arrived = deferred();
    const { page } = await openPage({
      clock,
      limits: { callSeconds: 8 },
      async network(request, send) {
        if (!request.url.endsWith('/otp/generate')) return send(request);
        arrived.resolve();
        return new Promise<Response>(() => undefined);
      },
    });
    void page.post('otp/generate', { idempotencyKey: randomUUID() });
    await arrived.promise;
    const tab = new CustomerPage(page.handler, page.session);
    clock.advance(14);
    expect((await tab.getView()).phase).toBe('generating');
    clock.advance(1);
    expect((await tab.getView()).phase).toBe('awaitingOtp');
  });

  test.each([4, 51, 1.5])('`callSeconds: %d` is OPTIONS_INVALID', async (callSeconds) => {
    const work = async (): Promise<unknown> => createTestShop({ limits: { callSeconds } });
    expect((await catchPluralError(work())).issues).toMatchObject([{ path: 'limits.callSeconds' }]);
  });

  test('a rejected submit waits at most 8 seconds for the order', async () => {
    let isSilent = false;
    const { shop, page } = await startAndPrompt({
      wait: (ms, signal) => (isSilent && ms === 8000 ? Promise.resolve() : instantSleep(ms, signal)),
      async network(request, send) {
        return isSilent && request.method === 'GET' ? new Promise<Response>(() => undefined) : send(request);
      },
    });
    shop.sandbox.script({ operation: 'submitOtp', fault: 'status', status: 400, body: { code: 'INVALID_REQUEST' } });
    isSilent = true;
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });
});
