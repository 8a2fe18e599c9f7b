import { describe, expect, test } from 'vitest';
import { credentials } from '../../src/index.ts';
import { signReturn } from '../../src/lib/sign.ts';
import { createTestSandbox, type TestSandbox } from '../support/merchant.ts';

async function submitForm(context: TestSandbox, url: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams(fields);
  const response = await context.sandbox.fetch(url, { method: 'POST', body });
  return response.text();
}

/** Parses the return form as a browser does. */
function parseReturnForm(page: string): { action: string; method: string; fields: Record<string, string> } {
  const [, method = '', action = ''] = /<form id="return" method="(\w+)" action="([^"]*)"/.exec(page) ?? [];
  const inputs = [...page.matchAll(/<input\s+type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"/g)];
  return {
    method,
    action: unescapeHtml(action),
    fields: Object.fromEntries(inputs.map(([, k = '', v = '']) => [k, unescapeHtml(v)])),
  };
}

const unescapeHtml = (escaped: string): string =>
  escaped
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

async function expectSigned(fields: Record<string, string>): Promise<void> {
  expect(fields['signature']).toBe(await signReturn(fields, credentials.returnSecretKey));
}

describe('the ACS page', () => {
  test('the first visit sends an OTP, further ones do not', async () => {
    const context = await createTestSandbox();
    const { challengeUrl } = await context.merchant.start('bank-page-only');
    const page = await (await context.sandbox.fetch(challengeUrl)).text();
    expect(page).toContain('name="otp"');
    expect(page).toContain('₹350.00');
    await context.sandbox.fetch(challengeUrl);
    expect(context.sandbox.state.messages).toMatchObject([{ requestedBy: 'acsPage', otp: '123456' }]);
  });

  test('needs no script and allows none', async () => {
    const context = await createTestSandbox();
    const { challengeUrl } = await context.merchant.start();
    const response = await context.sandbox.fetch(challengeUrl);
    expect(await response.text()).not.toContain('<script');
    expect(response.headers.get('content-security-policy')).not.toContain('script-src');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test("a right OTP pays and returns by a signed POST that keeps the merchant's own query", async () => {
    const context = await createTestSandbox();
    const { orderId, challengeUrl } = await context.merchant.start('bank-page-only');
    await context.sandbox.fetch(challengeUrl);
    const { action, method, fields } = parseReturnForm(
      await submitForm(context, challengeUrl, { action: 'confirm', otp: '123 456' }),
    );
    expect({ action, method }).toEqual({ action: 'https://shop.test/return?basket=7', method: 'post' });
    expect(fields).toEqual({ order_id: orderId, status: 'PROCESSED', signature: fields['signature'] });
    await expectSigned(fields);
    expect(await context.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('the return of a pre-authorized payment has the status AUTHORIZED', async () => {
    const context = await createTestSandbox();
    const { challengeUrl } = await context.merchant.start('bank-page-only', { pre_auth: true });
    await context.sandbox.fetch(challengeUrl);
    const { fields } = parseReturnForm(await submitForm(context, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(fields['status']).toBe('AUTHORIZED');
    await expectSigned(fields);
  });

  test('cancelling fails the payment and returns to failure_callback_url with a signed error code and message', async () => {
    const context = await createTestSandbox();
    const { orderId, challengeUrl } = await context.merchant.start('bank-page-only', {
      failure_callback_url: 'https://shop.test/failed',
    });
    const { action, fields } = parseReturnForm(await submitForm(context, challengeUrl, { action: 'cancel' }));
    expect(action).toBe('https://shop.test/failed');
    expect(fields).toMatchObject({ order_id: orderId, status: 'FAILED', error_code: 'USER_AUTHENTICATION_FAILED' });
    expect(fields['error_message']).not.toBe('');
    await expectSigned(fields);
    expect(await context.merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
  });

  test('wrong OTPs count together with those submitted through the API', async () => {
    const context = await createTestSandbox();
    const { orderId, paymentId, challengeUrl } = await context.merchant.start();
    await context.merchant.generate(paymentId);
    await context.merchant.submit(paymentId, '000000');
    await context.sandbox.fetch(challengeUrl);
    expect(await submitForm(context, challengeUrl, { action: 'confirm', otp: '000000' })).toContain('role="alert"');
    const { fields } = parseReturnForm(await submitForm(context, challengeUrl, { action: 'confirm', otp: '000000' }));
    expect(fields['status']).toBe('FAILED');
    expect(await context.merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
  });

  test('input that is no OTP is rejected on the page and does not count', async () => {
    const context = await createTestSandbox({ otpAttempts: 1 });
    const { orderId, challengeUrl } = await context.merchant.start();
    for (const otp of ['', 'abc', '123', '123456789'])
      expect(await submitForm(context, challengeUrl, { action: 'confirm', otp })).toContain('4 to 8 digits');
    expect(await context.merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
  });

  test('after the end every visit leads to the same return', async () => {
    const context = await createTestSandbox();
    const { challengeUrl } = await context.merchant.start();
    await context.sandbox.fetch(challengeUrl);
    const first = parseReturnForm(await submitForm(context, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(parseReturnForm(await (await context.sandbox.fetch(challengeUrl)).text())).toEqual(first);
    expect(parseReturnForm(await submitForm(context, challengeUrl, { action: 'cancel' }))).toEqual(first);
  });

  test('while the issuer decides, the return has the status PENDING', async () => {
    const context = await createTestSandbox();
    const { challengeUrl } = await context.merchant.start('slow');
    await context.sandbox.fetch(challengeUrl);
    const { fields } = parseReturnForm(await submitForm(context, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(fields['status']).toBe('PENDING');
  });

  test("a return by GET sends the merchant's own query as fields", async () => {
    const context = await createTestSandbox({ returnMethod: 'GET' });
    const { challengeUrl } = await context.merchant.start('bank-page-only');
    await context.sandbox.fetch(challengeUrl);
    const form = parseReturnForm(await submitForm(context, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(form).toMatchObject({
      method: 'get',
      action: 'https://shop.test/return',
      fields: { basket: '7', status: 'PROCESSED' },
    });
  });

  test("returnStatus AUTHORIZED: the guide's status, also without pre-authorization", async () => {
    const context = await createTestSandbox({ returnStatus: 'AUTHORIZED' });
    const { challengeUrl } = await context.merchant.start('bank-page-only');
    await context.sandbox.fetch(challengeUrl);
    const { fields } = parseReturnForm(await submitForm(context, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(fields['status']).toBe('AUTHORIZED');
    await expectSigned(fields);
  });

  test('data of the merchant is escaped', async () => {
    const context = await createTestSandbox();
    const { challengeUrl } = await context.merchant.start('pays', {
      callback_url: 'https://shop.test/"><script>alert(1)</script>',
    });
    const page = await submitForm(context, challengeUrl, { action: 'cancel' });
    expect(page).not.toContain('<script>alert');
    expect(parseReturnForm(page).action).toContain('shop.test/');
  });

  test('pageAfterOtp expired: after an OTP by the API it has expired, and the payment goes on by the API', async () => {
    const context = await createTestSandbox();
    context.sandbox.configure({ pageAfterOtp: 'expired' });
    const { challengeUrl, paymentId } = await context.merchant.start();
    await context.merchant.call('POST', '/api/pay/v1/otp/generate', { payment_id: paymentId });
    const response = await context.sandbox.fetch(challengeUrl);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('has expired')]);
    expect(await submitForm(context, challengeUrl, { otp: '123456' })).toContain('has expired');
    expect(context.sandbox.state.messages).toHaveLength(1);
    const submitted = await context.merchant.call('POST', '/api/pay/v1/otp/submit', {
      payment_id: paymentId,
      otp: '123456',
    });
    expect(submitted.status).toBe(200);
  });

  test('pageAfterOtp expired: a page that was open before goes on', async () => {
    const context = await createTestSandbox();
    context.sandbox.configure({ pageAfterOtp: 'expired' });
    const { challengeUrl } = await context.merchant.start('bank-page-only');
    await context.sandbox.fetch(challengeUrl);
    expect(await submitForm(context, challengeUrl, { otp: '123456' })).toContain('Payment confirmed');
  });

  test('an unknown token is 404', async () => {
    const context = await createTestSandbox();
    const response = await context.sandbox.fetch('https://plural.test/web/auth/landing/?token=guess');
    expect(response.status).toBe(404);
  });
});
