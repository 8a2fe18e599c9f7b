/** Many payments at once, for sweeps. */
import type { TestShop } from './test-shop.ts';

/** Starts so many payments, each of its own order, whose first check is due a minute later. Returns the order ids. */
export async function startMany(shop: TestShop, count: number): Promise<string[]> {
  const orderIds: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId, { nativeOtp: true });
    orderIds.push(orderId);
  }
  return orderIds;
}
