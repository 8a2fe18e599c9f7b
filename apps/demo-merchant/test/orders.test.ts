import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryRepository } from '../src/memory-repository.ts';
import { createOrders, type Orders, type RecordedVerdict, type ShopOrder } from '../src/orders.ts';
import type { ShopRepository } from '../src/repository.ts';
import { shopTables, createSqlRepository } from '../src/sql-repository.ts';

/** Entries of the activity log that these repositories keep. */
const keptEntries = 300;

function createSqliteRepository(): ShopRepository {
  const database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA foreign_keys = ON; ${shopTables}`);
  return createSqlRepository(async (text, params) => database.prepare(text).all(...params), keptEntries);
}

/** Returns every permutation of three values. */
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
  ['in memory', () => createMemoryRepository(keptEntries)],
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

  test('the customer of a browser is stored, replaced, and no other browser’s', async () => {
    expect(await repository.findCustomer('browser')).toBeUndefined();
    await repository.saveCustomer('browser', 'cust-1');
    await repository.saveCustomer('browser', 'cust-2');
    expect(await repository.findCustomer('browser')).toBe('cust-2');
    expect(await repository.findCustomer('other')).toBeUndefined();
  });

  const begin = (attempt: number, preAuth = false, cardId = 'card') =>
    orders.beginAttempt(order.number, { attempt, cardId, preAuth });

  /** Starts an attempt that Plural created as payment `p<attempt>`. */
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
    test('orders are found by number, by browser and by age, with all their facts', async () => {
      await attempt(1);
      await orders.record(verdict('failed'));
      await orders.linkToPlural(order.number, 'plural-order');
      nowMs += 1;
      const newer = await newOrder();
      await newOrder('another');
      const whole = await current();
      expect(whole).toMatchObject({
        pluralOrderId: 'plural-order',
        attempts: [{ reference: `${order.number}-1`, pluralPaymentId: 'p1' }],
        verdicts: [{ key: 'p1:failed', amountPaise: 64_000, source: 'submit' }],
      });
      expect(await orders.bySession('browser')).toEqual([newer, whole]);
      expect(await orders.byNumber('NL-none')).toBeUndefined();
    });

    test('an order number is unique', async () => {
      await expect(repository.addOrder({ ...order, session: 'another' })).rejects.toThrow(
        `Order ${order.number} already exists`,
      );
      expect((await current())?.session).toBe('browser');
    });
  });

  describe('attempts', () => {
    test('a repeated attempt returns the stored one, with its own card', async () => {
      expect(await begin(1, true, 'first')).toMatchObject({ isNew: true, order: { preAuth: true } });
      expect(await begin(1, false, 'other')).toMatchObject({
        isNew: false,
        attempt: { reference: `${order.number}-1`, cardId: 'first', stage: 'starting' },
      });
      expect(await current()).toMatchObject({ attempts: [{ attempt: 1 }], preAuth: true });
    });

    test('of many concurrent calls for one attempt exactly one stores it', async () => {
      const attempts = await Promise.all(Array.from({ length: 10 }, (_, index) => begin(1, false, `card ${index}`)));
      expect(attempts.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(attempts.map((each) => each.attempt.cardId)).size).toBe(1);
    });

    test('the first attempt fixes when the order is charged', async () => {
      await begin(1, true);
      await begin(2, false);
      expect((await current())?.preAuth).toBe(true);
    });

    test('an attempt whose payment Plural created cannot be marked as rejected', async () => {
      await attempt(1);
      await orders.markRejected(`${order.number}-1`);
      expect((await current())?.attempts).toMatchObject([{ stage: 'started', pluralPaymentId: 'p1' }]);
    });
  });

  describe('verdicts', () => {
    test('a verdict changes its order once, however often it is delivered', async () => {
      await attempt(1);
      const stored = await Promise.all([orders.record(verdict('paid')), orders.record(verdict('paid'))]);
      expect(stored.filter(Boolean)).toHaveLength(1);
      expect(await orders.record(verdict('paid', 'p1', { source: 'webhook' }))).toBe(false);
      expect(await current()).toMatchObject({ orderStatus: 'paid', verdicts: [{ key: 'p1:paid', source: 'submit' }] });
    });

    test('a verdict on an order of another shop changes nothing', async () => {
      expect(await orders.record(verdict('paid', 'p1', { merchantOrderReference: 'elsewhere' }))).toBe(false);
      expect(await getStatus()).toBe('open');
    });

    test('a payment that succeeds after a reported failure makes the order paid', async () => {
      await attempt(1);
      await orders.record(verdict('failed'));
      expect(await getStatus()).toBe('failed');
      await orders.record(verdict('paid'));
      expect(await getStatus()).toBe('paid');
    });

    test('a later failure never undoes a payment', async () => {
      await attempt(1);
      await orders.record(verdict('paid', 'p1', { feePaise: 2690 }));
      await orders.record(verdict('failed'));
      expect(await current()).toMatchObject({ orderStatus: 'paid', feePaise: 2690 });
    });

    test('a reserved amount can be captured or released', async () => {
      await attempt(1);
      await orders.record(verdict('authorized'));
      expect(await getStatus()).toBe('authorized');
      await orders.record(verdict('cancelled'));
      expect(await getStatus()).toBe('cancelled');
      await orders.record(verdict('paid'));
      expect(await getStatus()).toBe('paid');
    });

    test('the status of an order does not depend on the order of its verdicts', async () => {
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

    test('a new attempt after a failure reopens the order', async () => {
      await attempt(1);
      await orders.record(verdict('failed'));
      await attempt(2);
      expect(await getStatus()).toBe('open');
    });

    test('a late failure of an earlier attempt does not affect the current one', async () => {
      await attempt(1);
      await attempt(2);
      expect(await orders.record(verdict('failed', 'p1'))).toBe(true);
      expect(await getStatus()).toBe('open');
    });

    test('a failure counts even if a later attempt was rejected before it became a payment', async () => {
      await attempt(1);
      await begin(2);
      await orders.markRejected(`${order.number}-2`);
      await orders.record(verdict('failed', 'p1'));
      expect(await getStatus()).toBe('failed');
    });

    test('a failure that arrives before the start is stored matches its attempt by reference', async () => {
      await begin(1);
      await orders.record(verdict('failed', 'p1', { merchantPaymentReference: `${order.number}-1`, orderOpen: false }));
      expect(await current()).toMatchObject({ orderStatus: 'failed', pluralOpen: false });
    });
  });

  test('an activity log finds the entries of an order by each of its names, and drops the oldest in time', async () => {
    await orders.linkToPlural(order.number, 'plural-order');
    await orders.linkReference('ABCD-1', order.number);
    const other = await newOrder();
    for (const [atMs, subject] of [order.number, 'plural-order', 'ABCD-1', other.number, undefined].entries())
      await repository.addEntry({ kind: 'flow', text: `about ${subject}`, subject, atMs });
    expect((await repository.findEntries(order.number)).map(({ text }) => text)).toEqual([
      `about ${order.number}`,
      'about plural-order',
      'about ABCD-1',
    ]);
    expect((await repository.listEntries(3)).map(({ orderNumber }) => orderNumber)).toEqual([
      undefined,
      other.number,
      order.number,
    ]);
    expect(await repository.findOrderByReference('ABCD-1')).toBe(order.number);
    const before = await repository.countEntries();
    for (let line = 1; line <= keptEntries + 200; line += 1)
      await repository.addEntry({ kind: 'flow', text: `line ${line}`, atMs: line });
    expect(await repository.countEntries()).toBe(before + keptEntries + 200);
    const kept = (await repository.listEntries(2 * keptEntries)).length;
    expect(kept).toBeGreaterThanOrEqual(keptEntries);
    expect(kept).toBeLessThan(keptEntries + 200);
  });

  test('a refund is stored once, and its stage is replaced', async () => {
    const refund = {
      reference: 'r-1',
      orderNumber: order.number,
      amountPaise: 100,
      stage: 'starting',
      atMs: 1,
    } as const;
    expect(await repository.addRefund(refund)).toBe(true);
    expect(await repository.addRefund({ ...refund, amountPaise: 200 })).toBe(false);
    await repository.setRefundStage('r-1', 'done');
    expect(await repository.findRefunds(order.number)).toEqual([{ ...refund, stage: 'done' }]);
    expect(await repository.findRefunds('NL-none')).toEqual([]);
  });
});
