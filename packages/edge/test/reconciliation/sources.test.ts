import { describe, expect, test } from 'vitest';
import {
  startAndPrompt,
  createReturnRequest,
  createSignedReturn,
  createSignedWebhook,
  startAndSubmit,
  type PaymentFixture,
} from '../support/test-shop.ts';

describe('sources of a verdict', () => {
  const ways: Record<string, (made: PaymentFixture) => Promise<unknown>> = {
    status: ({ page }) => page.getView(),
    settle: ({ shop, orderId }) => shop.handler.settle(orderId),
    sweep: ({ shop }) => shop.handler.sweep(),
    webhook: async ({ shop, orderId }) =>
      shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId })),
    return: async ({ shop, orderId }) =>
      shop.handler.fetch(createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }))),
  };

  test.each(Object.entries(ways))(
    '%s finds and delivers the verdict, and the other sources then deliver nothing',
    async (source, way) => {
      const made = await startAndSubmit();
      await way(made);
      expect(made.shop.verdicts).toMatchObject([{ key: `${made.paymentId}:paid`, source }]);
      for (const other of Object.values(ways)) await other(made);
      expect(made.shop.verdicts).toHaveLength(1);
    },
  );

  test('all at once they deliver one verdict', async () => {
    const made = await startAndSubmit();
    await Promise.all([...Object.values(ways), ...Object.values(ways)].map((way) => way(made)));
    expect(made.shop.verdicts).toHaveLength(1);
  });

  test('settle returns the phase, the verdict and that it was delivered', async () => {
    const { shop, orderId, paymentId } = await startAndSubmit();
    expect(await shop.handler.settle(orderId)).toMatchObject({
      phase: 'authorized',
      verdict: { paymentId, outcome: 'paid', source: 'settle' },
      delivered: true,
    });
  });

  test('settle of an order without a payment of this handler says so, by the name of its argument', async () => {
    const { shop } = await startAndSubmit();
    await expect(shop.handler.settle('v1-unknown')).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      issues: [{ path: 'orderId', expected: 'an order with a payment started by this handler' }],
    });
  });

  test('settle of an open payment has no verdict and delivers nothing', async () => {
    const { shop, orderId } = await startAndPrompt();
    expect(await shop.handler.settle(orderId)).toEqual({ phase: 'awaitingOtp', delivered: false });
  });
});
