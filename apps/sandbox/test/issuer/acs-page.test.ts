import { describe, expect, test } from 'vitest';
import { credentials } from '../../src/index.ts';
import { signReturn } from '../../src/lib/sign.ts';
import { createTestSandbox, type TestSandbox } from '../support/merchant.ts';

async function press(setting: TestSandbox, url: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams(fields);
  const response = await setting.sandbox.fetch(url, { method: 'POST', body });
  return response.text();
}

/** The form that goes back to the shop, as a browser would send it. */
function formOf(page: string): { action: string; method: string; fields: Record<string, string> } {
  const [, method = '', action = ''] = /<form id="return" method="(\w+)" action="([^"]*)"/.exec(page) ?? [];
  const inputs = [...page.matchAll(/<input\s+type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"/g)];
  return {
    method,
    action: plain(action),
    fields: Object.fromEntries(inputs.map(([, k = '', v = '']) => [k, plain(v)])),
  };
}

const plain = (escaped: string): string =>
  escaped
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

async function expectSigned(fields: Record<string, string>): Promise<void> {
  expect(fields['signature']).toBe(await signReturn(fields, credentials.returnSecretKey));
}

describe('the page behind challenge_url', () => {
  test('opening sends one code, however often it is opened', async () => {
    const setting = await createTestSandbox();
    const { challengeUrl } = await setting.merchant.start('bank-page-only');
    const page = await (await setting.sandbox.fetch(challengeUrl)).text();
    expect(page).toContain('name="otp"');
    expect(page).toContain('₹350.00');
    await setting.sandbox.fetch(challengeUrl);
    expect(setting.sandbox.state.messages).toMatchObject([{ requestedBy: 'acsPage', code: '123456' }]);
  });

  test('it needs no script and allows none', async () => {
    const setting = await createTestSandbox();
    const { challengeUrl } = await setting.merchant.start();
    const response = await setting.sandbox.fetch(challengeUrl);
    expect(await response.text()).not.toContain('<script');
    expect(response.headers.get('content-security-policy')).not.toContain('script-src');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('a right code pays and goes back with a signed return by POST, the own query of the merchant intact', async () => {
    const setting = await createTestSandbox();
    const { orderId, challengeUrl } = await setting.merchant.start('bank-page-only');
    await setting.sandbox.fetch(challengeUrl);
    const { action, method, fields } = formOf(
      await press(setting, challengeUrl, { action: 'confirm', otp: '123 456' }),
    );
    expect({ action, method }).toEqual({ action: 'https://shop.test/return?basket=7', method: 'post' });
    expect(fields).toEqual({ order_id: orderId, status: 'PROCESSED', signature: fields['signature'] });
    await expectSigned(fields);
    expect(await setting.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('pre-authorized, the return says AUTHORIZED', async () => {
    const setting = await createTestSandbox();
    const { challengeUrl } = await setting.merchant.start('bank-page-only', { pre_auth: true });
    await setting.sandbox.fetch(challengeUrl);
    const { fields } = formOf(await press(setting, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(fields['status']).toBe('AUTHORIZED');
    await expectSigned(fields);
  });

  test('cancelling fails the payment and goes to failure_callback_url with code and message signed', async () => {
    const setting = await createTestSandbox();
    const { orderId, challengeUrl } = await setting.merchant.start('bank-page-only', {
      failure_callback_url: 'https://shop.test/failed',
    });
    const { action, fields } = formOf(await press(setting, challengeUrl, { action: 'cancel' }));
    expect(action).toBe('https://shop.test/failed');
    expect(fields).toMatchObject({ order_id: orderId, status: 'FAILED', error_code: 'USER_AUTHENTICATION_FAILED' });
    expect(fields['error_message']).not.toBe('');
    await expectSigned(fields);
    expect(await setting.merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
  });

  test('wrong codes count together with those given through the API', async () => {
    const setting = await createTestSandbox();
    const { orderId, paymentId, challengeUrl } = await setting.merchant.start();
    await setting.merchant.generate(paymentId);
    await setting.merchant.submit(paymentId, '000000');
    await setting.sandbox.fetch(challengeUrl);
    expect(await press(setting, challengeUrl, { action: 'confirm', otp: '000000' })).toContain('role="alert"');
    const { fields } = formOf(await press(setting, challengeUrl, { action: 'confirm', otp: '000000' }));
    expect(fields['status']).toBe('FAILED');
    expect(await setting.merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
  });

  test('what is no code is refused on the page and does not count', async () => {
    const setting = await createTestSandbox({ otpAttempts: 1 });
    const { orderId, challengeUrl } = await setting.merchant.start();
    for (const otp of ['', 'abc', '123', '123456789'])
      expect(await press(setting, challengeUrl, { action: 'confirm', otp })).toContain('4 to 8 digits');
    expect(await setting.merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
  });

  test('opened again after the end it goes back with the same return', async () => {
    const setting = await createTestSandbox();
    const { challengeUrl } = await setting.merchant.start();
    await setting.sandbox.fetch(challengeUrl);
    const first = formOf(await press(setting, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(formOf(await (await setting.sandbox.fetch(challengeUrl)).text())).toEqual(first);
    expect(formOf(await press(setting, challengeUrl, { action: 'cancel' }))).toEqual(first);
  });

  test('while the bank decides, the return says PENDING', async () => {
    const setting = await createTestSandbox();
    const { challengeUrl } = await setting.merchant.start('slow');
    await setting.sandbox.fetch(challengeUrl);
    const { fields } = formOf(await press(setting, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(fields['status']).toBe('PENDING');
  });

  test('by GET the own query of the merchant travels as fields', async () => {
    const setting = await createTestSandbox({ returnMethod: 'GET' });
    const { challengeUrl } = await setting.merchant.start('bank-page-only');
    await setting.sandbox.fetch(challengeUrl);
    const form = formOf(await press(setting, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(form).toMatchObject({
      method: 'get',
      action: 'https://shop.test/return',
      fields: { basket: '7', status: 'PROCESSED' },
    });
  });

  test('returnStatus AUTHORIZED: as in the sample of the guide, also without pre-authorization', async () => {
    const setting = await createTestSandbox({ returnStatus: 'AUTHORIZED' });
    const { challengeUrl } = await setting.merchant.start('bank-page-only');
    await setting.sandbox.fetch(challengeUrl);
    const { fields } = formOf(await press(setting, challengeUrl, { action: 'confirm', otp: '123456' }));
    expect(fields['status']).toBe('AUTHORIZED');
    await expectSigned(fields);
  });

  test('what the merchant sent is shown as text, never as markup', async () => {
    const setting = await createTestSandbox();
    const { challengeUrl } = await setting.merchant.start('pays', {
      callback_url: 'https://shop.test/"><script>alert(1)</script>',
    });
    const page = await press(setting, challengeUrl, { action: 'cancel' });
    expect(page).not.toContain('<script>alert');
    expect(formOf(page).action).toContain('shop.test/');
  });

  test('an unknown token is 404 and tells nothing', async () => {
    const setting = await createTestSandbox();
    const response = await setting.sandbox.fetch('https://plural.test/web/auth/landing/?token=guess');
    expect(response.status).toBe(404);
  });
});
