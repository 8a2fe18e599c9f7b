import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  deferred,
  createTestShop,
  CustomerPage,
  instantSleep,
  startAndPrompt,
  rightOtp,
  wrongOtp,
  type TestShopOptions,
} from '../support/test-shop.ts';

/** A network that counts how many OTP submits are under way at once, and holds each for a while. */
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

describe('at most one effect', () => {
  test('a known act is answered from the record and never sent again', async () => {
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

  test('of 60 parallel submits of one act exactly one is sent', async () => {
    const { shop, page } = await startAndPrompt();
    const idempotencyKey = randomUUID();
    const views = await Promise.all(Array.from({ length: 60 }, () => page.submit(rightOtp, idempotencyKey)));
    expect(shop.callCount('submitOtp')).toBe(1);
    for (const { phase } of views) expect(phase).toBe('confirming');
  });

  test('of 60 parallel submits of different acts never two are upstream at once, and at most 5 in all', async () => {
    const { network, most } = concurrencyProbe();
    const { shop, page } = await startAndPrompt({ network, sandboxOptions: { otpAttempts: 10 } });
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(Array.from({ length: 60 }, () => page.submit(wrongOtp)));
    }
    expect(most()).toBe(1);
    expect(shop.callCount('submitOtp')).toBe(5);
    expect(await page.getView()).toMatchObject({ phase: 'exhausted', problem: { code: 'ATTEMPTS_USED' } });
  });

  test('while a code is at the issuer, an order read on the way neither judges an earlier one nor lets a third out', async () => {
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
    'while a %s takes all the time its call may take, nothing else of its payment is sent',
    async (deed) => {
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
      if (deed !== 'generate') await page.generate();
      shop.clock.advance(31);
      slow = true;
      void (deed === 'submit' ? page.submit(rightOtp) : page[deed]());
      await held.promise;
      shop.clock.advance(longestMs / 1000);
      const views = await Promise.all([page.generate(), page.submit(rightOtp), page.resend()]);
      expect(new Set(views.map(({ phase }) => phase)).size).toBe(1);
      expect(sent).toHaveLength(1);
      // The call itself had a limit: without one the clock above had not moved.
      expect(longestMs).toBeGreaterThan(20_000);
    },
  );

  test('two isolates on one store count as one', async () => {
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

  test('a reload, a second tab and a second generate never send a second code', async () => {
    const { shop, page } = await startAndPrompt();
    const tab = new CustomerPage(shop.handler, page.session);
    await Promise.all([page.generate(), tab.generate(), tab.getView()]);
    shop.clock.advance(40);
    await tab.generate();
    expect(shop.callCount('generateOtp')).toBe(1);
    expect(shop.sandbox.state.messages).toHaveLength(1);
  });

  test('a code handed in before one was sent is not passed on', async () => {
    const shop = createTestShop();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(await shop.createOrder())).client.session);
    expect((await page.submit(rightOtp)).phase).toBe('ready');
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('the revision grows with every save and never falls', async () => {
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

describe('an act that was surely not sent', () => {
  test('is given back, and may be made again', async () => {
    let down = false;
    const network: TestShopOptions['network'] = (request, send) => {
      if (down && request.url.endsWith('/auth/v1/token')) throw new TypeError('connection refused');
      return send(request);
    };
    const { shop, page } = await startAndPrompt({ network, limits: { submits: 1 } });
    shop.clock.advance(240);
    shop.sandbox.state.tokens.clear();
    down = true;
    const idempotencyKey = randomUUID();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await page.submit(rightOtp, idempotencyKey)).toMatchObject({
        phase: 'awaitingOtp',
        problem: { code: 'BACKEND_UNREACHABLE' },
      });
    }
    down = false;
    expect((await page.submit(rightOtp, idempotencyKey)).phase).toBe('confirming');
    expect(
      shop.sandbox.state.requests.filter(({ operation, status }) => operation === 'submitOtp' && status === 200),
    ).toHaveLength(1);
  });

  test('one that Plural turned away for its rate limit counts, and the step stays as it was', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'rateLimit' });
    const idempotencyKey = randomUUID();
    expect(await page.submit(rightOtp, idempotencyKey)).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'BUSY' },
    });
    await page.submit(rightOtp, idempotencyKey);
    expect(shop.callCount('submitOtp')).toBe(1);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });
});

describe('an act that surely had no effect', () => {
  test('a submit whose token is refused twice leaves the code open, is counted, and is reported', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'status', status: 401, times: 2 });
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'INTERNAL' } });
    expect(shop.problems).toMatchObject([{ code: 'CREDENTIALS_REJECTED', operation: 'submitOtp', outcome: 'none' }]);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });
});

describe('an act of unclear end', () => {
  test('a submit whose answer was lost is confirming, and the order says it is paid', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('a submit whose answer was lost goes back to the code when the order proves the refusal', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    expect((await page.submit(wrongOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect(await page.getView()).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      attempts: { misses: 1 },
    });
  });

  test('a second code of unclear end stays confirming: an old refusal proves nothing', async () => {
    const { shop, page } = await startAndPrompt();
    await page.submit(wrongOtp);
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    await page.submit(wrongOtp);
    shop.clock.advance(2);
    expect((await page.getView()).phase).toBe('confirming');
    shop.clock.advance(60);
    const view = await page.getView();
    expect(view).toMatchObject({ phase: 'unresolved', problem: { code: 'OUTCOME_UNKNOWN' } });
    expect(view.next).toEqual(expect.arrayContaining(['check', 'submit', 'redirect']));
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
  });

  test('the last code of our own limit, of unclear end, leaves the bank’s page and no further code', async () => {
    const { shop, page } = await startAndPrompt({ limits: { submits: 1 } });
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: false });
    await page.submit(rightOtp);
    shop.clock.advance(61);
    const view = await page.getView();
    expect(view.phase).toBe('unresolved');
    expect(view.next).not.toContain('submit');
    await page.submit(rightOtp);
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('while a submit is unclear no other is sent', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: false });
    await page.submit(rightOtp);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('a submit refused without a next step reads the order; still open, the code was refused', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'status', status: 400, body: { code: 'INVALID_REQUEST' } });
    const reads = shop.callCount('getOrder');
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'OTP_NOT_ACCEPTED' } });
    expect(shop.callCount('getOrder')).toBe(reads + 1);
  });

  test('a generate of unclear end waits for a code that may have come, with another one open at once', async () => {
    const shop = createTestShop();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(await shop.createOrder())).client.session);
    shop.sandbox.script({ operation: 'generateOtp', fault: 'reset', takesEffect: true });
    expect(await page.generate()).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_MAYBE_NOT_SENT' },
      resendInSeconds: 0,
    });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(shop.callCount('generateOtp')).toBe(1);
  });

  test('a generate that Plural refuses leads to the bank’s page', async () => {
    const shop = createTestShop();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(await shop.createOrder())).client.session);
    shop.sandbox.script({ operation: 'generateOtp', fault: 'status', status: 422 });
    const view = await page.generate();
    expect(view).toMatchObject({ phase: 'ready', problem: { code: 'NATIVE_OTP_UNAVAILABLE' } });
    expect(view.next).toContain('redirect');
    await page.generate();
    expect(shop.callCount('generateOtp')).toBe(1);
  });
});
