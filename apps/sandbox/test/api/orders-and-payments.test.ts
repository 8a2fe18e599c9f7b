import { expect, test } from 'vitest';
import { amount, cardBody, createTestSandbox, type Merchant, tokenBody } from '../support/merchant.ts';

test('a repeated reference is DUPLICATE_REQUEST for orders, payments, captures and refunds', async () => {
  const { merchant } = await createTestSandbox();
  const duplicate = { status: 422, body: { code: 'DUPLICATE_REQUEST' } };
  await merchant.createOrder({ merchant_order_reference: 'same' });
  expect(await merchant.createOrder({ merchant_order_reference: 'same' })).toMatchObject(duplicate);

  const { orderId, paymentId } = await merchant.start('pays', { pre_auth: true });
  await merchant.createPayment(orderId, { merchant_payment_reference: 'paid' });
  expect(await merchant.createPayment(orderId, { merchant_payment_reference: 'paid' })).toMatchObject(duplicate);

  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '123456');
  const capture = (): ReturnType<Merchant['call']> =>
    merchant.call('PUT', `/api/pay/v1/orders/${orderId}/capture`, { merchant_capture_reference: 'once' });
  expect((await capture()).status).toBe(200);
  expect(await capture()).toMatchObject(duplicate);
  const refund = { merchant_order_reference: 'same', order_amount: { value: 100, currency: 'INR' } };
  expect(await merchant.call('POST', `/api/pay/v1/refunds/${orderId}`, refund)).toMatchObject(duplicate);
});

test('with duplicates "existing" a repeated reference returns the same object and creates none', async () => {
  const { merchant, sandbox } = await createTestSandbox({ duplicates: 'existing' });
  const first = await merchant.createOrder({ merchant_order_reference: 'same' });
  expect(await merchant.createOrder({ merchant_order_reference: 'same' })).toEqual(first);
  expect(sandbox.state.orders.size).toBe(1);
});

test("a payment must have the order's amount and pay by card", async () => {
  const { merchant } = await createTestSandbox();
  const { orderId } = await merchant.start();
  expect(await merchant.createPayment(orderId, { payment_amount: { ...amount, value: 34_999 } })).toMatchObject({
    status: 422,
    body: { code: 'INVALID_REQUEST' },
  });
  expect(await merchant.createPayment(orderId, { payment_method: 'UPI' })).toMatchObject({
    status: 422,
    body: { code: 'PAYMENT_METHOD_NOT_ENABLED' },
  });
});

test('an order accepts ten payments and no more', async () => {
  const { merchant } = await createTestSandbox();
  const { orderId } = await merchant.start();
  for (let i = 0; i < 9; i++) expect((await merchant.createPayment(orderId)).status).toBe(200);
  expect((await merchant.getOrder(orderId)).body['data']).toMatchObject({ payment_retries_remaining: 0 });
  expect((await merchant.createPayment(orderId)).status).toBe(422);
});

test('a paid order accepts no payment, capture or cancel', async () => {
  const { merchant } = await createTestSandbox();
  const { orderId, paymentId } = await merchant.start();
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '123456');
  expect((await merchant.createPayment(orderId)).status).toBe(422);
  for (const [verb, body] of [
    ['capture', { merchant_capture_reference: 'c' }],
    ['cancel', undefined],
  ] as const)
    expect(await merchant.call('PUT', `/api/pay/v1/orders/${orderId}/${verb}`, body)).toMatchObject({
      status: 422,
      body: { code: 'PAYMENT_NOT_AUTHORIZED' },
    });
});

test('a saved card pays by its token, and the order shows the type of the token', async () => {
  const { merchant } = await createTestSandbox();
  const { body: created } = await merchant.createOrder();
  const orderId = created['data']?.['order_id'] as unknown as string;
  const { body } = await merchant.createPayment(orderId, { payment_option: { card_token_details: tokenBody } });
  expect(body['data']).toMatchObject({
    payments: [{ payment_option: { card_data: { token_txn_type: 'ALT_TOKEN', is_native_otp_eligible: true } } }],
  });
});

test('a card is declined from the month after its expiry date on, but not under lenient, whose samples are old', async () => {
  // The clock of these tests stands at 5 January 2026.
  for (const [expiry_month, expiry_year, status] of [
    ['12', '2025', 'FAILED'],
    ['01', '2026', 'PROCESSED'],
  ] as const) {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId } = await merchant.start();
    const card_details = { ...cardBody, expiry_month, expiry_year };
    const { body } = await merchant.createPayment(orderId, { payment_option: { card_details } });
    const payments = body['data']?.['payments'] as unknown as { id: string }[];
    const paymentId = payments.at(-1)?.id ?? '';
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    expect(sandbox.state.orders.get(orderId)?.payments.at(-1)).toMatchObject({
      status,
      ...(status === 'FAILED' && { error: { code: 'CARD_EXPIRED' } }),
    });
  }
});

test('payment_retries_remaining does not fall below zero when the limit is lowered', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const { orderId } = await merchant.start();
  await merchant.startAnother(orderId);
  sandbox.configure({ paymentsPerOrder: 1 });
  expect((await merchant.getOrder(orderId)).body['data']).toMatchObject({ payment_retries_remaining: 0 });
});
