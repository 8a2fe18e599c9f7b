import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  deferred,
  createTestShop,
  openPage,
  CustomerPage,
  instantSleep,
  startAndPrompt,
  rightOtp,
  wrongOtp,
  type TestShopOptions,
} from '../support/test-shop.ts';

/** A network that counts how many OTP submits are in flight at once, and holds each for a while. */
function concurrencyProbe(): { network: NonNullable<TestShopOptions['network']>; most: () => number } {
  let now = 0;
  let most = 0;
  return {
    most: () => most,
    async network(request, send) {
      if (!request.url.endsWith('/otp/submit')) return send(request);
      now += 1;
      most = Math.max(most, now);
      for (let turn = 0; turn < 20; turn += 1) await instantSleep(0);
      try {
        return await send(request);
      } finally {
        now -= 1;
      }
    },
  };
}

describe('at most one upstream call per idempotency key', () => {
  test('a repeated idempotency key is answered from the record and sends nothing', async () => {
    const { shop, page } = await startAndPrompt();
    const idempotencyKey = randomUUID();
    const first = await page.submit(wrongOtp, idempotencyKey);
    const again = await page.submit(rightOtp, idempotencyKey);
    expect(again).toMatchObject({ phase: first.phase, problem: first.problem, attempts: { misses: 1 } });
    expect(shop.callCount('submitOtp')).toBe(1);
    const resend = randomUUID();
    shop.clock.advance(31);
    await page.resend(resend);
    shop.clock.advance(31);
    await page.resend(resend);
    expect(shop.callCount('resendOtp')).toBe(1);
  });

  test('of 60 parallel submits with one idempotency key exactly one is sent', async () => {
    const { shop, page } = await startAndPrompt();
    const idempotencyKey = randomUUID();
    const views = await Promise.all(Array.from({ length: 60 }, () => page.submit(rightOtp, idempotencyKey)));
    expect(shop.callCount('submitOtp')).toBe(1);
    for (const { phase } of views) expect(phase).toBe('confirming');
  });

  test('of 60 parallel submits with different idempotency keys one is in flight at a time, and at most five are sent', async () => {
    const { network, most } = concurrencyProbe();
    const { shop, page } = await startAndPrompt({ network, sandboxOptions: { otpAttempts: 10 } });
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(Array.from({ length: 60 }, () => page.submit(wrongOtp)));
    }
    expect(most()).toBe(1);
    expect(shop.callCount('submitOtp')).toBe(5);
    expect(await page.getView()).toMatchObject({ phase: 'exhausted', problem: { code: 'ATTEMPTS_USED' } });
  });

  test('while a submit is in flight, an order read neither decides an earlier unknown one nor allows a third', async () => {
    const [refused, told] = [deferred(), deferred()];
    let submits = 0;
    const { shop, page } = await startAndPrompt({
      async network(request, send) {
        if (!request.url.endsWith('/otp/submit')) return send(request);
        submits += 1;
        if (submits === 1) throw new TypeError('connection lost');
        const response = await send(request);
        refused.resolve();
        await told.promise;
        return response;
      },
    });
    expect((await page.submit(wrongOtp)).phase).toBe('confirming');
    shop.clock.advance(61);
    expect((await page.getView()).phase).toBe('unresolved');
    const second = page.submit(wrongOtp);
    await refused.promise;
    shop.clock.advance(2);
    expect(await page.getView()).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(submits).toBe(2);
    told.resolve();
    expect(await second).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
  });

  test.each(['generate', 'submit', 'resend'] as const)(
    'while a %s takes its full timeout, no other action of its payment is sent',
    async (action) => {
      const sent: string[] = [];
      let longestMs = 0;
      let slow = false;
      const held = deferred();
      const shop = createTestShop({
        async network(request, send) {
          if (!slow || !request.url.includes('/otp/')) return send(request);
          sent.push(request.url);
          held.resolve();
          return new Promise<Response>(() => undefined);
        },
        wait(ms, signal) {
          if (slow) longestMs = Math.max(longestMs, ms);
          return instantSleep(ms, signal);
        },
      });
      const page = new CustomerPage(shop.handler, (await shop.startPayment(await shop.createOrder())).client.session);
      if (action !== 'generate') await page.generate();
      shop.clock.advance(31);
      slow = true;
      void (action === 'submit' ? page.submit(rightOtp) : page[action]());
      await held.promise;
      shop.clock.advance(longestMs / 1000);
      const views = await Promise.all([page.generate(), page.submit(rightOtp), page.resend()]);
      expect(new Set(views.map(({ phase }) => phase)).size).toBe(1);
      expect(sent).toHaveLength(1);
      // The call itself had a limit: without one the clock above had not moved.
      expect(longestMs).toBeGreaterThan(20_000);
    },
  );

  test('two isolates on one store share one limit', async () => {
    const { network, most } = concurrencyProbe();
    const one = await startAndPrompt({ network, sandboxOptions: { otpAttempts: 10 } });
    const two = createTestShop({ network, sandbox: one.shop.sandbox, clock: one.shop.clock, store: one.shop.store });
    const otherPage = new CustomerPage(two.handler, one.page.session);
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(
        [one.page, otherPage].flatMap((page) => Array.from({ length: 10 }, () => page.submit(wrongOtp))),
      );
    }
    expect(most()).toBe(1);
    expect(one.shop.callCount('submitOtp')).toBe(5);
  });

  test('a reload, a second tab and a second generate never send a second OTP', async () => {
    const { shop, page } = await startAndPrompt();
    const tab = new CustomerPage(shop.handler, page.session);
    await Promise.all([page.generate(), tab.generate(), tab.getView()]);
    shop.clock.advance(40);
    await tab.generate();
    expect(shop.callCount('generateOtp')).toBe(1);
    expect(shop.sandbox.state.messages).toHaveLength(1);
  });

  test('an OTP submitted before one was generated is not sent', async () => {
    const { shop, page } = await openPage();
    expect((await page.submit(rightOtp)).phase).toBe('ready');
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('the revision increases with every save and never decreases', async () => {
    const { shop, page } = await startAndPrompt();
    const revisions: number[] = [];
    for (const step of [
      page.getView,
      () => page.submit(wrongOtp),
      () => page.submit(rightOtp),
      page.getView,
      page.getView,
    ]) {
      shop.clock.advance(2);
      revisions.push((await step()).revision);
    }
    expect(revisions).toEqual([...revisions].sort((one, other) => one - other));
    expect(revisions[1]).toBeGreaterThan(revisions[0] ?? 0);
  });
});
