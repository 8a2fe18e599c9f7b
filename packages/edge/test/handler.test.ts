import { describe, expect, test } from 'vitest';
import {
  createTestShop,
  openPage,
  CustomerPage,
  plainCard,
  quickCard,
  rightOtp,
  wrongOtp,
} from './support/test-shop.ts';

describe('paying', () => {
  test('an accepted OTP leads to `confirming`, never to `authorized`; the order then decides that it is paid', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const started = await shop.startPayment(orderId);
    expect(started.nativeOtp).toBe(true);
    expect(started.nativeOtpFrom).toBe('cardDetails');
    expect(started.client.view.phase).toBe('ready');
    const page = new CustomerPage(shop.handler, started.client.session);

    const prompted = await page.generate();
    expect(prompted.phase).toBe('awaitingOtp');
    expect(prompted.resendInSeconds).toBe(30);

    const accepted = await page.submit(rightOtp);
    expect(accepted.phase).toBe('confirming');
    expect(shop.verdicts).toHaveLength(0);

    shop.clock.advance(1);
    const paid = await page.getView();
    expect(paid.phase).toBe('authorized');
    expect(shop.verdicts).toHaveLength(1);
    expect(shop.verdicts[0]).toMatchObject({
      key: `${started.paymentId}:paid`,
      outcome: 'paid',
      orderId,
      amount: { value: 35_000, currency: 'INR' },
      orderOpen: false,
      source: 'status',
    });
    expect(shop.events.map(({ type }) => type)).toEqual([
      'started',
      'shown',
      'otpSent',
      'submitted',
      'accepted',
      'verdict',
    ]);
    expect(shop.problems).toEqual([]);
  });

  test('a pre-authorised order ends with an `authorized` verdict', async () => {
    const shop = createTestShop();
    const { client } = await shop.startPayment(await shop.createOrder({ preAuth: true }));
    const page = new CustomerPage(shop.handler, client.session);
    await page.generate();
    await page.submit(rightOtp);
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.verdicts[0]?.outcome).toBe('authorized');
  });

  test('a rejected OTP leaves the step open with one miss, and the right one after it pays', async () => {
    const { shop, page } = await openPage();
    await page.generate();
    const refused = await page.submit(wrongOtp);
    expect(refused).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      attempts: { misses: 1 },
    });
    expect(refused.next).toContain('submit');
    expect(shop.problems.map(({ code }) => code)).not.toContain('OTP_NOT_ACCEPTED');
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect((await page.getView()).phase).toBe('authorized');
  });

  test('the third rejected OTP exhausts the payment, and its order accepts a new one', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const { client } = await shop.startPayment(orderId);
    const page = new CustomerPage(shop.handler, client.session);
    await page.generate();
    await page.submit(wrongOtp);
    await page.submit(wrongOtp);
    const ended = await page.submit(wrongOtp);
    expect(ended).toMatchObject({ phase: 'exhausted', problem: { code: 'ATTEMPTS_USED' }, next: ['payAgain'] });
    shop.clock.advance(5);
    await shop.handler.sweep();
    expect(shop.verdicts.map(({ outcome, orderOpen }) => [outcome, orderOpen])).toEqual([['failed', true]]);

    const again = await shop.startPayment(orderId);
    const second = new CustomerPage(shop.handler, again.client.session);
    await second.generate();
    await second.submit(rightOtp);
    shop.clock.advance(1);
    expect((await second.getView()).phase).toBe('authorized');
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['failed', 'paid']);
  });

  test('an OTP is resent after its deadline and not before', async () => {
    const shop = createTestShop();
    const { client } = await shop.startPayment(await shop.createOrder(), { card: quickCard });
    const page = new CustomerPage(shop.handler, client.session);
    expect((await page.generate()).resendInSeconds).toBe(2);
    expect(await page.resend()).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'RESEND_TOO_EARLY' } });
    expect(shop.callCount('resendOtp')).toBe(0);
    shop.clock.advance(2);
    const resent = await page.resend();
    expect(resent.phase).toBe('awaitingOtp');
    expect(resent.problem).toBeUndefined();
    expect(shop.callCount('resendOtp')).toBe(1);
  });

  test('a card without native OTP leads to the issuer’s page and never requests an OTP', async () => {
    const shop = createTestShop();
    const started = await shop.startPayment(await shop.createOrder(), { card: plainCard });
    expect(started.nativeOtp).toBe(false);
    const page = new CustomerPage(shop.handler, started.client.session);
    const view = await page.generate();
    expect(view).toMatchObject({ phase: 'ready', problem: { code: 'NATIVE_OTP_UNAVAILABLE' } });
    expect(view.next).toContain('redirect');
    expect(view.challengeUrl).toMatch(/^http:\/\/127\.0\.0\.1:3001\//);
    expect(shop.callCount('generateOtp')).toBe(0);
  });
});
