import { describe, expect, test } from 'vitest';
import { createTestSandbox, toText } from '../support/merchant.ts';

const second = 1000;

describe('finding and waiting', () => {
  test('requests are counted by operation, order and status', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const one = await merchant.start('pays', { merchant_order_reference: 'one' });
    const two = await merchant.start('pays', { merchant_order_reference: 'two' });
    await merchant.generate(one.paymentId);
    await merchant.generate(two.paymentId);
    await merchant.submit(one.paymentId, '000000');
    await merchant.submit(one.paymentId, '123456');
    await merchant.call('GET', '/api/pay/v1/orders/reference/one');
    const count = async (query: string): Promise<unknown> =>
      (await merchant.call('GET', `/sandbox/requests?${query}`)).body['count'];
    expect(await count('operation=submitOtp')).toBe(2);
    expect(await count('operation=submitOtp&status=422')).toBe(1);
    expect(await count(`orderId=${one.orderId}`)).toBe(6);
    expect(await count('reference=two')).toBe(3);
    expect(sandbox.find('requests', { reference: 'two', operation: 'submitOtp' })).toEqual([]);
    const [first] = sandbox.find('requests', { operation: 'createOrder' });
    expect(await count(`operation=createOrder&after=${first?.number}`)).toBe(1);
    const wrong = await merchant.call('GET', '/sandbox/requests?operator=submitOtp');
    expect(wrong).toMatchObject({ status: 400, body: { problem: expect.stringContaining('operation') as string } });
  });

  test('a misspelt path and a wrong method are logged, without a card number that stands in them', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    await merchant.call('POST', '/api/pay/v1/otp/genrate', {});
    await merchant.call('GET', '/api/pay/v1/otp/submit');
    await merchant.call('GET', '/api/pay/v1/orders/4012001037141112');
    await merchant.call('GET', '/api/pay/v1/cards/4012001037141112');
    expect(sandbox.find('requests', { operation: 'unknown' })).toMatchObject([
      { method: 'POST', path: '/api/pay/v1/otp/genrate', status: 404 },
      { method: 'GET', path: '/api/pay/v1/otp/submit', status: 405 },
      { path: '/api/pay/v1/cards/•••• 1112' },
    ]);
    expect(JSON.stringify(sandbox.state.requests)).not.toContain('4012001037141112');
  });

  test('a request that waits is answered once the message comes', async () => {
    const { merchant } = await createTestSandbox();
    const { paymentId } = await merchant.start('pays', { merchant_order_reference: 'mine' });
    const other = await merchant.start();
    const waiting = merchant.call('GET', `/sandbox/messages?reference=mine&waitMs=${30 * second}`);
    await merchant.generate(other.paymentId);
    await merchant.generate(paymentId);
    const messages = (await waiting).body['messages'];
    expect(messages).toMatchObject([{ paymentId, otp: '123456' }]);
    expect(messages).toHaveLength(1);
  });

  test('a wait that ends without a match returns an empty list over HTTP, and throws in the process', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    const { body, status } = await merchant.call('GET', '/sandbox/webhooks?eventType=ORDER_FAILED&waitMs=1');
    expect([status, body['deliveries']]).toEqual([200, []]);
    const failing = sandbox.waitFor('messages', { reference: 'nobody' }, 1);
    // It says what was there, and no OTP.
    await expect(failing).rejects.toThrow(
      `No entry of messages matched {"reference":"nobody"} within 1 ms. The last messages`,
    );
    await expect(failing).rejects.toThrow(paymentId);
    await expect(failing).rejects.not.toThrow('123456');
    const tooLong = await merchant.call('GET', '/sandbox/messages?waitMs=60001');
    expect(tooLong).toMatchObject({ status: 400, body: { problem: '"waitMs" must be an integer from 0 to 60000.' } });
  });

  test('what the bank decides while a test waits for it is seen, also without a webhook URL', async () => {
    const { merchant, sandbox } = await createTestSandbox({ now: Date.now });
    const { paymentId } = await merchant.start('slow', { merchant_order_reference: 'later' });
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    const decided = sandbox.waitFor('orders', { reference: 'later', status: 'PROCESSED' }, 30 * second);
    sandbox.advance(5.9);
    expect(await decided).toMatchObject({ status: 'PROCESSED' });
  });

  test('a webhook is found by its event and order', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { paymentId, orderId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    expect(await sandbox.waitFor('webhooks', { orderId, eventType: 'ORDER_PROCESSED' })).toMatchObject({
      state: 'noUrl',
    });
  });

  test('a response of 182 kB is logged by its length, so that the control page stays small', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { body } = await merchant.createOrder({
      purchase_details: { merchant_metadata: { text: 'x'.repeat(182_000) } },
    });
    for (let i = 0; i < 60; i++) await merchant.getOrder(toText(body['data']?.['order_id']));
    const live = await sandbox.fetch('https://plural.test/sandbox/live');
    expect((await live.text()).length).toBeLessThan(100_000);
  });
});
