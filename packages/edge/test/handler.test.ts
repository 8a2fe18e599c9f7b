import { describe, expect, test } from 'vitest';
import { openTill, Page, plainCard, quickCard, rightOtp, wrongOtp } from './support/test-shop.ts';

describe('paying', () => {
  test('an accepted OTP leads to confirming, never to authorized; the order then makes it paid', async () => {
    const till = openTill();
    const orderId = await till.order();
    const started = await till.start(orderId);
    expect(started.nativeOtp).toBe(true);
    expect(started.nativeOtpFrom).toBe('cardDetails');
    expect(started.client.view.phase).toBe('ready');
    const page = new Page(till.handler, started.client.session);

    const prompted = await page.generate();
    expect(prompted.phase).toBe('awaitingOtp');
    expect(prompted.resendInSeconds).toBe(30);

    const accepted = await page.submit(rightOtp);
    expect(accepted.phase).toBe('confirming');
    expect(till.verdicts).toHaveLength(0);

    till.clock.forward(1);
    const paid = await page.look();
    expect(paid.phase).toBe('authorized');
    expect(till.verdicts).toHaveLength(1);
    expect(till.verdicts[0]).toMatchObject({
      key: `${started.paymentId}:paid`,
      outcome: 'paid',
      orderId,
      amount: { value: 35_000, currency: 'INR' },
      orderOpen: false,
      source: 'status',
    });
    expect(till.events.map(({ type }) => type)).toEqual(['shown', 'otpSent', 'submitted', 'verdict']);
    expect(till.problems).toEqual([]);
  });

  test('a pre-authorised order ends authorized', async () => {
    const till = openTill();
    const { client } = await till.start(await till.order({ preAuth: true }));
    const page = new Page(till.handler, client.session);
    await page.generate();
    await page.submit(rightOtp);
    till.clock.forward(1);
    expect((await page.look()).phase).toBe('authorized');
    expect(till.verdicts[0]?.outcome).toBe('authorized');
  });

  test('a wrong OTP leaves the step open with one miss, and the right one after it pays', async () => {
    const till = openTill();
    const { client } = await till.start(await till.order());
    const page = new Page(till.handler, client.session);
    await page.generate();
    const refused = await page.submit(wrongOtp);
    expect(refused).toMatchObject({
      phase: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      attempts: { misses: 1 },
    });
    expect(refused.next).toContain('submit');
    expect(till.problems.map(({ code }) => code)).not.toContain('OTP_NOT_ACCEPTED');
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    till.clock.forward(1);
    expect((await page.look()).phase).toBe('authorized');
  });

  test('the third wrong OTP exhausts the payment, and the order takes a new one', async () => {
    const till = openTill();
    const orderId = await till.order();
    const { client } = await till.start(orderId);
    const page = new Page(till.handler, client.session);
    await page.generate();
    await page.submit(wrongOtp);
    await page.submit(wrongOtp);
    const ended = await page.submit(wrongOtp);
    expect(ended).toMatchObject({ phase: 'exhausted', problem: { code: 'ATTEMPTS_USED' }, next: ['payAgain'] });
    till.clock.forward(5);
    await till.handler.sweep();
    expect(till.verdicts.map(({ outcome, orderOpen }) => [outcome, orderOpen])).toEqual([['failed', true]]);

    const again = await till.start(orderId);
    const second = new Page(till.handler, again.client.session);
    await second.generate();
    await second.submit(rightOtp);
    till.clock.forward(1);
    expect((await second.look()).phase).toBe('authorized');
    expect(till.verdicts.map(({ outcome }) => outcome)).toEqual(['failed', 'paid']);
  });

  test('another code is sent after its deadline and not before', async () => {
    const till = openTill();
    const { client } = await till.start(await till.order(), { card: quickCard });
    const page = new Page(till.handler, client.session);
    expect((await page.generate()).resendInSeconds).toBe(2);
    expect(await page.resend()).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'RESEND_TOO_EARLY' } });
    expect(till.calls('resendOtp')).toBe(0);
    till.clock.forward(2);
    const resent = await page.resend();
    expect(resent.phase).toBe('awaitingOtp');
    expect(resent.problem).toBeUndefined();
    expect(till.calls('resendOtp')).toBe(1);
  });

  test('a card without native OTP leads to the bank’s page and never asks for a code', async () => {
    const till = openTill();
    const started = await till.start(await till.order(), { card: plainCard });
    expect(started.nativeOtp).toBe(false);
    const page = new Page(till.handler, started.client.session);
    const view = await page.generate();
    expect(view).toMatchObject({ phase: 'ready', problem: { code: 'NATIVE_OTP_UNAVAILABLE' } });
    expect(view.next).toContain('redirect');
    expect(view.challengeUrl).toMatch(/^http:\/\/127\.0\.0\.1:3001\//);
    expect(till.calls('generateOtp')).toBe(0);
  });
});
