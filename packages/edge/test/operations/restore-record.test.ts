/** Rules of an order whose record was lost, and which `settle` builds again from what Plural reports. */
import { expect, test } from 'vitest';
import { dueKeys } from '../support/due-keys.ts';
import { setStatuses } from '../support/order-status.ts';
import { TestDatabase } from '../support/test-database.ts';
import { catchPluralError, createTestShop, type TestShop, type TestShopOptions } from '../support/test-shop.ts';

type Payments = Record<string, unknown>[];
/** The parts of an order at Plural that these tests change. */
interface OrderBody {
  order_amount?: unknown;
  payments: Payments;
}

/** Starts a payment whose record is lost; `change` changes the order on its way from Plural. */
async function loseRecord(
  change: (order: OrderBody) => void = () => undefined,
  options: TestShopOptions = {},
): Promise<{
  shop: TestShop;
  orderId: string;
  paymentId: string;
}> {
  const first = createTestShop();
  const orderId = await first.createOrder();
  const { paymentId } = await first.startPayment(orderId, { reference: 'pay-1' });
  const shop = createTestShop({
    sandbox: first.sandbox,
    clock: first.clock,
    ...options,
    async network(request, send) {
      const response = await send(request);
      if (request.method !== 'GET' || !response.ok) return response;
      const body = (await response.json()) as { data: OrderBody };
      change(body.data);
      return Response.json(body);
    },
  });
  return { shop, orderId, paymentId };
}

test('an order that is still open is checked again a minute after it was restored', async () => {
  const { shop, orderId, paymentId } = await loseRecord();
  expect(await shop.handler.settle(orderId)).toMatchObject({ phase: 'ready', delivered: false });
  shop.clock.advance(59);
  expect(await shop.handler.sweep()).toMatchObject({ checked: 0 });
  shop.clock.advance(1);
  setStatuses(shop, orderId, 'PROCESSED', 'PROCESSED');
  expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1 });
  expect(shop.verdicts).toMatchObject([{ paymentId, outcome: 'paid' }]);
});

test('an order that Plural does not show now is restored by none, and `settle` throws what Plural says', async () => {
  const { shop, orderId } = await loseRecord();
  shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 422, times: 1 });
  expect(await catchPluralError(shop.handler.settle(orderId))).toMatchObject({ code: 'API_REJECTED', status: 422 });
  expect(await shop.handler.settle(orderId)).toMatchObject({ phase: 'ready' });
});

test('of more payments than a record holds the newest ten are restored', async () => {
  const { shop, orderId } = await loseRecord((order) => {
    const [payment] = order.payments;
    order.payments = Array.from({ length: 12 }, (_, index) => ({
      ...payment,
      id: `p-${index}`,
      merchant_payment_reference: `pay-${index}`,
      status: 'FAILED',
    }));
  });
  setStatuses(shop, orderId, 'ATTEMPTED', 'FAILED');
  expect(await shop.handler.settle(orderId)).toMatchObject({ phase: 'failed', delivered: true });
  expect(shop.verdicts.map(({ paymentId }) => paymentId)).toEqual(
    Array.from({ length: 10 }, (_, index) => `p-${index + 2}`),
  );
});

test('a payment without an amount is restored with that of its order', async () => {
  const { shop, orderId, paymentId } = await loseRecord((order) => {
    for (const payment of order.payments) Reflect.deleteProperty(payment, 'payment_amount');
  });
  setStatuses(shop, orderId, 'ATTEMPTED', 'FAILED');
  expect(await shop.handler.settle(orderId)).toMatchObject({
    verdict: { paymentId, outcome: 'failed', amount: { value: 35_000, currency: 'INR' } },
  });
});

test('an order that names no amount at all is not restored, and leaves no record', async () => {
  const { shop, orderId } = await loseRecord((order) => {
    Reflect.deleteProperty(order, 'order_amount');
    for (const payment of order.payments) Reflect.deleteProperty(payment, 'payment_amount');
  });
  expect(await catchPluralError(shop.handler.settle(orderId))).toMatchObject({ code: 'REQUEST_INVALID' });
  expect(await dueKeys(shop.store, shop.clock.now() + 1e12, 10)).toEqual([]);
});

test('two processes that restore an order at once adopt its payment once, under one reference, and deliver once', async () => {
  const store = new TestDatabase();
  const { shop, orderId, paymentId } = await loseRecord(undefined, { store });
  const { clock, sandbox } = shop;
  const other = createTestShop({ clock, sandbox, store });
  setStatuses(shop, orderId, 'PROCESSED', 'PROCESSED');
  await Promise.all([shop.handler.settle(orderId), other.handler.settle(orderId)]);
  expect([...shop.verdicts, ...other.verdicts].map(({ key }) => key)).toEqual([`${paymentId}:paid`]);
  const started = [...shop.events, ...other.events].filter(({ type }) => type === 'started');
  expect(started).toMatchObject([{ restored: true, method: 'bankPage', because: 'unknownCard' }]);
  // The record, and what its one reference stands for.
  expect(store.rows.size).toBe(2);
});

/** Restores the record of an order, and fails to read the order again: its payment is reserved, and not adopted. */
async function restoreOnly({ clock, sandbox, store }: TestShop, orderId: string): Promise<void> {
  let reads = 0;
  const cutOff = createTestShop({
    clock,
    sandbox,
    store,
    network(request, send) {
      reads += request.method === 'GET' ? 1 : 0;
      return reads === 2 ? Promise.resolve(new Response('{}', { status: 404 })) : send(request);
    },
  });
  await catchPluralError(cutOff.handler.settle(orderId));
}

test('a start with the reference of a payment that is being restored takes its reservation', async () => {
  const store = new TestDatabase();
  const { shop, orderId, paymentId } = await loseRecord(undefined, { store });
  await restoreOnly(shop, orderId);
  const started = await shop.startPayment(orderId, { reference: 'pay-1' });
  expect(started.paymentId).toBe(paymentId);
  expect(store.rows.size).toBe(2);
  expect(await shop.handler.openReference(started.client.view.reference)).toMatchObject({ paymentId });
});

test('a record that another process restored while the order was read is taken as it is', async () => {
  const store = new TestDatabase();
  const { shop: other, orderId } = await loseRecord(undefined, { store });
  let isFirst = true;
  const shop = createTestShop({
    clock: other.clock,
    sandbox: other.sandbox,
    store,
    async network(request, send) {
      const response = await send(request);
      if (isFirst && request.method === 'GET') {
        isFirst = false;
        await restoreOnly(other, orderId);
      }
      return response;
    },
  });
  expect(await shop.handler.settle(orderId)).toMatchObject({ phase: 'ready' });
  expect(store.rows.size).toBe(2);
});
