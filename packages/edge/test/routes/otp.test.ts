import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  landmark,
  openTill,
  Page,
  patient,
  prompted,
  rightOtp,
  wrongOtp,
  type TillOptions,
} from '../support/test-shop.ts';

/** A network that counts how many OTP submits are under way at once, and holds each for a while. */
function crowded(): { network: NonNullable<TillOptions['network']>; most: () => number } {
  let now = 0;
  let most = 0;
  return {
    most: () => most,
    async network(request, send) {
      if (!request.url.endsWith('/otp/submit')) return send(request);
      now += 1;
      most = Math.max(most, now);
      for (let turn = 0; turn < 20; turn += 1) await patient(0);
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
    const { till, page } = await prompted();
    const idempotencyKey = randomUUID();
    const first = await page.submit(wrongOtp, idempotencyKey);
    const again = await page.submit(rightOtp, idempotencyKey);
    expect(again).toMatchObject({ phase: first.phase, problem: first.problem, attempts: { misses: 1 } });
    expect(till.calls('submitOtp')).toBe(1);
    const resend = randomUUID();
    till.clock.forward(31);
    await page.resend(resend);
    till.clock.forward(31);
    await page.resend(resend);
    expect(till.calls('resendOtp')).toBe(1);
  });

  test('of 60 parallel submits of one act exactly one is sent', async () => {
    const { till, page } = await prompted();
    const idempotencyKey = randomUUID();
    const views = await Promise.all(Array.from({ length: 60 }, () => page.submit(rightOtp, idempotencyKey)));
    expect(till.calls('submitOtp')).toBe(1);
    for (const { phase } of views) expect(phase).toBe('confirming');
  });

  test('of 60 parallel submits of different acts never two are upstream at once, and at most 5 in all', async () => {
    const { network, most } = crowded();
    const { till, page } = await prompted({ network, sandboxOptions: { otpAttempts: 10 } });
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(Array.from({ length: 60 }, () => page.submit(wrongOtp)));
    }
    expect(most()).toBe(1);
    expect(till.calls('submitOtp')).toBe(5);
    expect(await page.look()).toMatchObject({ phase: 'exhausted', problem: { code: 'ATTEMPTS_USED' } });
  });

  test('while a code is at the issuer, an order read on the way neither judges an earlier one nor lets a third out', async () => {
    const [refused, told] = [landmark(), landmark()];
    let submits = 0;
    const { till, page } = await prompted({
      async network(request, send) {
        if (!request.url.endsWith('/otp/submit')) return send(request);
        submits += 1;
        if (submits === 1) throw new TypeError('connection lost');
        const answer = await send(request);
        refused.reach();
        await told.reached;
        return answer;
      },
    });
    expect((await page.submit(wrongOtp)).phase).toBe('confirming');
    till.clock.forward(61);
    expect((await page.look()).phase).toBe('unresolved');
    const second = page.submit(wrongOtp);
    await refused.reached;
    till.clock.forward(2);
    expect(await page.look()).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(submits).toBe(2);
    told.reach();
    expect(await second).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
  });

  test.each(['generate', 'submit', 'resend'] as const)(
    'while a %s takes all the time its call may take, nothing else of its payment is sent',
    async (deed) => {
      const sent: string[] = [];
      let longestMs = 0;
      let slow = false;
      const held = landmark();
      const till = openTill({
        async network(request, send) {
          if (!slow || !request.url.includes('/otp/')) return send(request);
          sent.push(request.url);
          held.reach();
          return new Promise<Response>(() => undefined);
        },
        wait(ms, signal) {
          if (slow) longestMs = Math.max(longestMs, ms);
          return patient(ms, signal);
        },
      });
      const page = new Page(till.handler, (await till.start(await till.order())).client.session);
      if (deed !== 'generate') await page.generate();
      till.clock.forward(31);
      slow = true;
      void (deed === 'submit' ? page.submit(rightOtp) : page[deed]());
      await held.reached;
      till.clock.forward(longestMs / 1000);
      const views = await Promise.all([page.generate(), page.submit(rightOtp), page.resend()]);
      expect(new Set(views.map(({ phase }) => phase)).size).toBe(1);
      expect(sent).toHaveLength(1);
      // The call itself had a limit: without one the clock above had not moved.
      expect(longestMs).toBeGreaterThan(20_000);
    },
  );

  test('two isolates on one store count as one', async () => {
    const { network, most } = crowded();
    const one = await prompted({ network, sandboxOptions: { otpAttempts: 10 } });
    const two = openTill({ network, sandbox: one.till.sandbox, clock: one.till.clock, store: one.till.store });
    const otherPage = new Page(two.handler, one.page.session);
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(
        [one.page, otherPage].flatMap((page) => Array.from({ length: 10 }, () => page.submit(wrongOtp))),
      );
    }
    expect(most()).toBe(1);
    expect(one.till.calls('submitOtp')).toBe(5);
  });

  test('a reload, a second tab and a second generate never send a second code', async () => {
    const { till, page } = await prompted();
    const tab = new Page(till.handler, page.session);
    await Promise.all([page.generate(), tab.generate(), tab.look()]);
    till.clock.forward(40);
    await tab.generate();
    expect(till.calls('generateOtp')).toBe(1);
    expect(till.sandbox.state.messages).toHaveLength(1);
  });

  test('a code handed in before one was sent is not passed on', async () => {
    const till = openTill();
    const page = new Page(till.handler, (await till.start(await till.order())).client.session);
    expect((await page.submit(rightOtp)).phase).toBe('ready');
    expect(till.calls('submitOtp')).toBe(0);
  });

  test('the revision grows with every save and never falls', async () => {
    const { till, page } = await prompted();
    const revisions: number[] = [];
    for (const step of [page.look, () => page.submit(wrongOtp), () => page.submit(rightOtp), page.look, page.look]) {
      till.clock.forward(2);
      revisions.push((await step()).revision);
    }
    expect(revisions).toEqual([...revisions].sort((one, other) => one - other));
    expect(revisions[1]).toBeGreaterThan(revisions[0] ?? 0);
  });
});

describe('an act that was surely not sent', () => {
  test('is given back, and may be made again', async () => {
    let down = false;
    const network: TillOptions['network'] = (request, send) => {
      if (down && request.url.endsWith('/auth/v1/token')) throw new TypeError('connection refused');
      return send(request);
    };
    const { till, page } = await prompted({ network, limits: { submits: 1 } });
    till.clock.forward(240);
    till.sandbox.state.tokens.clear();
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
      till.sandbox.state.requests.filter(({ operation, status }) => operation === 'submitOtp' && status === 200),
    ).toHaveLength(1);
  });

  test('one that Plural turned away for its rate limit counts, and the step stays as it was', async () => {
    const { till, page } = await prompted();
    till.sandbox.script({ operation: 'submitOtp', fault: 'rateLimit' });
    const idempotencyKey = randomUUID();
    expect(await page.submit(rightOtp, idempotencyKey)).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'BUSY' },
    });
    await page.submit(rightOtp, idempotencyKey);
    expect(till.calls('submitOtp')).toBe(1);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });
});

describe('an act that surely had no effect', () => {
  test('a submit whose token is refused twice leaves the code open, is counted, and is reported', async () => {
    const { till, page } = await prompted();
    till.sandbox.script({ operation: 'submitOtp', fault: 'status', status: 401, times: 2 });
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'INTERNAL' } });
    expect(till.problems).toMatchObject([{ code: 'CREDENTIALS_REJECTED', operation: 'submitOtp', outcome: 'none' }]);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });
});

describe('an act of unclear end', () => {
  test('a submit whose answer was lost is confirming, and the order says it is paid', async () => {
    const { till, page } = await prompted();
    till.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    till.clock.forward(1);
    expect((await page.look()).phase).toBe('authorized');
    expect(till.calls('submitOtp')).toBe(1);
  });

  test('a submit whose answer was lost goes back to the code when the order proves the refusal', async () => {
    const { till, page } = await prompted();
    till.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    expect((await page.submit(wrongOtp)).phase).toBe('confirming');
    till.clock.forward(1);
    expect(await page.look()).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      attempts: { misses: 1 },
    });
  });

  test('a second code of unclear end stays confirming: an old refusal proves nothing', async () => {
    const { till, page } = await prompted();
    await page.submit(wrongOtp);
    till.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    await page.submit(wrongOtp);
    till.clock.forward(2);
    expect((await page.look()).phase).toBe('confirming');
    till.clock.forward(60);
    const view = await page.look();
    expect(view).toMatchObject({ phase: 'unresolved', problem: { code: 'OUTCOME_UNKNOWN' } });
    expect(view.next).toEqual(expect.arrayContaining(['check', 'submit', 'redirect']));
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    till.clock.forward(1);
    expect((await page.look()).phase).toBe('authorized');
  });

  test('the last code of our own limit, of unclear end, leaves the bank’s page and no further code', async () => {
    const { till, page } = await prompted({ limits: { submits: 1 } });
    till.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: false });
    await page.submit(rightOtp);
    till.clock.forward(61);
    const view = await page.look();
    expect(view.phase).toBe('unresolved');
    expect(view.next).not.toContain('submit');
    await page.submit(rightOtp);
    expect(till.calls('submitOtp')).toBe(1);
  });

  test('while a submit is unclear no other is sent', async () => {
    const { till, page } = await prompted();
    till.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: false });
    await page.submit(rightOtp);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(till.calls('submitOtp')).toBe(1);
  });

  test('a submit refused without a next step reads the order; still open, the code was refused', async () => {
    const { till, page } = await prompted();
    till.sandbox.script({ operation: 'submitOtp', fault: 'status', status: 400, body: { code: 'INVALID_REQUEST' } });
    const reads = till.calls('getOrder');
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'OTP_NOT_ACCEPTED' } });
    expect(till.calls('getOrder')).toBe(reads + 1);
  });

  test('a generate of unclear end waits for a code that may have come, with another one open at once', async () => {
    const till = openTill();
    const page = new Page(till.handler, (await till.start(await till.order())).client.session);
    till.sandbox.script({ operation: 'generateOtp', fault: 'reset', takesEffect: true });
    expect(await page.generate()).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_MAYBE_NOT_SENT' },
      resendInSeconds: 0,
    });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(till.calls('generateOtp')).toBe(1);
  });

  test('a generate that Plural refuses leads to the bank’s page', async () => {
    const till = openTill();
    const page = new Page(till.handler, (await till.start(await till.order())).client.session);
    till.sandbox.script({ operation: 'generateOtp', fault: 'status', status: 422 });
    const view = await page.generate();
    expect(view).toMatchObject({ phase: 'ready', problem: { code: 'NATIVE_OTP_UNAVAILABLE' } });
    expect(view.next).toContain('redirect');
    await page.generate();
    expect(till.calls('generateOtp')).toBe(1);
  });
});
