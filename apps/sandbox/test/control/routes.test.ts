import { describe, expect, test } from 'vitest';
import { createTestSandbox } from '../support/merchant.ts';

describe('control routes', () => {
  test('requests: all API calls in sequence, with counts, and nothing else', async () => {
    const { merchant } = await createTestSandbox();
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '000000');
    const { body } = await merchant.call('GET', '/sandbox/requests');
    expect(body['requests']).toMatchObject([
      { operation: 'getToken', method: 'POST', path: '/api/auth/v1/token', status: 200 },
      { operation: 'createOrder', status: 200 },
      { operation: 'createPayment', status: 200 },
      { operation: 'generateOtp', status: 200 },
      { operation: 'submitOtp', status: 422 },
    ]);
    expect(body['counts']).toEqual({ getToken: 1, createOrder: 1, createPayment: 1, generateOtp: 1, submitOtp: 1 });
  });

  test('an order that is found by its reference has the calls about it, and the OTPs sent', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start();
    await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '000000');
    await merchant.getOrder(orderId);
    const reference = sandbox.state.orders.get(orderId)?.reference ?? '';
    await merchant.createOrder({ merchant_order_reference: reference });
    const { body } = await merchant.call('GET', `/sandbox/orders?reference=${reference}`);
    expect(body['orders']).toHaveLength(1);
    expect(body['orders']).toMatchObject([
      {
        order: { order_id: orderId },
        calls: { createOrder: 2, createPayment: 1, generateOtp: 1, submitOtp: 1, getOrder: 1 },
        otpsSent: 1,
      },
    ]);
    expect((await merchant.call('GET', '/sandbox/orders?reference=none')).body['orders']).toEqual([]);
  });

  test('the request log holds no secret, card number, CVV, OTP or token', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '918273');
    await merchant.call('POST', '/api/pay/v1/getCardDetails', {
      amount: '100',
      card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CARD' }],
    });
    await merchant.createOrder({ notes: 'card 4012 0010 3714 1112' });
    await merchant.createOrder({ merchant_order_reference: '4012001037141112' });
    await merchant.call('POST', '/api/pay/v1/otp/submit', '{"otp":"918273", "payment_id": "broken');
    const log = JSON.stringify(sandbox.state.requests);
    for (const secret of ['sandbox-secret', '4012001037141112', '4012 0010', '918273', '"123"', merchant.token])
      expect(log).not.toContain(secret);
  });

  test.each(['/sandbox/requests', '/sandbox/messages', '/sandbox/orders?reference=none', '/sandbox/no-such-route'])(
    'another site cannot read %s as a script or a picture',
    async (path) => {
      const { sandbox } = await createTestSandbox();
      const response = await sandbox.fetch(new Request(`http://127.0.0.1${path}`));
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    },
  );

  test('script, clock, settings and webhook-url take effect', async () => {
    const { merchant, sandbox, clock } = await createTestSandbox();
    const fault = { operation: 'createOrder', fault: 'status', status: 503 };
    expect((await merchant.call('POST', '/sandbox/script', fault)).body['faults']).toHaveLength(1);
    expect((await merchant.createOrder()).status).toBe(503);
    await merchant.call('POST', '/sandbox/script', [fault, fault]);
    await merchant.call('DELETE', '/sandbox/script');
    expect((await merchant.createOrder()).status).toBe(200);

    await merchant.call('POST', '/sandbox/clock', { advanceSeconds: 3600 });
    expect((await merchant.call('GET', '/sandbox/clock')).body).toEqual({
      now: new Date(clock.now() + 3_600_000).toISOString(),
      aheadSeconds: 3600,
      frozen: false,
    });
    expect((await merchant.createOrder()).status).toBe(401);
    expect((await merchant.call('POST', '/sandbox/clock', { reset: true })).body).toEqual({
      now: new Date(clock.now()).toISOString(),
      aheadSeconds: 0,
      frozen: false,
    });
    expect((await merchant.createOrder()).status).toBe(200);

    await merchant.call('POST', '/sandbox/settings', { otpAttempts: 5 });
    expect(sandbox.settings().otpAttempts).toBe(5);
    await merchant.call('POST', '/sandbox/webhook-url', { url: 'http://127.0.0.1:1/hook' });
    expect(sandbox.state.webhookUrls).toEqual(['http://127.0.0.1:1/hook']);
    await merchant.call('POST', '/sandbox/webhook-url', { url: null });
    expect(sandbox.state.webhookUrls).toEqual([]);
  });

  test.each([
    ['POST', '/sandbox/script', { fault: 'nope' }],
    ['POST', '/sandbox/clock', { advanceSeconds: -1 }],
    ['POST', '/sandbox/clock', {}],
    ['POST', '/sandbox/settings', { nothing: 1 }],
    ['POST', '/sandbox/settings', [1]],
    ['POST', '/sandbox/webhook-url', { url: 'file:///etc/passwd' }],
    ['POST', '/sandbox/webhooks', {}],
    ['POST', '/sandbox/script', '{broken'],
  ])('%s %s with %j is 400 with a message', async (method, path, body) => {
    const { merchant } = await createTestSandbox();
    const response = await merchant.call(method, path, body);
    expect(response).toMatchObject({ status: 400, body: { problem: expect.any(String) as string } });
  });

  test('a form of another site cannot use them (CSRF)', async () => {
    const { sandbox } = await createTestSandbox();
    const response = await sandbox.fetch('https://plural.test/sandbox/webhook-url', {
      method: 'POST',
      body: '{"url":"https://evil.test/"}',
      headers: { 'content-type': 'text/plain' },
    });
    expect(response.status).toBe(400);
    expect(sandbox.state.webhookUrls).toEqual([]);
  });

  test('an unknown route is 404 and lists the known ones', async () => {
    const { merchant } = await createTestSandbox();
    const { status, body } = await merchant.call('GET', '/sandbox/nothing');
    expect(status).toBe(404);
    expect(body['routes']).toContain('POST /sandbox/script');
  });
});
