/** Rules of a delivery whose lease, verdict or transaction is no longer its own when its hook ends. */
import type { PaymentVerdict, StoreTransaction, VerdictContext } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { setStatus } from '../support/order-status.ts';
import { TestDatabase } from '../support/test-database.ts';
import { createOther } from '../support/other-process.ts';
import {
  createSignedWebhook,
  createTestShop,
  deferred,
  instantSleep,
  startAndSubmit,
  type Deferred,
  type TestShop,
  type TestShopOptions,
} from '../support/test-shop.ts';

/** A hook that notes when it begins and ends, and goes on when it is told to. */
function createHook(
  log: string[],
  name: string,
  end: () => void = () => undefined,
): { began: Deferred; goOn: Deferred; onVerdict: (verdict: PaymentVerdict) => Promise<void> } {
  const [began, goOn] = [deferred(), deferred()];
  return {
    began,
    goOn,
    async onVerdict({ outcome }) {
      log.push(`${name} begins ${outcome}`);
      began.resolve();
      await goOn.promise;
      log.push(`${name} ends ${outcome}`);
      end();
    },
  };
}

const failing = (): never => {
  throw new Error('database away');
};

describe('a hook that outlives its lease', () => {
  test.each([
    ['that fails takes no lease from the process that has it now', failing],
    ['that succeeds is the end of that verdict, and the other process delivers no third time', undefined],
  ])('%s', async (_title, end) => {
    const log: string[] = [];
    const [one, two] = [createHook(log, 'one', end), createHook(log, 'two')];
    const { shop, orderId } = await startAndSubmit({ onVerdict: one.onVerdict });
    const other = createOther(shop, { onVerdict: two.onVerdict });
    const first = shop.handler.settle(orderId);
    await one.began.promise;
    shop.clock.advance(61);
    const second = other.handler.sweep();
    await two.began.promise;
    one.goOn.resolve();
    await first;
    const third = createOther(shop);
    await third.handler.settle(orderId);
    await third.handler.sweep();
    expect(third.verdicts).toEqual([]);
    two.goOn.resolve();
    await second;
    expect(log).toEqual(['one begins paid', 'two begins paid', 'one ends paid', 'two ends paid']);
    expect((await third.handler.settle(orderId)).delivered).toBe(true);
    expect(third.verdicts).toEqual([]);
  });

  test('does not count its verdict as delivered a second time', async () => {
    const log: string[] = [];
    const one = createHook(log, 'one');
    const { shop } = await startAndSubmit({ onVerdict: one.onVerdict });
    const first = shop.handler.sweep();
    await one.began.promise;
    shop.clock.advance(61);
    expect(await createOther(shop).handler.sweep()).toMatchObject({ delivered: 1 });
    one.goOn.resolve();
    expect(await first).toMatchObject({ checked: 1, delivered: 0 });
  });

  test('of a verdict that another process delivered meanwhile leaves nothing for Plural to send again', async () => {
    const log: string[] = [];
    const one = createHook(log, 'one', failing);
    const { shop, orderId } = await startAndSubmit({ onVerdict: one.onVerdict });
    const webhook = createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const response = shop.handler.fetch(await webhook);
    await one.began.promise;
    shop.clock.advance(61);
    await createOther(shop).handler.sweep();
    one.goOn.resolve();
    expect((await response).status).toBe(204);
  });

  test('does not release the lease of a newer verdict that another process delivers', async () => {
    const log: string[] = [];
    const [one, two] = [createHook(log, 'one'), createHook(log, 'two')];
    const { shop, orderId } = await startAndSubmit({ onVerdict: one.onVerdict });
    const other = createOther(shop, { onVerdict: two.onVerdict });
    setStatus(shop, orderId, 'FAILED');
    const first = shop.handler.settle(orderId);
    await one.began.promise;
    setStatus(shop, orderId, 'PROCESSED');
    await other.handler.settle(orderId);
    shop.clock.advance(61);
    const second = other.handler.sweep();
    await two.began.promise;
    one.goOn.resolve();
    expect((await first).delivered).toBe(false);
    two.goOn.resolve();
    await second;
    expect(log).toEqual(['one begins failed', 'two begins paid', 'one ends failed', 'two ends paid']);
  });
});

test('a verdict that changed before its turn is not delivered with the order of the older one', async () => {
  const told: [paymentId: string, outcome: string, status: string | undefined][] = [];
  const [began, goOn] = [deferred(), deferred()];
  const shop = createTestShop({
    async onVerdict({ paymentId, outcome, order }) {
      told.push([paymentId, outcome, order.payments.find(({ id }) => id === paymentId)?.status]);
      began.resolve();
      await goOn.promise;
    },
  });
  const orderId = await shop.createOrder();
  const { paymentId: first } = await shop.startPayment(orderId);
  const { paymentId: second } = await shop.startPayment(orderId, { evenIfUndecided: true });
  setStatus(shop, orderId, 'FAILED');
  const settled = shop.handler.settle(orderId);
  await began.promise;
  setStatus(shop, orderId, 'PROCESSED', second);
  await createOther(shop, { onVerdict: false }).handler.settle(orderId);
  goOn.resolve();
  await settled;
  await shop.handler.sweep();
  expect(told).toEqual([
    [first, 'failed', 'FAILED'],
    [second, 'paid', 'PROCESSED'],
  ]);
});

describe.each([false, true])('checks after a delivery (in a transaction: %s)', (inTransaction) => {
  const store = (): TestShopOptions => (inTransaction ? { store: new TestDatabase() } : {});

  test('a decline whose hook failed for hours is checked an hour after it was delivered', async () => {
    let isAway = true;
    const { shop, orderId } = await startAndSubmit({
      ...store(),
      onVerdict() {
        if (isAway) failing();
      },
    });
    setStatus(shop, orderId, 'FAILED');
    await shop.handler.settle(orderId);
    for (let hour = 0; hour < 30; hour += 1) {
      shop.clock.advance(3600);
      await shop.handler.sweep();
    }
    isAway = false;
    expect((await shop.handler.settle(orderId)).delivered).toBe(true);
    shop.clock.advance(3599);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 0 });
    shop.clock.advance(1);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1 });
  });
});

describe('a transaction of the store', () => {
  const insert = async ({ outcome }: PaymentVerdict, { query }: VerdictContext): Promise<void> => {
    await query?.(`insert ${outcome}`, []);
  };
  /** A hook that writes, and ends as another does. */
  const insertBefore =
    (hook: ReturnType<typeof createHook>) =>
    async (verdict: PaymentVerdict, context: VerdictContext): Promise<void> => {
      await insert(verdict, context);
      await hook.onVerdict(verdict);
    };
  const codes = ({ problems }: TestShop): string[] => problems.map(({ code }) => code);

  test('that fails, in its hook or in its commit, is reported once and retried a minute later', async () => {
    const store = new TestDatabase();
    let isAway = true;
    const { shop, orderId } = await startAndSubmit({
      store,
      async onVerdict(verdict, context) {
        await insert(verdict, context);
        if (isAway) failing();
      },
    });
    await shop.handler.settle(orderId);
    expect(codes(shop)).toEqual(['VERDICT_NOT_DELIVERED']);
    isAway = false;
    store.commitFailure = 'before';
    await shop.handler.settle(orderId);
    expect(codes(shop)).toEqual(['VERDICT_NOT_DELIVERED', 'VERDICT_NOT_DELIVERED']);
    store.commitFailure = undefined;
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ delivered: 1 });
    expect(store.committed).toEqual(['insert paid']);
  });

  test('that begins after the wait for it was over calls no hook, and its lease stays', async () => {
    const [hookTime, connection] = [deferred(), deferred()];
    class BusyDatabase extends TestDatabase {
      override async transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
        await connection.promise;
        return super.transaction(work);
      }
    }
    const store = new BusyDatabase();
    const told: string[] = [];
    const { shop, orderId } = await startAndSubmit({
      store,
      wait: (ms, signal) => (ms === 30_000 ? hookTime.promise : instantSleep(ms, signal)),
      async onVerdict(verdict, context) {
        told.push(verdict.outcome);
        await insert(verdict, context);
      },
    });
    hookTime.resolve();
    const webhook = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    expect((await shop.handler.fetch(webhook)).status).toBe(503);
    expect(codes(shop)).toEqual(['VERDICT_NOT_DELIVERED']);
    connection.resolve();
    await instantSleep(0);
    expect([told, store.committed]).toEqual([[], []]);
    const other = createOther(shop, { onVerdict: insert });
    expect((await other.handler.settle(orderId)).delivered).toBe(false);
    shop.clock.advance(60);
    expect(await other.handler.sweep()).toMatchObject({ delivered: 1 });
    expect(store.committed).toEqual(['insert paid']);
  });

  test('whose lease another process has, which has not ended yet, is rolled back, and is no problem to report', async () => {
    const log: string[] = [];
    const store = new TestDatabase();
    const [one, two] = [createHook(log, 'one'), createHook(log, 'two')];
    const { shop, orderId } = await startAndSubmit({
      store,
      onVerdict: insertBefore(one),
    });
    const other = createOther(shop, { onVerdict: insertBefore(two) });
    const first = shop.handler.settle(orderId);
    await one.began.promise;
    shop.clock.advance(61);
    const second = other.handler.sweep();
    await two.began.promise;
    one.goOn.resolve();
    expect((await first).delivered).toBe(false);
    expect([store.committed, codes(shop)]).toEqual([[], []]);
    two.goOn.resolve();
    expect(await second).toMatchObject({ delivered: 1 });
    expect(store.committed).toEqual(['insert paid']);
  });

  test('whose verdict a newer one replaced meanwhile is rolled back, and the newer one delivered', async () => {
    const log: string[] = [];
    const store = new TestDatabase();
    const one = createHook(log, 'one');
    const { shop, orderId } = await startAndSubmit({
      store,
      onVerdict: insertBefore(one),
    });
    setStatus(shop, orderId, 'FAILED');
    const first = shop.handler.settle(orderId);
    await one.began.promise;
    setStatus(shop, orderId, 'PROCESSED');
    await createOther(shop).handler.settle(orderId);
    one.goOn.resolve();
    await first;
    expect(log).toEqual(['one begins failed', 'one ends failed', 'one begins paid', 'one ends paid']);
    expect(store.committed).toEqual(['insert paid']);
  });

  test('that outlives its lease does not mark a newer verdict delivered whose own hook failed', async () => {
    const store = new TestDatabase();
    const one = createHook([], 'one');
    const { shop, orderId } = await startAndSubmit({
      store,
      onVerdict: insertBefore(one),
    });
    setStatus(shop, orderId, 'FAILED');
    const first = shop.handler.settle(orderId);
    await one.began.promise;
    setStatus(shop, orderId, 'PROCESSED');
    const other = createOther(shop, { onVerdict: failing });
    await other.handler.settle(orderId);
    shop.clock.advance(61);
    await other.handler.sweep();
    one.goOn.resolve();
    await first;
    expect([store.committed, codes(other)]).toEqual([[], ['VERDICT_NOT_DELIVERED']]);
    shop.clock.advance(3600);
    await createOther(shop, { onVerdict: insert }).handler.sweep();
    expect(store.committed).toEqual(['insert paid']);
  });
});
