/** What a start leaves in the record of its order, and what a start of another process may do beside it. */
import { describe, expect, test } from 'vitest';
import { assertSamePayment } from '../../src/operations/start-reservation.ts';
import { dueKeys } from '../support/due-keys.ts';
import { catchPluralError, Clock, createTestShop, getSandboxPayments, type TestShop } from '../support/test-shop.ts';

const loseCreations = (times: number) => {
  let left = times;
  return (request: Request, send: (request: Request) => Promise<Response>): Promise<Response> => {
    const isCreation = request.method === 'POST' && request.url.endsWith('/payments');
    if (!isCreation || left === 0) return send(request);
    left -= 1;
    return Promise.reject(new TypeError('connection reset'));
  };
};

describe('a start that another process began and lost while this one read the order', () => {
  /** Starts with everything of `shop`, and has another process run at the read of the order. */
  async function startBeside(shop: TestShop, orderId: string, run: () => Promise<unknown>): Promise<string> {
    let hasRun = false;
    const plural = {
      ...shop.plural,
      async getOrder(id: string) {
        const order = await shop.plural.getOrder(id);
        if (!hasRun) {
          hasRun = true;
          await run();
        }
        return order;
      },
    };
    const starting = createTestShop({ ...shop, plural });
    return (await catchPluralError(starting.startPayment(orderId, { reference: 'pay-2' }))).code;
  }

  test.each([
    ['the first of its order', false],
    ['beside one that is over', true],
  ])('blocks this one although its clock is ten minutes behind: %s', async (_what, hasEarlier) => {
    const shop = createTestShop({ network: loseCreations(1) });
    const orderId = await shop.createOrder();
    if (hasEarlier) await catchPluralError(shop.startPayment(orderId, { reference: 'pay-0' }));
    shop.clock.advance(120);
    const clock = new Clock();
    clock.ms = shop.clock.ms - 600_000;
    const { sandbox, store } = shop;
    const behind = createTestShop({ clock, sandbox, store, network: loseCreations(1) });
    const loseStart = () =>
      catchPluralError(behind.startPayment(orderId, { reference: 'pay-1', evenIfUndecided: true }));
    expect(await startBeside(shop, orderId, loseStart)).toBe('PAYMENT_UNDECIDED');
    expect(getSandboxPayments(shop, orderId)).toEqual([]);
  });
});

test('a start that is lost each time it is repeated is one reservation', async () => {
  const shop = createTestShop({ network: loseCreations(3) });
  const orderId = await shop.createOrder();
  for (let time = 0; time < 3; time += 1) {
    const { code } = await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }));
    expect(code).toBe('PAYMENT_UNKNOWN');
  }
  const [key = ''] = await dueKeys(shop.store, shop.clock.now() + 1e12, 10);
  const text = (await shop.store.load(key))?.value ?? '';
  expect(text.split('pay-1')).toHaveLength(2);
});

test('a payment of which neither card nor digits are known is no other than the requested one', () => {
  const amount = { value: 35_000, currency: 'INR' };
  const request = { merchant_payment_reference: 'pay-1', payment_method: 'CARD', payment_amount: amount } as never;
  expect(() => assertSamePayment(amount, {}, request, { savedCard: 'card-1' })).not.toThrow();
  expect(() => assertSamePayment(amount, { lastDigits: '1112' }, request, { savedCard: 'card-1' })).toThrow(
    'of another amount, currency or card',
  );
});
