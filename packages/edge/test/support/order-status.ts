/** What Plural decides behind everybody's back. */
import type { TestShop } from './test-shop.ts';

/** Sets the status of an order at Plural, and those of its payments, in order. */
export function setStatuses(shop: TestShop, orderId: string, status: string, ...payments: string[]): void {
  const order = shop.sandbox.state.orders.get(orderId);
  if (!order) throw new Error('no such order');
  Object.assign(order, { status });
  order.payments.forEach((payment, index) => Object.assign(payment, { status: payments[index] ?? payment.status }));
}

/** Has an order and its payments, or the one named, failed or paid at Plural. */
export function setStatus(shop: TestShop, orderId: string, status: 'FAILED' | 'PROCESSED', paymentId?: string): void {
  const payments = shop.sandbox.state.orders.get(orderId)?.payments ?? [];
  const statuses = payments.map(({ id, status: before }) =>
    paymentId === undefined || id === paymentId ? status : before,
  );
  setStatuses(shop, orderId, status === 'FAILED' ? 'ATTEMPTED' : status, ...statuses);
}

/** Has an order paid at Plural. */
export const pay = (shop: TestShop, orderId: string): void => setStatus(shop, orderId, 'PROCESSED');
