import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import {
  Clock,
  deferred,
  createTestShop,
  CustomerPage,
  instantSleep,
  readProblemCode,
  startAndPrompt,
  rightOtp,
  wrongOtp,
  type TestShop,
} from '../support/test-shop.ts';

describe('a process that dies', () => {
  /** A payment whose next call of one kind never comes back, as if the process had died in it. */
  async function deserted(
    path: string,
    effect: boolean,
    action: (page: CustomerPage, clock: Clock) => Promise<unknown>,
  ): Promise<{ shop: TestShop; page: CustomerPage }> {
    const clock = new Clock();
    let armed = false;
    const away = deferred();
    const first = createTestShop({
      clock,
      async network(request, send) {
        if (!armed || !request.url.endsWith(path)) return send(request);
        if (effect) await send(request);
        away.resolve();
        return new Promise<Response>(() => undefined);
      },
    });
    const { client } = await first.startPayment(await first.createOrder());
    const page = new CustomerPage(first.handler, client.session);
    if (!path.endsWith('/generate')) await page.generate();
    armed = true;
    void action(page, clock);
    await away.promise;
    const shop = createTestShop({ clock, sandbox: first.sandbox, store: first.store });
    return { shop, page: new CustomerPage(shop.handler, page.session) };
  }

  test('between the reservation and the call of a submit: `confirming`, then `unresolved`, and nothing is sent automatically', async () => {
    const { shop, page } = await deserted('/otp/submit', false, (page) => page.submit(rightOtp));
    expect((await page.getView()).phase).toBe('confirming');
    shop.clock.advance(59);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('unresolved');
    expect(shop.callCount('submitOtp')).toBe(0);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
  });

  test('between the call of a submit and its record: the next request finds it paid', async () => {
    const { shop, page } = await deserted('/otp/submit', true, (page) => page.submit(rightOtp));
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['paid']);
  });

  test('between the call of a submit and its record: the sweep finds it paid without a page', async () => {
    const { shop } = await deserted('/otp/submit', true, (page) => page.submit(rightOtp));
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0, more: false });
    expect(shop.verdicts.map(({ outcome, source }) => [outcome, source])).toEqual([['paid', 'sweep']]);
  });

  test('in a generate: `generating` for 35 seconds, then the OTP may have arrived; no second one is sent automatically', async () => {
    const { shop, page } = await deserted('/otp/generate', true, (page) => page.generate());
    shop.clock.advance(34);
    expect((await page.generate()).phase).toBe('generating');
    shop.clock.advance(1);
    expect(await page.getView()).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_MAYBE_NOT_SENT' },
      resendInSeconds: 0,
    });
    await page.generate();
    expect(shop.callCount('generateOtp')).toBe(1);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });

  test('in a resend: `resending` for 35 seconds, then the OTP may have arrived', async () => {
    const { shop, page } = await deserted('/otp/resend', false, (page, clock) => {
      clock.advance(31);
      return page.resend();
    });
    shop.clock.advance(34);
    expect((await page.resend()).phase).toBe('resending');
    shop.clock.advance(1);
    expect(await page.getView()).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'OTP_MAYBE_NOT_SENT' } });
    expect(shop.callCount('resendOtp')).toBe(0);
    expect((await page.resend()).problem).toBeUndefined();
    expect(shop.callCount('resendOtp')).toBe(1);
  });
});

describe('a store that fails', () => {
  const createFixture = async (): Promise<{ shop: TestShop; page: CustomerPage; store: FlakyStore }> => {
    const store = new FlakyStore();
    return { ...(await startAndPrompt({ store })), store };
  };

  test.each(['throws', 'hangs'] as const)('%s while loading: 503, and nothing is sent', async (failure) => {
    const store = new FlakyStore();
    let over = false;
    const { shop, page } = await startAndPrompt({
      store,
      wait: (ms, signal) => (over && ms === 3000 ? Promise.resolve() : instantSleep(ms, signal)),
    });
    store.loadFailure = failure;
    over = true;
    const response = await page.post('otp/submit', { otp: rightOtp, idempotencyKey: randomUUID() });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await readProblemCode(response)).toBe('BACKEND_UNREACHABLE');
    expect(shop.callCount('submitOtp')).toBe(0);
    expect(JSON.stringify(shop.problems)).not.toContain('10.0.0.7');
  });

  test('throws while saving: 503, and nothing is sent', async () => {
    const { shop, page, store } = await createFixture();
    store.saveFailure = 'throws';
    expect((await page.post('otp/submit', { otp: rightOtp, idempotencyKey: randomUUID() })).status).toBe(503);
    expect(shop.callCount('submitOtp')).toBe(0);
    store.saveFailure = undefined;
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });

  test('a save whose response was lost is read back, and the action is sent once', async () => {
    const { shop, page, store } = await createFixture();
    store.saveFailure = 'throwsAfterEffect';
    const idempotencyKey = randomUUID();
    expect((await page.submit(wrongOtp, idempotencyKey)).phase).toBe('awaitingOtp');
    await page.submit(wrongOtp, idempotencyKey);
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('one idempotency key on two isolates, with a failed save and the other’s equal record: it is sent once', async () => {
    const [waiting, reserved] = [deferred(), deferred()];
    const { shop: one, page } = await startAndPrompt({
      async network(request, send) {
        if (request.url.endsWith('/otp/submit')) reserved.resolve();
        return send(request);
      },
    });
    const store = new FlakyStore(one.store);
    store.save = async () => {
      waiting.resolve();
      await reserved.promise;
      throw new Error('answer lost');
    };
    const two = createTestShop({ sandbox: one.sandbox, clock: one.clock, store });
    const idempotencyKey = randomUUID();
    const other = new CustomerPage(two.handler, page.session).post('otp/submit', { otp: rightOtp, idempotencyKey });
    await waiting.promise;
    await page.submit(rightOtp, idempotencyKey);
    expect((await other).status).toBe(503);
    expect(one.callCount('submitOtp')).toBe(1);
  });

  test('throws once after the call: the end is written down all the same', async () => {
    const store = new FlakyStore();
    const { shop, page } = await startAndPrompt({
      store,
      wait(ms, signal) {
        if (ms === 500) store.saveFailure = undefined;
        return instantSleep(ms, signal);
      },
    });
    store.skipSaves = 1;
    store.saveFailure = 'throws';
    expect(await page.submit(wrongOtp)).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
    expect(await page.getView()).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(shop.callCount('submitOtp')).toBe(2);
  });

  test('throws after the call: the response is true, and the record learns the outcome from the order', async () => {
    const { shop, page, store } = await createFixture();
    store.skipSaves = 1;
    store.saveFailure = 'throws';
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    store.saveFailure = undefined;
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('a store that is always behind: 503 after eight tries, and nothing is sent', async () => {
    const { shop, page, store } = await createFixture();
    const saves = store.saves;
    store.save = async () => {
      store.saves += 1;
      return false;
    };
    expect((await page.post('otp/submit', { otp: rightOtp, idempotencyKey: randomUUID() })).status).toBe(503);
    expect(store.saves - saves).toBe(8);
    expect(shop.callCount('submitOtp')).toBe(0);
  });
});
