import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createTestSandbox, type TestSandbox } from '../support/merchant.ts';

const base = 'https://plural.test';

function press(
  { sandbox }: TestSandbox,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return sandbox.fetch(`${base}/sandbox/`, { method: 'POST', headers, body: new URLSearchParams(fields) });
}

async function live({ sandbox }: TestSandbox): Promise<string> {
  return (await sandbox.fetch(`${base}/sandbox/live`)).text();
}

describe('the control page', () => {
  test('it lies at /sandbox/, and / leads there', async () => {
    const { sandbox } = await createTestSandbox();
    const away = await sandbox.fetch(`${base}/`);
    expect([away.status, away.headers.get('location')]).toEqual([303, '/sandbox/']);
    const page = await sandbox.fetch(`${base}/sandbox/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const [, nonce = ''] = /script-src 'nonce-([^']+)'/.exec(page.headers.get('content-security-policy') ?? '') ?? [];
    const [, code = ''] = (await page.text()).split(`<script nonce="${nonce}">`);
    // It compiles: a browser would refuse the whole of it for one mistake.
    expect(() => new Script(code.split('</script>')[0] ?? '')).not.toThrow();
    expect(code).toContain('/sandbox/live');
  });

  test('its live part shows the phone, orders with their history, calls and webhooks', async () => {
    const setting = await createTestSandbox();
    const { orderId, paymentId } = await setting.merchant.start('pays', { merchant_order_reference: 'TEA-7' });
    await setting.merchant.generate(paymentId);
    await setting.merchant.submit(paymentId, '000000');
    await setting.merchant.submit(paymentId, '123456');
    const shown = await live(setting);
    for (const text of ['TEA-7', orderId, 'PROCESSED', 'wrong code 1', 'submitOtp', 'ORDER_PROCESSED', 'no address'])
      expect(shown).toContain(text);
    expect(shown).toMatch(/<strong>123456<\/strong>/);
  });

  test('it shows no card number, CVV, secret or token', async () => {
    const setting = await createTestSandbox();
    await setting.merchant.start();
    const shown = await live(setting);
    for (const secret of ['4012001037141112', '&quot;123&quot;', 'sandbox-secret', setting.merchant.token])
      expect(shown).not.toContain(secret);
  });

  test('what a merchant sent is text on it, never markup', async () => {
    const setting = await createTestSandbox();
    await setting.merchant.createOrder({ notes: '<img src=x onerror=alert(1)>' });
    expect(await live(setting)).not.toContain('<img');
  });

  test('its buttons bend answers, move the clock, change settings and send a webhook again', async () => {
    const setting = await createTestSandbox({ fetch: () => Promise.resolve(new Response()) });
    const { merchant, sandbox, clock } = setting;
    await press(setting, {
      action: 'applyFault',
      operation: 'createOrder',
      fault: 'status',
      number: '503',
      times: '1',
    });
    expect((await merchant.createOrder()).status).toBe(503);
    await press(setting, { action: 'applyFault', operation: '*', fault: 'reset', number: '1', times: '0' });
    await press(setting, { action: 'clearFaults' });
    expect((await merchant.createOrder()).status).toBe(200);

    await press(setting, { action: 'setting', name: 'unknownOrderStatus', value: '422' });
    await press(setting, { action: 'setting', name: 'otpAttempts', value: '1' });
    await press(setting, { action: 'setting', name: 'lenient', value: 'true' });
    expect(sandbox.settings()).toMatchObject({ unknownOrderStatus: 422, otpAttempts: 1, lenient: true });

    const before = clock.now();
    await press(setting, { action: 'advance', seconds: '30' });
    expect((await merchant.call('GET', '/sandbox/clock')).body).toEqual({
      now: new Date(before + 30_000).toISOString(),
    });

    await press(setting, { action: 'webhookUrl', url: 'https://shop.test/hook' });
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    await press(setting, { action: 'resendWebhook', id: sandbox.state.deliveries[0]?.id ?? '' });
    await sandbox.whenIdle();
    expect(sandbox.state.deliveries).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
  });

  test.each([
    [{ action: 'unknown' }, {}],
    [{ action: 'toString' }, {}],
    [{ action: 'setting', name: 'otpAttempts', value: 'many' }, {}],
    [{ action: 'setting', name: '__proto__', value: '1' }, {}],
    [{ action: 'advance', seconds: 'soon' }, {}],
    [{ action: 'webhookUrl', url: 'file:///etc/passwd' }, {}],
    [{ action: 'advance', seconds: '30' }, { origin: 'https://evil.test' }],
  ])('%j from %j is 400 with words, and changes nothing', async (fields, headers) => {
    const setting = await createTestSandbox();
    const before = JSON.stringify([setting.sandbox.settings(), setting.sandbox.state.clockOffsetMs]);
    const response = await press(setting, fields, headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ problem: expect.any(String) as string });
    expect(JSON.stringify([setting.sandbox.settings(), setting.sandbox.state.clockOffsetMs])).toBe(before);
  });
});
