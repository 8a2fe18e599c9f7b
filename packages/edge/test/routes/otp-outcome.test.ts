import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openPage, startAndPrompt, rightOtp, wrongOtp, type TestShopOptions } from '../support/test-shop.ts';

describe('an action that was certainly not sent', () => {
  test('is released, and its idempotency key may be retried', async () => {
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

  test('one that Plural rate-limited counts as an attempt, and the phase stays', async () => {
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

describe('an action that certainly had no effect', () => {
  test('a submit whose access token is rejected twice leaves the OTP open, is counted and reported', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'status', status: 401, times: 2 });
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'INTERNAL' } });
    expect(shop.problems).toMatchObject([{ code: 'CREDENTIALS_REJECTED', operation: 'submitOtp', outcome: 'none' }]);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });
});

describe('an action whose outcome is unknown', () => {
  test('a submit whose response was lost is `confirming` until the order says it is paid', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('a submit whose response was lost returns to `awaitingOtp` when the order proves the rejection', async () => {
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

  test('a second OTP with an unknown outcome stays in `confirming`: an earlier rejection proves nothing', async () => {
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

  test('the last OTP of the configured limit, with an unknown outcome, leaves the issuer’s page and no further OTP', async () => {
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

  test('while a submit’s outcome is unknown no other is sent', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: false });
    await page.submit(rightOtp);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('a submit rejected without a next step reads the order; an open order means a rejected OTP', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'status', status: 400, body: { code: 'INVALID_REQUEST' } });
    const reads = shop.callCount('getOrder');
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'OTP_NOT_ACCEPTED' } });
    expect(shop.callCount('getOrder')).toBe(reads + 1);
  });

  test('a generate with an unknown outcome accepts an OTP that may have arrived, and can be resent at once', async () => {
    const { shop, page } = await openPage();
    shop.sandbox.script({ operation: 'generateOtp', fault: 'reset', takesEffect: true });
    expect(await page.generate()).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_MAYBE_NOT_SENT' },
      resendInSeconds: 0,
    });
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect(shop.callCount('generateOtp')).toBe(1);
  });

  test('a generate that Plural rejects leads to the issuer’s page', async () => {
    const { shop, page } = await openPage();
    shop.sandbox.script({ operation: 'generateOtp', fault: 'status', status: 422 });
    const view = await page.generate();
    expect(view).toMatchObject({ phase: 'ready', problem: { code: 'NATIVE_OTP_UNAVAILABLE' } });
    expect(view.next).toContain('redirect');
    await page.generate();
    expect(shop.callCount('generateOtp')).toBe(1);
  });
});
