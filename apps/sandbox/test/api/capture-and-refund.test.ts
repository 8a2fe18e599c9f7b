import { describe, expect, test } from 'vitest';
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

const refundOf = (reference: string, value = 35_000) => ({
  merchant_order_reference: reference,
  order_amount: { value, currency: 'INR' },
});

test('a payment of a cancelled or a refunded order accepts no OTP', async () => {
  for (const end of ['cancelled', 'refunded']) {
    const { merchant } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start('pays', { pre_auth: end === 'cancelled' });
    const second = await merchant.startAnother(orderId);
    await merchant.generate(second.paymentId);
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    if (end === 'cancelled') await merchant.call('PUT', `/api/pay/v1/orders/${orderId}/cancel`);
    else await merchant.call('POST', `/api/pay/v1/refunds/${orderId}`, refundOf('back'));
    expect(await merchant.submit(second.paymentId, '123456')).toMatchObject({ status: 422, body: { next: ['NONE'] } });
  }
});

test('money that arrives after a full refund can be refunded too', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const { orderId, paymentId } = await merchant.start('pays');
  const late = await merchant.startAnother(orderId, 'slow');
  for (const id of [paymentId, late.paymentId]) {
    await merchant.generate(id);
    await merchant.submit(id, '123456');
  }
  const path = `/api/pay/v1/refunds/${orderId}`;
  expect((await merchant.call('POST', path, refundOf('first'))).status).toBe(200);
  expect((await merchant.call('POST', path, refundOf('too-early'))).status).toBe(422);
  sandbox.advance(6);
  expect((await merchant.call('POST', path, refundOf('second'))).status).toBe(200);
  expect((await merchant.call('POST', path, refundOf('third'))).status).toBe(422);
});

test('a refund or a capture with a known reference follows the setting `duplicates`', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const { orderId, paymentId } = await merchant.start('pays', { pre_auth: true });
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '123456');
  const capture = () =>
    merchant.call('PUT', `/api/pay/v1/orders/${orderId}/capture`, { merchant_capture_reference: 'all' });
  const refund = () => merchant.call('POST', `/api/pay/v1/refunds/${orderId}`, refundOf('back', 100));
  const [captured, refunded] = [await capture(), await refund()];
  expect([(await capture()).status, (await refund()).status]).toEqual([422, 422]);
  sandbox.configure({ duplicates: 'existing' });
  expect((await capture()).body['data']?.['payments']).toEqual(captured.body['data']?.['payments']);
  expect((await refund()).body).toEqual(refunded.body);
  expect([...sandbox.state.orders.values()].filter(({ type }) => type === 'REFUND')).toHaveLength(1);
});

test('of a partly captured order the captured part is refunded, and the rest captured or released', async () => {
  for (const end of ['captured', 'released']) {
    const { merchant, sandbox } = await createTestSandbox({ partialCapture: 'PARTIALLY_CAPTURED' });
    const { orderId, paymentId } = await merchant.start('pays', { pre_auth: true });
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    const capture_amount = { value: 20_000, currency: 'INR' };
    const path = `/api/pay/v1/orders/${orderId}`;
    await merchant.call('PUT', `${path}/capture`, { merchant_capture_reference: 'part', capture_amount });
    // The list of documented events has none for this status.
    expect(sandbox.find('webhooks', { orderId, eventType: 'ORDER_PROCESSED' })).toEqual([]);
    await merchant.call('POST', `/api/pay/v1/refunds/${orderId}`, refundOf('back', 20_000));
    expect(await merchant.statuses(orderId)).toEqual(['PARTIALLY_CAPTURED', 'PROCESSED']);

    if (end === 'captured') await merchant.call('PUT', `${path}/capture`, { merchant_capture_reference: 'rest' });
    else await merchant.call('PUT', `${path}/cancel`);
    const status = end === 'captured' ? 'PARTIALLY_REFUNDED' : 'FULLY_REFUNDED';
    expect(await merchant.statuses(orderId)).toEqual([status, 'PROCESSED']);
    expect(sandbox.find('webhooks', { orderId, eventType: 'ORDER_PROCESSED' })).toHaveLength(1);
    const late = await merchant.call('PUT', `${path}/capture`, { merchant_capture_reference: 'late' });
    expect(late.status).toBe(422);
  }
});

const capture = (
  merchant: Merchant,
  orderId: string,
  reference: string,
  value?: number,
): ReturnType<Merchant['call']> =>
  merchant.call('PUT', `/api/pay/v1/orders/${orderId}/capture`, {
    merchant_capture_reference: reference,
    ...(value !== undefined && { capture_amount: { value, currency: 'INR' } }),
  });

/** Every way in which an order with pre-authorization ends, with the statuses of the order and the payment. */
const ends: readonly [string, (merchant: Merchant, orderId: string) => Promise<unknown>, string, string][] = [
  ['cancelled', (merchant, id) => merchant.call('PUT', `/api/pay/v1/orders/${id}/cancel`), 'CANCELLED', 'CANCELLED'],
  ['captured', (merchant, id) => capture(merchant, id, 'all'), 'PROCESSED', 'PROCESSED'],
  [
    'captured in two parts',
    async (merchant, id) => {
      await capture(merchant, id, 'part', 20_000);
      await capture(merchant, id, 'rest');
    },
    'PROCESSED',
    'PROCESSED',
  ],
  [
    'captured in part and released',
    async (merchant, id) => {
      await capture(merchant, id, 'part', 20_000);
      await merchant.call('PUT', `/api/pay/v1/orders/${id}/cancel`);
    },
    'PROCESSED',
    'PROCESSED',
  ],
  [
    'captured and refunded',
    async (merchant, id) => {
      await capture(merchant, id, 'all');
      await merchant.call('POST', `/api/pay/v1/refunds/${id}`, refundOf(`back-${id}`));
    },
    'FULLY_REFUNDED',
    'PROCESSED',
  ],
];

describe.each(ends)('an order that was %s blocks no amount of another payment', (_name, end, status, paid) => {
  async function startTwo(card: string) {
    const { merchant, sandbox } = await createTestSandbox({ partialCapture: 'PARTIALLY_CAPTURED' });
    const { orderId, paymentId } = await merchant.start('pays', { pre_auth: true });
    const { paymentId: otherId } = await merchant.startAnother(orderId, card);
    for (const id of [paymentId, otherId]) await merchant.generate(id);
    await merchant.submit(paymentId, '123456');
    return { merchant, sandbox, orderId, otherId };
  }

  test('that was authorized too', async () => {
    const { merchant, orderId, otherId } = await startTwo('pays');
    await merchant.submit(otherId, '123456');
    expect(await merchant.statuses(orderId)).toEqual(['AUTHORIZED', 'AUTHORIZED', 'AUTHORIZED']);
    await end(merchant, orderId);
    expect(await merchant.statuses(orderId)).toEqual([status, paid, 'CANCELLED']);
  });

  test.each(['the bank', 'a decision by hand'])('that %s approves afterwards, and reports no success', async (by) => {
    const { merchant, sandbox, orderId, otherId } = await startTwo('slow');
    await merchant.submit(otherId, '123456');
    await end(merchant, orderId);
    expect(await merchant.statuses(orderId)).toEqual([status, paid, 'PENDING']);
    const before = sandbox.find('webhooks', { orderId }).length;
    if (by === 'the bank') sandbox.advance(6);
    else sandbox.decide(otherId, 'approve');
    expect(await merchant.statuses(orderId)).toEqual([status, paid, 'CANCELLED']);
    expect(sandbox.find('webhooks', { orderId })).toHaveLength(before);
  });

  test('that the bank declines afterwards', async () => {
    const { merchant, sandbox, orderId, otherId } = await startTwo('slow-decline');
    await merchant.submit(otherId, '123456');
    await end(merchant, orderId);
    sandbox.advance(6);
    expect(await merchant.statuses(orderId)).toEqual([status, paid, 'FAILED']);
  });
});

test('while a part can still be captured, another authorization stands', async () => {
  const { merchant, sandbox } = await createTestSandbox({ partialCapture: 'PARTIALLY_CAPTURED' });
  const { orderId, paymentId } = await merchant.start('pays', { pre_auth: true });
  const { paymentId: lateId } = await merchant.startAnother(orderId, 'slow');
  for (const id of [paymentId, lateId]) {
    await merchant.generate(id);
    await merchant.submit(id, '123456');
  }
  await capture(merchant, orderId, 'part', 20_000);
  sandbox.advance(6);
  expect(await merchant.statuses(orderId)).toEqual(['PARTIALLY_CAPTURED', 'PROCESSED', 'AUTHORIZED']);
  await capture(merchant, orderId, 'rest');
  expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED', 'CANCELLED']);
});

test('a second sale that arrives late is paid, because its money was taken', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const { orderId, paymentId } = await merchant.start('pays');
  const { paymentId: lateId } = await merchant.startAnother(orderId, 'slow');
  for (const id of [paymentId, lateId]) {
    await merchant.generate(id);
    await merchant.submit(id, '123456');
  }
  sandbox.advance(6);
  expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED', 'PROCESSED']);
});
