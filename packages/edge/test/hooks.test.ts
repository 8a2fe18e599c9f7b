import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createBrowserRequest,
  createReturnRequest,
  createSignedReturn,
  createTestShop,
  CustomerPage,
  openPage,
  startAndSubmit,
  type TestShopOptions,
} from './support/test-shop.ts';

describe('hooks', () => {
  test.each<[string, unknown]>([
    ['of null', null],
    ['that is a number', 5],
    ['without waitUntil', {}],
    ['with a waitUntil that is no function', { waitUntil: true }],
    [
      'with a waitUntil that throws',
      {
        waitUntil() {
          throw new Error('the request is over');
        },
      },
    ],
    [
      'with a waitUntil that cannot be read',
      {
        get waitUntil(): never {
          throw new Error('no context here');
        },
      },
    ],
  ])('a context %s does not prevent a response', async (_what, context) => {
    const { shop, page } = await openPage();
    const request = createBrowserRequest('payment', { session: page.session });
    expect((await shop.handler.fetch(request, context)).status).toBe(200);
  });

  test('errors of onEvent and onProblem are ignored', async () => {
    const shop = createTestShop({
      onEvent() {
        throw new Error('metrics');
      },
      onProblem: () => Promise.reject(new Error('log')) as unknown as undefined,
    });
    shop.sandbox.script({ operation: 'getCardDetails', fault: 'status', status: 503, times: 0 });
    const page = new CustomerPage(shop.handler, (await shop.startPayment(await shop.createOrder())).client.session);
    expect((await page.generate()).phase).toBe('awaitingOtp');
    expect((await page.submit('000000')).phase).toBe('awaitingOtp');
  });

  const rejects = (): never => Promise.reject(new Error('of the shop')) as never;
  test.each<[string, TestShopOptions]>([
    ['returnPage', { returnPage: rejects }],
    ['onReturn', { onReturn: rejects }],
    ['onVerdict', { onVerdict: rejects }],
    ['onEvent', { onEvent: rejects }],
    ['onProblem', { onProblem: rejects, onReturn: rejects }],
    ['waitUntil', {}],
  ])('a promise of %s that rejects is handled, so that it does not end the process', async (name, options) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const { shop, orderId } = await startAndSubmit(options);
    const request = createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }));
    const response = await shop.handler.fetch(request, name === 'waitUntil' ? { waitUntil: rejects } : undefined);
    expect(response.headers.get('location')).toMatch(/reference=/);
    // Node reports a rejection as unhandled once the microtasks are done.
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });
});
