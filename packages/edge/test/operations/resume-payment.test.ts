/** `resumePayment`: the step of a payment with a new session, from the record alone. */
import { expect, test } from 'vitest';
import { createTestShop, CustomerPage } from '../support/test-shop.ts';

test('resumePayment returns a new session for the payment’s current state, and sends nothing', async () => {
  const shop = createTestShop();
  const orderId = await shop.createOrder();
  const { client, paymentId } = await shop.startPayment(orderId);
  await new CustomerPage(shop.handler, client.session).generate();
  const requests = shop.sandbox.state.requests.length;
  shop.clock.advance(4 * 60);
  const resumed = await shop.handler.resumePayment({ orderId });
  expect(shop.sandbox.state.requests).toHaveLength(requests);
  expect(resumed).toMatchObject({ orderId, paymentId, nativeOtp: true });
  expect(resumed?.client.view.phase).toBe('awaitingOtp');
  const page = new CustomerPage(shop.handler, resumed?.client.session ?? '');
  expect((await page.submit('123456')).phase).toBe('confirming');
  expect(await shop.handler.resumePayment({ orderId: 'v1-unknown' })).toBeUndefined();
  expect(await shop.handler.resumePayment({ orderId, paymentId: 'v1-unknown' })).toBeUndefined();
});

test.each([
  ['at the end of its hour', 60 * 60, undefined],
  ['a second later', 60 * 60 + 1, 'SESSION_EXPIRED'],
])('the first view of a payment resumed %s is the one that its session reads', async (_what, seconds, code) => {
  const shop = createTestShop();
  const orderId = await shop.createOrder();
  await shop.startPayment(orderId);
  shop.clock.advance(seconds);
  const { session = '', view } = (await shop.handler.resumePayment({ orderId }))?.client ?? {};
  expect(view?.problem?.code).toBe(code);
  const read = await new CustomerPage(shop.handler, session).getView();
  expect(read).toMatchObject({ phase: view?.phase, next: view?.next });
  expect(read.problem?.code).toBe(code);
});
