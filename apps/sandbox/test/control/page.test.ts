import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createTestSandbox, type TestSandbox } from '../support/merchant.ts';

const base = 'https://plural.test';

function submitForm(
  { sandbox }: TestSandbox,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return sandbox.fetch(`${base}/sandbox/`, { method: 'POST', headers, body: new URLSearchParams(fields) });
}

async function getLiveRegions({ sandbox }: TestSandbox, query = ''): Promise<string> {
  return (await sandbox.fetch(`${base}/sandbox/live${query}`)).text();
}

describe('the control page', () => {
  test('is served at /sandbox/, where / redirects', async () => {
    const { sandbox } = await createTestSandbox();
    const away = await sandbox.fetch(`${base}/`);
    expect([away.status, away.headers.get('location')]).toEqual([303, '/sandbox/']);
    const page = await sandbox.fetch(`${base}/sandbox/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const [, nonce = ''] = /script-src 'nonce-([^']+)'/.exec(page.headers.get('content-security-policy') ?? '') ?? [];
    const [, code = ''] = (await page.text()).split(`<script nonce="${nonce}">`);
    // It must compile, because a browser rejects the whole script for one syntax error.
    expect(() => new Script(code.split('</script>')[0] ?? '')).not.toThrow();
    expect(code).toContain('/sandbox/live');
  });

  test('its live regions show the phone, orders, calls and webhooks', async () => {
    const context = await createTestSandbox();
    const { orderId, paymentId } = await context.merchant.start('pays', { merchant_order_reference: 'TEA-7' });
    await context.merchant.generate(paymentId);
    await context.merchant.submit(paymentId, '000000');
    await context.merchant.submit(paymentId, '123456');
    const shown = await getLiveRegions(context);
    for (const text of ['TEA-7', orderId, 'PROCESSED', 'submitOtp', 'ORDER_PROCESSED', 'no URL'])
      expect(shown).toContain(text);
    expect(shown).toContain(String.raw`data-copy=\"123456\"`);
  });

  test('shows no card number, CVV, secret or token, also in the details of a call', async () => {
    const context = await createTestSandbox();
    const { orderId } = await context.merchant.start();
    const details = await Promise.all(
      context.sandbox.state.requests.map(({ number }) =>
        context.sandbox.fetch(`${base}/sandbox/details?call=${number}`).then((response) => response.text()),
      ),
    );
    expect(details.join('')).toContain('card_number');
    const shown =
      (await getLiveRegions(context)) + (await getLiveRegions(context, `?order=${orderId}`)) + details.join('');
    for (const secret of ['4012001037141112', '&quot;123&quot;', 'sandbox-secret', context.merchant.token])
      expect(shown).not.toContain(secret);
  });

  test('escapes data of the merchant', async () => {
    const context = await createTestSandbox();
    await context.merchant.createOrder({ notes: '<img src=x onerror=alert(1)>' });
    const details = await context.sandbox.fetch(`${base}/sandbox/details?call=2`);
    expect(await details.text()).toContain('&lt;img');
    expect(await getLiveRegions(context)).not.toContain('<img');
  });

  test('its buttons apply faults, advance the clock, change settings and resend webhooks', async () => {
    const context = await createTestSandbox({ fetch: () => Promise.resolve(new Response()) });
    const { merchant, sandbox, clock } = context;
    await submitForm(context, {
      action: 'applyFault',
      operation: 'createOrder',
      fault: 'status',
      number: '503',
      times: '1',
    });
    expect((await merchant.createOrder()).status).toBe(503);
    await submitForm(context, { action: 'applyFault', operation: '*', fault: 'reset', number: '1', times: '0' });
    await submitForm(context, { action: 'clearFaults' });
    expect((await merchant.createOrder()).status).toBe(200);

    await submitForm(context, { action: 'setting', name: 'unknownOrderStatus', value: '422' });
    await submitForm(context, { action: 'setting', name: 'otpAttempts', value: '1' });
    await submitForm(context, { action: 'setting', name: 'lenient', value: 'true' });
    expect(sandbox.settings()).toMatchObject({ unknownOrderStatus: 422, otpAttempts: 1, lenient: true });

    const before = clock.now();
    await submitForm(context, { action: 'advance', seconds: '30' });
    expect((await merchant.call('GET', '/sandbox/clock')).body).toEqual({
      now: new Date(before + 30_000).toISOString(),
      aheadSeconds: 30,
      frozen: false,
    });

    await submitForm(context, { action: 'webhookUrl', url: 'https://shop.test/hook' });
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    await submitForm(context, { action: 'resendWebhook', id: sandbox.state.deliveries[0]?.id ?? '' });
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
    [{ action: 'sendWebhook', eventType: 'ORDER_PROCESSED', orderId: 'none' }, {}],
    [{ preset: 'toString' }, {}],
    [{ decision: 'approve', paymentId: 'none' }, {}],
    [{ decision: 'perhaps', paymentId: 'none' }, {}],
    [{ action: 'advance', seconds: '30' }, { origin: 'https://evil.test' }],
  ])('%j from %j is 400 with a message, and changes nothing', async (fields, headers) => {
    const context = await createTestSandbox();
    const before = JSON.stringify([context.sandbox.settings(), context.sandbox.state.clockOffsetMs]);
    const response = await submitForm(context, fields, headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ problem: expect.any(String) as string });
    expect(JSON.stringify([context.sandbox.settings(), context.sandbox.state.clockOffsetMs])).toBe(before);
  });
});
