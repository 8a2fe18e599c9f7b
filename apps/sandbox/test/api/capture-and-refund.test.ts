import { expect, test } from 'vitest';
import { createTestSandbox, type Merchant } from '../support/merchant.ts';

test('a capture takes part of the authorized amount, never more', async () => {
  const { merchant } = await createTestSandbox();
  const { orderId, paymentId } = await merchant.start('pays', { pre_auth: true });
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '123456');
  const capture = (reference: string, value: number): ReturnType<Merchant['call']> =>
    merchant.call('PUT', `/api/pay/v1/orders/${orderId}/capture`, {
      merchant_capture_reference: reference,
      capture_amount: { value, currency: 'INR' },
    });
  expect((await capture('too-much', 35_001)).status).toBe(422);
  expect((await capture('part', 20_000)).body['data']).toMatchObject({ status: 'PROCESSED' });
  expect((await capture('rest', 15_000)).status).toBe(422);
  const refund = { merchant_order_reference: 'too-much-back', order_amount: { value: 20_001, currency: 'INR' } };
  expect((await merchant.call('POST', `/api/pay/v1/refunds/${orderId}`, refund)).status).toBe(422);
});

test('with partialCapture "PARTIALLY_CAPTURED" the rest can still be captured', async () => {
  const { merchant } = await createTestSandbox({ partialCapture: 'PARTIALLY_CAPTURED' });
  const { orderId, paymentId } = await merchant.start('pays', { pre_auth: true });
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '123456');
  const path = `/api/pay/v1/orders/${orderId}/capture`;
  const capture_amount = { value: 20_000, currency: 'INR' };
  expect(
    (await merchant.call('PUT', path, { merchant_capture_reference: 'part', capture_amount })).body['data'],
  ).toMatchObject({ status: 'PARTIALLY_CAPTURED' });
  const rest = await merchant.call('PUT', path, { merchant_capture_reference: 'rest' });
  expect(rest.body['data']).toMatchObject({
    status: 'PROCESSED',
    payments: [{ capture_data: [{ capture_amount: { value: 20_000 } }, { capture_amount: { value: 15_000 } }] }],
  });
});
