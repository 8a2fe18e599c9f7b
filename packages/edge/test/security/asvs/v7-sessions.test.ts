/** OWASP Application Security Verification Standard 5.0, chapter V7: requirements an OTP handler can meet by itself. */
import { describe, expect, test } from 'vitest';
import { startAndPrompt, rightOtp } from '../../support/test-shop.ts';

describe('V7 sessions', () => {
  test('7.2.1, 7.4.1: the server alone validates a session; one that ended cannot act again', async () => {
    const { shop, page } = await startAndPrompt();
    await page.leave('cancel');
    expect((await page.submit(rightOtp)).phase).toBe('cancelled');
    expect((await page.resend()).phase).toBe('cancelled');
    expect(shop.callCount('submitOtp') + shop.callCount('resendOtp')).toBe(0);
  });

  test('7.3.1: an idle session can no longer act after `activeMinutes`', async () => {
    const { shop, page } = await startAndPrompt({ limits: { activeMinutes: 5 } });
    shop.clock.advance(5 * 60 + 1);
    expect((await page.submit(rightOtp)).problem).toEqual({ code: 'SESSION_EXPIRED' });
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('7.3.2: a session that keeps being renewed can no longer act after `maxMinutes`', async () => {
    const { shop, page } = await startAndPrompt({ limits: { activeMinutes: 5, maxMinutes: 20 } });
    for (let minute = 0; minute < 21; minute += 1) {
      shop.clock.advance(60);
      await page.getView();
    }
    expect((await page.submit(rightOtp)).problem).toEqual({ code: 'SESSION_EXPIRED' });
  });
});
