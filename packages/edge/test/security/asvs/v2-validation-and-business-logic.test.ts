/** OWASP Application Security Verification Standard 5.0, chapter V2: requirements an OTP handler can meet by itself. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openPage, startAndPrompt, rightOtp, wrongOtp } from '../../support/test-shop.ts';

const idempotencyKey = (): string => randomUUID();

describe('V2 validation and business logic', () => {
  test('2.2.1, 2.2.2: the server validates every field against an allow list, whatever the page has validated', async () => {
    const { shop, page } = await startAndPrompt();
    for (const otp of ['123', '123456789', '12 34 56', '１２３４５６', '-12345', '1e5000', 123_456, null]) {
      expect((await page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp })).status, String(otp)).toBe(400);
    }
    expect((await page.post('otp/submit', { idempotencyKey: 'not-a-uuid', otp: rightOtp })).status).toBe(400);
    expect((await page.post('payment/leave', { idempotencyKey: idempotencyKey(), to: 'elsewhere' })).status).toBe(400);
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('2.3.1: no step is skipped: an OTP is neither submitted nor resent before one was generated', async () => {
    const { shop, page } = await openPage();
    expect((await page.submit(rightOtp)).phase).toBe('ready');
    expect((await page.resend()).phase).toBe('ready');
    expect(shop.callCount('submitOtp') + shop.callCount('resendOtp')).toBe(0);
  });

  test('2.3.2: the configured limits are enforced', async () => {
    const { shop, page } = await startAndPrompt({ limits: { submits: 2, resends: 1 } });
    shop.clock.advance(31);
    await page.resend();
    shop.clock.advance(31);
    await page.resend();
    for (let code = 0; code < 4; code += 1) await page.submit(`00000${code}`);
    expect([shop.callCount('resendOtp'), shop.callCount('submitOtp')]).toEqual([1, 2]);
  });

  test('2.3.4, 15.4.2: check and reservation are atomic: of 60 parallel OTPs at most five are sent, one at a time', async () => {
    let [now, most] = [0, 0];
    const { shop, page } = await startAndPrompt({
      async network(request, send) {
        const isSubmit = request.url.endsWith('/otp/submit');
        now += isSubmit ? 1 : 0;
        most = Math.max(most, now);
        const response = await send(request);
        now -= isSubmit ? 1 : 0;
        return response;
      },
    });
    await Promise.all(
      Array.from({ length: 60 }, () => page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp: wrongOtp })),
    );
    expect(most).toBe(1);
    expect(shop.callCount('submitOtp')).toBeGreaterThan(0);
    expect(shop.callCount('submitOtp')).toBeLessThanOrEqual(5);
  });

  test('2.4.1: messages cost money: none without the customer’s action, none before its time, few in all', async () => {
    const { shop, page } = await startAndPrompt();
    for (let turn = 0; turn < 10; turn += 1) {
      await page.generate();
      await page.resend();
    }
    expect([shop.callCount('generateOtp'), shop.callCount('resendOtp')]).toEqual([1, 0]);
    for (let turn = 0; turn < 10; turn += 1) {
      shop.clock.advance(31);
      await page.resend();
    }
    expect(shop.callCount('resendOtp')).toBe(3);
  });
});
