import { equal, throwsCode, type Cases } from './assert.ts';
import { cardPayment, rightOtp, createFixtures } from './fixtures.ts';

export const coreCases: Cases = {
  'core: order, payment, OTP and order again end in PROCESSED': async () => {
    const { plural, createOrder: order } = createFixtures();
    const orderId = await order();
    const { payments } = await plural.createPayment(orderId, { payments: [cardPayment] });
    const paymentId = payments[0]?.id ?? '';
    equal((await plural.generateOtp(paymentId)).resendAfterSeconds, 30, 'seconds before another code');
    equal((await plural.submitOtp(paymentId, rightOtp)).status, 'SUCCESS', 'answer to the OTP');
    equal((await plural.getOrder(orderId)).status, 'PROCESSED', 'order');
  },
  'core: a wrong OTP is refused by name': async () => {
    const { plural, createOrder: order } = createFixtures();
    const { payments } = await plural.createPayment(await order(), { payments: [cardPayment] });
    const paymentId = payments[0]?.id ?? '';
    await plural.generateOtp(paymentId);
    await throwsCode(() => plural.submitOtp(paymentId, '000000'), 'OTP_NOT_ACCEPTED');
  },
  'core: an order of another amount is never adopted, whichever way Plural answers the duplicate': async () => {
    const { plural, sandbox } = createFixtures();
    const body = { merchant_order_reference: 'cart-1', order_amount: { value: 100_000, currency: 'INR' } };
    const { order_id: orderId } = await plural.createOrder(body);
    for (const duplicates of ['reject', 'existing'] as const) {
      sandbox.configure({ duplicates });
      equal((await plural.createOrder(body)).order_id, orderId, `the same order, ${duplicates}`);
      const changed = { ...body, order_amount: { value: 250_000, currency: 'INR' } };
      await throwsCode(() => plural.createOrder(changed), 'ORDER_MISMATCH');
      await throwsCode(() => plural.createOrder({ ...body, pre_auth: true }), 'ORDER_MISMATCH');
    }
    equal(sandbox.state.orders.size, 1, 'orders');
  },
  'core: a derived key seals and opens, and cannot be taken out': async () => {
    const key = await createFixtures().plural.deriveKey('runtimes');
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new Uint8Array([1, 2, 3]));
    const opened = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed));
    equal([...opened], [1, 2, 3], 'opened');
    equal(key.extractable, false, 'extractable');
  },
};
