/** Rules of the work that is due on one record: what a sweep postpones, what it leaves alone, and what it counts. */
import { describe, expect, test } from 'vitest';
import { pay, setStatuses } from '../support/order-status.ts';
import { TestDatabase } from '../support/test-database.ts';
import { createOther } from '../support/other-process.ts';
import { createTestShop, deferred, type TestShop } from '../support/test-shop.ts';

const notFound = async (): Promise<Response> => new Response('{}', { status: 404 });
const failing = (): never => {
  throw new Error('database away');
};
const codes = ({ problems }: TestShop): string[] => problems.map(({ code }) => code);

/** Starts two payments of one order, whose first check is due a minute later. */
async function startTwo(shop: TestShop): Promise<{ orderId: string; ids: string[] }> {
  const orderId = await shop.createOrder();
  const first = await shop.startPayment(orderId);
  const second = await shop.startPayment(orderId, { evenIfUndecided: true });
  return { orderId, ids: [first.paymentId, second.paymentId] };
}

describe('an order with two payments', () => {
  test('is still open while one of their verdicts is not accepted, and no longer once that one is', async () => {
    let isAway = true;
    const told: string[] = [];
    const shop = createTestShop({
      onVerdict({ paymentId }) {
        told.push(paymentId);
        if (isAway && told.length === 2) failing();
      },
    });
    const { orderId, ids } = await startTwo(shop);
    setStatuses(shop, orderId, 'ATTEMPTED', 'FAILED', 'FAILED');
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 1 });
    isAway = false;
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0 });
    expect(told).toEqual([...ids, ids[1]]);
  });

  test('is still open when one has failed, which the merchant knows, and the other is undecided', async () => {
    const shop = createTestShop();
    const { orderId, ids } = await startTwo(shop);
    setStatuses(shop, orderId, 'PENDING', 'FAILED', 'PENDING');
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 1 });
    expect(shop.verdicts).toMatchObject([{ paymentId: ids[0], outcome: 'failed' }]);
  });
});

describe('an order that cannot be read', () => {
  test('takes no lease from the process that delivers one of its verdicts', async () => {
    const [began, goOn] = [deferred(), deferred()];
    const shop = createTestShop({
      async onVerdict() {
        began.resolve();
        await goOn.promise;
      },
    });
    const { orderId } = await startTwo(shop);
    shop.clock.advance(30);
    setStatuses(shop, orderId, 'PENDING', 'FAILED', 'PENDING');
    const settled = shop.handler.settle(orderId);
    await began.promise;
    shop.clock.advance(31);
    const cutOff = createOther(shop, { network: notFound });
    expect(await cutOff.handler.sweep()).toMatchObject({ checked: 1, delivered: 0, stillOpen: 1 });
    expect(codes(cutOff)).not.toContain('VERDICT_NOT_DELIVERED');
    const third = createOther(shop);
    await third.handler.settle(orderId);
    expect(third.verdicts).toEqual([]);
    goOn.resolve();
    await settled;
  });

  test('has its delivery postponed only by a process that delivers', async () => {
    const web = createTestShop({ onVerdict: false });
    const { orderId } = await startTwo(web);
    setStatuses(web, orderId, 'PENDING', 'FAILED', 'PENDING');
    await web.handler.settle(orderId);
    web.clock.advance(60);
    const cutOff = createOther(web, { onVerdict: false, network: notFound });
    expect(await cutOff.handler.sweep()).toMatchObject({ checked: 1, stillOpen: 1 });
    expect(codes(cutOff)).not.toContain('VERDICT_NOT_DELIVERED');
    expect(await createOther(web).handler.sweep()).toMatchObject({ delivered: 1 });
  });

  test('is saved once for its check, and not again when no verdict waits for it', async () => {
    const store = new TestDatabase();
    const shop = createTestShop({ store });
    await shop.startPayment(await shop.createOrder());
    shop.clock.advance(60);
    store.calls.length = 0;
    expect(await createOther(shop, { network: notFound }).handler.sweep()).toMatchObject({ checked: 1, stillOpen: 1 });
    expect(store.calls).toEqual(['save', 'load']);
  });
});

test('a record that is gone once its order was read counts for nothing, and is no problem', async () => {
  const store = new TestDatabase();
  const shop = createTestShop({ store });
  const orderId = await shop.createOrder();
  await shop.startPayment(orderId);
  pay(shop, orderId);
  shop.clock.advance(60);
  const other = createOther(shop, {
    network(request, send) {
      store.rows.clear();
      return send(request);
    },
  });
  expect(await other.handler.sweep()).toMatchObject({ checked: 0, delivered: 0, stillOpen: 0, more: false });
  expect([other.problems, other.verdicts, store.rows.size]).toEqual([[], [], 0]);
});

test.each<[what: string, fail: (store: TestDatabase, last: string) => Promise<Response> | undefined]>([
  ['cannot be read', () => notFound()],
  [
    'has lost its record meanwhile',
    (store, key) => {
      store.rows.delete(key);
      return undefined;
    },
  ],
])('an order that %s is no success of an onVerdict that fails 20 times in a row', async (_what, fail) => {
  const store = new TestDatabase();
  const web = createTestShop({ store, onVerdict: false });
  const keys = new Map<string, string>();
  for (let index = 0; index < 50; index += 1) {
    const orderId = await web.createOrder();
    await web.startPayment(orderId, { nativeOtp: true });
    keys.set(orderId, [...store.rows.keys()].findLast((key) => store.rows.get(key)?.dueAtMs !== null) ?? '');
    pay(web, orderId);
    await web.handler.settle(orderId);
  }
  let [reads, calls] = [0, 0];
  const shop = createOther(web, {
    network(request, send) {
      const key = keys.get(request.url.split('/').at(-1) ?? '');
      reads += key === undefined ? 0 : 1;
      return (key !== undefined && reads % 2 === 0 && fail(store, key)) || send(request);
    },
    onVerdict() {
      calls += 1;
      failing();
    },
  });
  await shop.handler.sweep({ concurrency: 1 });
  expect(calls).toBe(20);
});
