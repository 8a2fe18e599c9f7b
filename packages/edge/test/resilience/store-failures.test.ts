import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FrailStore } from '../support/flaky-store.ts';
import {
  Clock,
  landmark,
  openTill,
  Page,
  patient,
  problemOf,
  prompted,
  rightOtp,
  wrongOtp,
  type Till,
} from '../support/test-shop.ts';

describe('a process that dies', () => {
  /** A payment whose next call of one kind never comes back, as if the process had died in it. */
  async function deserted(
    path: string,
    effect: boolean,
    action: (page: Page, clock: Clock) => Promise<unknown>,
  ): Promise<{ till: Till; page: Page }> {
    const clock = new Clock();
    let armed = false;
    const away = landmark();
    const first = openTill({
      clock,
      async network(request, send) {
        if (!armed || !request.url.endsWith(path)) return send(request);
        if (effect) await send(request);
        away.reach();
        return new Promise<Response>(() => undefined);
      },
    });
    const { client } = await first.start(await first.order());
    const page = new Page(first.handler, client.session);
    if (!path.endsWith('/generate')) await page.generate();
    armed = true;
    void action(page, clock);
    await away.reached;
    const till = openTill({ clock, sandbox: first.sandbox, store: first.store });
    return { till, page: new Page(till.handler, page.session) };
  }

  test('between the reservation and the call of a submit: confirming, then unresolved, and nothing is sent by itself', async () => {
    const { till, page } = await deserted('/otp/submit', false, (page) => page.submit(rightOtp));
    expect((await page.look()).phase).toBe('confirming');
    till.clock.forward(59);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    till.clock.forward(1);
    expect((await page.look()).phase).toBe('unresolved');
    expect(till.calls('submitOtp')).toBe(0);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    till.clock.forward(1);
    expect((await page.look()).phase).toBe('authorized');
  });

  test('between the call of a submit and its record: the next request finds it paid', async () => {
    const { till, page } = await deserted('/otp/submit', true, (page) => page.submit(rightOtp));
    till.clock.forward(1);
    expect((await page.look()).phase).toBe('authorized');
    expect(till.verdicts.map(({ outcome }) => outcome)).toEqual(['paid']);
  });

  test('between the call of a submit and its record: the sweep finds it paid without any page', async () => {
    const { till } = await deserted('/otp/submit', true, (page) => page.submit(rightOtp));
    till.clock.forward(60);
    expect(await till.handler.sweep()).toEqual({ checked: 1, delivered: 1, stillOpen: 0 });
    expect(till.verdicts.map(({ outcome, source }) => [outcome, source])).toEqual([['paid', 'sweep']]);
  });

  test('in a generate: generating for 30 seconds, then a code may have come; never a second one by itself', async () => {
    const { till, page } = await deserted('/otp/generate', true, (page) => page.generate());
    till.clock.forward(29);
    expect((await page.generate()).phase).toBe('generating');
    till.clock.forward(1);
    expect(await page.look()).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_MAYBE_NOT_SENT' },
      resendInSeconds: 0,
    });
    await page.generate();
    expect(till.calls('generateOtp')).toBe(1);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });

  test('in a resend: resending for 30 seconds, then a code may have come', async () => {
    const { till, page } = await deserted('/otp/resend', false, (page, clock) => {
      clock.forward(31);
      return page.resend();
    });
    till.clock.forward(29);
    expect((await page.resend()).phase).toBe('resending');
    till.clock.forward(1);
    expect(await page.look()).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'OTP_MAYBE_NOT_SENT' } });
    expect(till.calls('resendOtp')).toBe(0);
    expect((await page.resend()).problem).toBeUndefined();
    expect(till.calls('resendOtp')).toBe(1);
  });
});

describe('a store that fails', () => {
  const frail = async (): Promise<{ till: Till; page: Page; store: FrailStore }> => {
    const store = new FrailStore();
    return { ...(await prompted({ store })), store };
  };

  test.each(['throws', 'hangs'] as const)('%s while loading: 503, and nothing is sent', async (frailty) => {
    const store = new FrailStore();
    let over = false;
    const { till, page } = await prompted({
      store,
      wait: (ms, signal) => (over && ms === 3000 ? Promise.resolve() : patient(ms, signal)),
    });
    store.onLoad = frailty;
    over = true;
    const answer = await page.post('otp/submit', { otp: rightOtp, idempotencyKey: randomUUID() });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await problemOf(answer)).toBe('BACKEND_UNREACHABLE');
    expect(till.calls('submitOtp')).toBe(0);
    expect(JSON.stringify(till.problems)).not.toContain('10.0.0.7');
  });

  test('throws while saving: 503, and nothing is sent', async () => {
    const { till, page, store } = await frail();
    store.onSave = 'throws';
    expect((await page.post('otp/submit', { otp: rightOtp, idempotencyKey: randomUUID() })).status).toBe(503);
    expect(till.calls('submitOtp')).toBe(0);
    store.onSave = undefined;
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });

  test('a save whose answer was lost is looked up, and the act is sent once', async () => {
    const { till, page, store } = await frail();
    store.onSave = 'throwsAfterEffect';
    const idempotencyKey = randomUUID();
    expect((await page.submit(wrongOtp, idempotencyKey)).phase).toBe('awaitingOtp');
    await page.submit(wrongOtp, idempotencyKey);
    expect(till.calls('submitOtp')).toBe(1);
  });

  test('one act on two isolates, a save that fails and the other’s equal record: it is sent once', async () => {
    const [waiting, reserved] = [landmark(), landmark()];
    const { till: one, page } = await prompted({
      async network(request, send) {
        if (request.url.endsWith('/otp/submit')) reserved.reach();
        return send(request);
      },
    });
    const store = new FrailStore(one.store);
    store.save = async () => {
      waiting.reach();
      await reserved.reached;
      throw new Error('answer lost');
    };
    const two = openTill({ sandbox: one.sandbox, clock: one.clock, store });
    const idempotencyKey = randomUUID();
    const other = new Page(two.handler, page.session).post('otp/submit', { otp: rightOtp, idempotencyKey });
    await waiting.reached;
    await page.submit(rightOtp, idempotencyKey);
    expect((await other).status).toBe(503);
    expect(one.calls('submitOtp')).toBe(1);
  });

  test('throws once after the call: the end is written down all the same', async () => {
    const store = new FrailStore();
    const { till, page } = await prompted({
      store,
      wait(ms, signal) {
        if (ms === 500) store.onSave = undefined;
        return patient(ms, signal);
      },
    });
    store.skipSaves = 1;
    store.onSave = 'throws';
    expect(await page.submit(wrongOtp)).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
    expect(await page.look()).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(till.calls('submitOtp')).toBe(2);
  });

  test('throws after the call: the customer is told what is true, and the record finds out by the order', async () => {
    const { till, page, store } = await frail();
    store.skipSaves = 1;
    store.onSave = 'throws';
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    store.onSave = undefined;
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    till.clock.forward(1);
    expect((await page.look()).phase).toBe('authorized');
    expect(till.calls('submitOtp')).toBe(1);
  });

  test('a store that is always behind: 503 after eight tries, and nothing is sent', async () => {
    const { till, page, store } = await frail();
    const saves = store.saves;
    store.save = async () => {
      store.saves += 1;
      return false;
    };
    expect((await page.post('otp/submit', { otp: rightOtp, idempotencyKey: randomUUID() })).status).toBe(503);
    expect(store.saves - saves).toBe(8);
    expect(till.calls('submitOtp')).toBe(0);
  });
});
