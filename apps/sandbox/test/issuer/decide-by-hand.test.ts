import { describe, expect, test } from 'vitest';
import { createTestSandbox } from '../support/merchant.ts';

describe('a decision in place of the bank', () => {
  test('approve: a pending payment is paid without an OTP, and its webhook is recorded', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start();
    sandbox.decide(paymentId, 'approve');
    expect((await merchant.getOrder(orderId)).body['data']).toMatchObject({ status: 'PROCESSED' });
    expect(sandbox.state.deliveries.map(({ eventType }) => eventType)).toEqual(['ORDER_PROCESSED']);
  });

  test('approve: a card that would be declined is approved all the same', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start('no-funds');
    sandbox.decide(paymentId, 'approve');
    expect((await merchant.getOrder(orderId)).body['data']).toMatchObject({ status: 'PROCESSED' });
  });

  test('decline: the payment fails, and the order takes another one', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start();
    sandbox.decide(paymentId, 'decline');
    const order = sandbox.state.orders.get(orderId);
    expect(order).toMatchObject({
      status: 'ATTEMPTED',
      payments: [{ status: 'FAILED', error: { code: 'PAYMENT_DECLINED' } }],
    });
  });

  test('hold: the right OTP is accepted, and nothing is decided until it is decided by hand', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start('slow');
    await merchant.generate(paymentId);
    sandbox.decide(paymentId, 'hold');
    expect((await merchant.submit(paymentId, '123456')).status).toBe(200);
    sandbox.advance(86_400);
    expect(sandbox.state.orders.get(orderId)?.payments).toMatchObject([{ status: 'PENDING' }]);
    sandbox.decide(paymentId, 'approve');
    expect(sandbox.state.orders.get(orderId)?.status).toBe('PROCESSED');
  });

  test('hold stops a decision that is on its way', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start('slow');
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    sandbox.decide(paymentId, 'hold');
    sandbox.advance(86_400);
    expect(sandbox.state.orders.get(orderId)?.payments).toMatchObject([{ status: 'PENDING' }]);
  });

  test('a payment is decided once: another decision, an unknown payment and an unknown word change nothing', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { paymentId } = await merchant.start();
    sandbox.decide(paymentId, 'approve');
    expect(() => sandbox.decide(paymentId, 'decline')).toThrow('The payment is PROCESSED already.');
    expect(() => sandbox.decide('none', 'decline')).toThrow(TypeError);
    const { status, body } = await merchant.call('POST', '/sandbox/payments', { paymentId, decision: 'perhaps' });
    expect([status, body['problem']]).toEqual([400, '"decision" must be one of approve, decline, hold.']);
    expect(sandbox.state.deliveries).toHaveLength(1);
  });

  test('the route decides as the method does', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start();
    expect((await merchant.call('POST', '/sandbox/payments', { paymentId, decision: 'approve' })).status).toBe(200);
    expect(sandbox.state.orders.get(orderId)?.status).toBe('PROCESSED');
  });
});
