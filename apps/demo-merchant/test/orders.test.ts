import { beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../src/database.ts';
import { createOrders, type Orders, type RecordedVerdict, type ShopOrder } from '../src/orders.ts';

let database: Database;
let orders: Orders;
let order: ShopOrder;
let nowMs = 1000;

beforeEach(() => {
  let serial = 0;
  database = openDatabase(':memory:');
  orders = createOrders(
    database,
    () => nowMs,
    () => `NL-${(serial += 1)}`,
  );
  order = orders.create({ session: 'browser', teaId: 'winter-frost', quantity: 1, amountPaise: 64_000 });
});

/** An attempt that Plural knows as payment `p<attempt>`. */
function attempt(number: number): void {
  orders.begin(order.number, { attempt: number, cardId: 'card', preAuth: false });
  orders.markStarted(`${order.number}-${number}`, `p${number}`);
}

function verdict(
  outcome: RecordedVerdict['outcome'],
  paymentId = 'p1',
  more: Partial<RecordedVerdict> = {},
): RecordedVerdict {
  return {
    key: `${paymentId}:${outcome}`,
    outcome,
    merchantOrderReference: order.number,
    paymentId,
    amount: { value: 64_000, currency: 'INR' },
    orderOpen: true,
    source: 'submit',
    feePaise: 0,
    ...more,
  };
}

const standing = (): string | undefined => orders.byNumber(order.number)?.standing;

describe('attempts', () => {
  test('an attempt that is begun again is the one that was written down, with its own card', () => {
    orders.begin(order.number, { attempt: 1, cardId: 'first', preAuth: true });
    expect(orders.begin(order.number, { attempt: 1, cardId: 'other', preAuth: false })).toMatchObject({
      reference: `${order.number}-1`,
      cardId: 'first',
      stage: 'starting',
    });
    expect(orders.attempts(order.number)).toHaveLength(1);
    expect(orders.byNumber(order.number)?.preAuth).toBe(true);
  });

  test('when the order is charged is chosen with its first attempt, and stays', () => {
    orders.begin(order.number, { attempt: 1, cardId: 'card', preAuth: true });
    orders.begin(order.number, { attempt: 2, cardId: 'card', preAuth: false });
    expect(orders.byNumber(order.number)?.preAuth).toBe(true);
  });

  test('an attempt that Plural knows is not taken back as refused', () => {
    attempt(1);
    orders.markRefused(`${order.number}-1`);
    expect(orders.attempts(order.number)).toMatchObject([{ stage: 'started', pluralPaymentId: 'p1' }]);
  });
});

describe('verdicts', () => {
  test('a verdict moves its order once, however often it is delivered', () => {
    attempt(1);
    expect(orders.record(verdict('paid'))).toBe(true);
    expect(orders.record(verdict('paid'))).toBe(false);
    expect(orders.verdicts(order.number)).toHaveLength(1);
    expect(standing()).toBe('paid');
  });

  test('a verdict on an order of another shop changes nothing', () => {
    expect(orders.record(verdict('paid', 'p1', { merchantOrderReference: 'elsewhere' }))).toBe(false);
    expect(standing()).toBe('open');
  });

  test('failed, then paid after all: the order is paid', () => {
    attempt(1);
    orders.record(verdict('failed'));
    expect(standing()).toBe('failed');
    orders.record(verdict('paid'));
    expect(standing()).toBe('paid');
  });

  test('paid is never taken back by a failure that comes later', () => {
    attempt(1);
    orders.record(verdict('paid', 'p1', { feePaise: 2690 }));
    orders.record(verdict('failed'));
    expect(orders.byNumber(order.number)).toMatchObject({ standing: 'paid', feePaise: 2690 });
  });

  test('reserved, then captured, or let go', () => {
    attempt(1);
    orders.record(verdict('authorized'));
    expect(standing()).toBe('authorized');
    orders.record(verdict('cancelled'));
    expect(standing()).toBe('cancelled');
    orders.record(verdict('paid'));
    expect(standing()).toBe('paid');
  });

  test('a new attempt after a failure opens the order again', () => {
    attempt(1);
    orders.record(verdict('failed'));
    attempt(2);
    expect(standing()).toBe('open');
  });

  test('a late failure of an earlier attempt says nothing about the one under way', () => {
    attempt(1);
    attempt(2);
    expect(orders.record(verdict('failed', 'p1'))).toBe(true);
    expect(standing()).toBe('open');
  });

  test('a failure counts although a later attempt was refused before it became a payment', () => {
    attempt(1);
    orders.begin(order.number, { attempt: 2, cardId: 'card', preAuth: false });
    orders.markRefused(`${order.number}-2`);
    orders.record(verdict('failed', 'p1'));
    expect(standing()).toBe('failed');
  });

  test('a failure that comes before the start was written down finds its attempt by the reference', () => {
    orders.begin(order.number, { attempt: 1, cardId: 'card', preAuth: false });
    orders.record(verdict('failed', 'p1', { merchantPaymentReference: `${order.number}-1`, orderOpen: false }));
    expect(orders.byNumber(order.number)).toMatchObject({ standing: 'failed', pluralOpen: false });
  });

  test('a verdict that cannot be kept whole is not kept at all', () => {
    attempt(1);
    database.change("CREATE TRIGGER broken BEFORE UPDATE ON orders BEGIN SELECT RAISE(ABORT, 'disk'); END");
    expect(() => orders.record(verdict('paid'))).toThrow('disk');
    database.change('DROP TRIGGER broken');
    expect(orders.verdicts(order.number)).toEqual([]);
    expect(orders.record(verdict('paid'))).toBe(true);
  });
});
