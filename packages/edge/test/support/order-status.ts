/** What Plural decides behind everybody's back. */
import type { TestShop } from './test-shop.ts';

/** Sets the status of an order at Plural, and those of its payments, in order. */
export function setStatuses(shop: TestShop, orderId: string, status: string, ...payments: string[]): void {
  const order = shop.sandbox.state.orders.get(orderId);
  if (!order) throw new Error('no such order');
  Object.assign(order, { status });
  order.payments.forEach((payment, index) => Object.assign(payment, { status: payments[index] ?? payment.status }));
}

/** Has an order with one payment paid at Plural. */
export const pay = (shop: TestShop, orderId: string): void => setStatuses(shop, orderId, 'PROCESSED', 'PROCESSED');
