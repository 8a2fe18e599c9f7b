import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryRepository } from '../src/memory-repository.ts';
import { createOrders, type Orders, type RecordedVerdict, type ShopOrder } from '../src/orders.ts';
import type { ShopRepository } from '../src/repository.ts';
import { shopTables, createSqlRepository } from '../src/sql-repository.ts';

function createSqliteRepository(): ShopRepository {
  const database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA foreign_keys = ON; ${shopTables}`);
  return createSqlRepository(async (text, params) => database.prepare(text).all(...params));
}

/** Every order in which three things may happen. */
function orderings<Value>([one, two, three]: [Value, Value, Value]): Value[][] {
  return [
    [one, two, three],
    [one, three, two],
    [two, one, three],
    [two, three, one],
    [three, one, two],
    [three, two, one],
  ];
}

describe.each([
  ['in SQLite', createSqliteRepository],
  ['in memory', createMemoryRepository],
])('orders %s', (_where, open) => {
  let repository: ShopRepository;
  let orders: Orders;
  let order: ShopOrder;
  let nowMs = 1000;

  beforeEach(async () => {
    let serial = 0;
    repository = open();
    orders = createOrders(
      repository,
      () => nowMs,
      () => `NL-${(serial += 1)}`,
    );
    order = await newOrder();
  });

  const newOrder = (session = 'browser'): Promise<ShopOrder> =>
    orders.create({ session, teaId: 'winter-frost', quantity: 1, amountPaise: 64_000 });

  const begin = (attempt: number, preAuth = false, cardId = 'card') =>
    orders.begin(order.number, { attempt, cardId, preAuth });

  /** An attempt that Plural knows as payment `p<attempt>`. */
  async function attempt(number: number): Promise<void> {
    await begin(number);
    await orders.markStarted(`${order.number}-${number}`, `p${number}`);
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

  const current = async (): Promise<ShopOrder | undefined> => orders.byNumber(order.number);
  const getStatus = async (): Promise<string | undefined> => (await current())?.orderStatus;

  describe('finding', () => {
    test('an order is found by its number, its browser and its age, whole each time', async () => {
      await attempt(1);
      await orders.record(verdict('failed'));
      await orders.linkToPlural(order.number, 'plural-order');
      nowMs += 1;
      const newer = await newOrder();
      const stranger = await newOrder('another');
      const whole = await current();
      expect(whole).toMatchObject({
        pluralOrderId: 'plural-order',
        attempts: [{ reference: `${order.number}-1`, pluralPaymentId: 'p1' }],
        verdicts: [{ key: 'p1:failed', amountPaise: 64_000, source: 'submit' }],
      });
      expect(await orders.bySession('browser')).toEqual([newer, whole]);
      expect(await orders.latest(2)).toEqual([stranger, newer]);
      expect(await orders.byNumber('NL-none')).toBeUndefined();
    });

    test('a number is given to one order only', async () => {
      await expect(repository.addOrder({ ...order, session: 'another' })).rejects.toThrow(
        `order ${order.number} already`,
      );
      expect((await current())?.session).toBe('browser');
    });
  });

  describe('attempts', () => {
    test('an attempt that is begun again is the one that was written down, with its own card', async () => {
      expect(await begin(1, true, 'first')).toMatchObject({ isNew: true, order: { preAuth: true } });
      expect(await begin(1, false, 'other')).toMatchObject({
        isNew: false,
        attempt: { reference: `${order.number}-1`, cardId: 'first', stage: 'starting' },
      });
      expect(await current()).toMatchObject({ attempts: [{ attempt: 1 }], preAuth: true });
    });

    test('of many that begin the same attempt at once one has written it down', async () => {
      const begun = await Promise.all(Array.from({ length: 10 }, (_, index) => begin(1, false, `card ${index}`)));
      expect(begun.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(begun.map((each) => each.attempt.cardId)).size).toBe(1);
    });

    test('when the order is charged is chosen with its first attempt, and stays', async () => {
      await begin(1, true);
      await begin(2, false);
      expect((await current())?.preAuth).toBe(true);
    });

    test('an attempt that Plural knows is not taken back as refused', async () => {
      await attempt(1);
      await orders.markRejected(`${order.number}-1`);
      expect((await current())?.attempts).toMatchObject([{ stage: 'started', pluralPaymentId: 'p1' }]);
    });

    test('an attempt that may be a payment is owed a verdict until it has one', async () => {
      expect(await orders.countPending()).toBe(0);
      await begin(1);
      expect(await orders.countPending()).toBe(1);
      await orders.markRejected(`${order.number}-1`);
      expect(await orders.countPending()).toBe(0);
      await attempt(2);
      await attempt(3);
      expect(await orders.countPending()).toBe(1);
      await orders.record(verdict('failed', 'p2'));
      expect(await orders.countPending()).toBe(1);
      await orders.record(verdict('paid', 'p3'));
      expect(await orders.countPending()).toBe(0);
    });
  });

  describe('verdicts', () => {
    test('a verdict moves its order once, however often it is delivered', async () => {
      await attempt(1);
      const kept = await Promise.all([orders.record(verdict('paid')), orders.record(verdict('paid'))]);
      expect(kept.filter(Boolean)).toHaveLength(1);
      expect(await orders.record(verdict('paid', 'p1', { source: 'webhook' }))).toBe(false);
      expect(await current()).toMatchObject({ orderStatus: 'paid', verdicts: [{ key: 'p1:paid', source: 'submit' }] });
    });

    test('a verdict on an order of another shop changes nothing', async () => {
      expect(await orders.record(verdict('paid', 'p1', { merchantOrderReference: 'elsewhere' }))).toBe(false);
      expect(await getStatus()).toBe('open');
    });

    test('failed, then paid after all: the order is paid', async () => {
      await attempt(1);
      await orders.record(verdict('failed'));
      expect(await getStatus()).toBe('failed');
      await orders.record(verdict('paid'));
      expect(await getStatus()).toBe('paid');
    });

    test('paid is never taken back by a failure that comes later', async () => {
      await attempt(1);
      await orders.record(verdict('paid', 'p1', { feePaise: 2690 }));
      await orders.record(verdict('failed'));
      expect(await current()).toMatchObject({ orderStatus: 'paid', feePaise: 2690 });
    });

    test('reserved, then captured, or let go', async () => {
      await attempt(1);
      await orders.record(verdict('authorized'));
      expect(await getStatus()).toBe('authorized');
      await orders.record(verdict('cancelled'));
      expect(await getStatus()).toBe('cancelled');
      await orders.record(verdict('paid'));
      expect(await getStatus()).toBe('paid');
    });

    test('in whatever order verdicts come, the order stands the same', async () => {
      for (const verdicts of orderings([
        verdict('failed', 'p1', { orderOpen: false }),
        verdict('authorized', 'p2', { feePaise: 1 }),
        verdict('paid', 'p2', { feePaise: 2 }),
      ])) {
        order = await newOrder();
        await attempt(1);
        await attempt(2);
        for (const [index, each] of verdicts.entries()) {
          await orders.record({ ...each, key: `${order.number} ${index}`, merchantOrderReference: order.number });
        }
        expect(await current()).toMatchObject({ orderStatus: 'paid', feePaise: 2, pluralOpen: false });
      }
    });

    test('a new attempt after a failure opens the order again', async () => {
      await attempt(1);
      await orders.record(verdict('failed'));
      await attempt(2);
      expect(await getStatus()).toBe('open');
    });

    test('a late failure of an earlier attempt says nothing about the one under way', async () => {
      await attempt(1);
      await attempt(2);
      expect(await orders.record(verdict('failed', 'p1'))).toBe(true);
      expect(await getStatus()).toBe('open');
    });

    test('a failure counts although a later attempt was refused before it became a payment', async () => {
      await attempt(1);
      await begin(2);
      await orders.markRejected(`${order.number}-2`);
      await orders.record(verdict('failed', 'p1'));
      expect(await getStatus()).toBe('failed');
    });

    test('a failure that comes before the start was written down finds its attempt by the reference', async () => {
      await begin(1);
      await orders.record(verdict('failed', 'p1', { merchantPaymentReference: `${order.number}-1`, orderOpen: false }));
      expect(await current()).toMatchObject({ orderStatus: 'failed', pluralOpen: false });
    });
  });

  test('the journal gives its newest lines, and keeps 500', async () => {
    for (let line = 1; line <= 502; line += 1)
      await repository.addEntry({ kind: 'flow', text: `line ${line}`, atMs: line });
    expect(await repository.listEntries(2)).toEqual([
      { kind: 'flow', text: 'line 502', atMs: 502 },
      { kind: 'flow', text: 'line 501', atMs: 501 },
    ]);
    expect(await repository.listEntries(1000)).toHaveLength(500);
  });
});
