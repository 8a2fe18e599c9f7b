/** The payment by which stores are measured: one wrong OTP, five polls, and a look at its reference. */

import type { PaymentStore } from '@plural-otp/edge';
import { Clock, createTestShop, CustomerPage, rightOtp, wrongOtp } from '../test/support/test-shop.ts';

/** Creates a function that takes one payment, until its verdict is delivered. */
export function createPayments(createStore: (now: () => number) => PaymentStore): () => Promise<void> {
  const clock = new Clock();
  const shop = createTestShop({ clock, store: createStore(clock.now) });
  return async () => {
    const orderId = await shop.createOrder();
    const { client: started } = await shop.startPayment(orderId);
    const page = new CustomerPage(shop.handler, started.session);
    for (let polls = 0; polls < 3; polls += 1) await page.getView();
    await page.generate();
    await page.submit(wrongOtp);
    clock.advance(1);
    await page.getView();
    await page.submit(rightOtp);
    clock.advance(1);
    await page.getView();
    await shop.handler.openReference(started.view.reference);
  };
}
