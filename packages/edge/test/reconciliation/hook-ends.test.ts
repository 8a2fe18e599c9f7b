/** Rules of how a call of `onVerdict` ends: what counts as hung, what is reported, and what a lost record changes. */
import type { PaymentVerdict, VerdictContext } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { pay } from '../support/order-status.ts';
import { TestDatabase } from '../support/test-database.ts';
import { createOther } from '../support/other-process.ts';
import {
  createTestShop,
  deferred,
  instantSleep,
  startAndSubmit,
  type Deferred,
  type TestShop,
} from '../support/test-shop.ts';

const failing = (): never => {
  throw new Error('database away');
};
const codes = ({ problems }: TestShop): string[] => problems.map(({ code }) => code);

/** Changes the record in a database, behind the back of every process. */
function changeRecord({ rows }: TestDatabase, change: (record: { payments: object[] }) => void): void {
  for (const [key, row] of rows) {
    if (row.dueAtMs === null) continue;
    const record = JSON.parse(row.value) as { payments: object[] };
    change(record);
    rows.set(key, { ...row, value: JSON.stringify(record), version: crypto.randomUUID() });
  }
}

describe('an onVerdict that hangs', () => {
  /** Sweeps four undelivered verdicts by a hook that hangs each time, after `meanwhile`, and returns its calls. */
  async function sweepHanging(meanwhile: (shop: TestShop, orderId: string) => Promise<unknown>): Promise<number> {
    const web = createTestShop({ onVerdict: false });
    for (let index = 0; index < 4; index += 1) {
      const orderId = await web.createOrder();
      await web.startPayment(orderId, { nativeOtp: true });
      pay(web, orderId);
      await web.handler.settle(orderId);
    }
    let calls = 0;
    let hookTime: Deferred = deferred();
    const shop = createOther(web, {
      wait: (ms, signal) => (ms === 30_000 ? hookTime.promise : instantSleep(ms, signal)),
      async onVerdict({ orderId }) {
        calls += 1;
        // Until then the time limit of this call has not begun.
        await instantSleep(0);
        await meanwhile(shop, orderId);
        const over = hookTime;
        hookTime = deferred();
        over.resolve();
        await new Promise<void>(() => undefined);
      },
    });
    expect(await shop.handler.sweep({ concurrency: 1 })).toMatchObject({ delivered: 0 });
    return calls;
  }

  test('twice is called no more by that sweep', async () => {
    expect(await sweepHanging(() => Promise.resolve())).toBe(2);
  });

  test('twice is called no more, also where another process delivered those verdicts meanwhile', async () => {
    const delivered: boolean[] = [];
    const calls = await sweepHanging(async (shop, orderId) => {
      shop.clock.advance(61);
      delivered.push((await createOther(shop).handler.settle(orderId)).delivered);
    });
    expect([calls, delivered]).toEqual([2, [true, true]]);
  });
});

describe('a transaction of the store', () => {
  test('that cannot begin is a delivery that failed: reported, and retried a minute later', async () => {
    class UnreachableDatabase extends TestDatabase {
      isAway = true;
      override transaction: TestDatabase['transaction'] = (work) =>
        this.isAway ? Promise.reject(new Error('no connection')) : super.transaction(work);
    }
    const store = new UnreachableDatabase();
    const { shop, orderId } = await startAndSubmit({ store });
    expect((await shop.handler.settle(orderId)).delivered).toBe(false);
    expect([shop.verdicts, codes(shop)]).toEqual([[], ['VERDICT_NOT_DELIVERED']]);
    store.isAway = false;
    shop.clock.advance(60);
    expect(await shop.handler.sweep()).toMatchObject({ delivered: 1 });
  });

  test('whose hook throws is reported, also where its lease has gone to another process meanwhile', async () => {
    const [began, goOn, otherBegan, otherGoesOn] = [deferred(), deferred(), deferred(), deferred()];
    const store = new TestDatabase();
    const { shop, orderId } = await startAndSubmit({
      store,
      async onVerdict() {
        began.resolve();
        await goOn.promise;
        failing();
      },
    });
    const other = createOther(shop, {
      onVerdict() {
        otherBegan.resolve();
        return otherGoesOn.promise;
      },
    });
    const first = shop.handler.settle(orderId);
    await began.promise;
    shop.clock.advance(61);
    const second = other.handler.sweep();
    await otherBegan.promise;
    goOn.resolve();
    await first;
    expect(codes(shop)).toEqual(['VERDICT_NOT_DELIVERED']);
    otherGoesOn.resolve();
    expect(await second).toMatchObject({ delivered: 1 });
  });
});

describe.each([false, true])('while a hook runs (in a transaction: %s)', (inTransaction) => {
  test.each<[lost: string, change: (record: { payments: object[] }) => void]>([
    ['its payment', (record) => void record.payments.splice(0)],
    ['its verdict', (record) => void record.payments.forEach((entry) => Reflect.deleteProperty(entry, 'verdict'))],
  ])('a record that loses %s is left as it is, and that is no error', async (_lost, change) => {
    const database = new TestDatabase();
    const told: string[] = [];
    const { shop, orderId } = await startAndSubmit({
      store: inTransaction ? database : new FlakyStore(database),
      async onVerdict({ outcome }: PaymentVerdict, { query }: VerdictContext) {
        told.push(outcome);
        await query?.(`insert ${outcome}`, []);
        changeRecord(database, change);
      },
    });
    await shop.handler.settle(orderId).catch(() => undefined);
    expect([told, codes(shop), database.committed]).toEqual([['paid'], [], []]);
  });
});

test('a verdict that another process is delivering costs no read of the record', async () => {
  const [began, goOn] = [deferred(), deferred()];
  const database = new TestDatabase();
  const { shop, orderId } = await startAndSubmit({
    store: new FlakyStore(database),
    async onVerdict() {
      began.resolve();
      await goOn.promise;
    },
  });
  const delivering = shop.handler.settle(orderId);
  await began.promise;
  database.calls.length = 0;
  expect(await createOther(shop).handler.settle(orderId)).toMatchObject({ delivered: false });
  // The reads of `settle` itself, before it begins and for its result.
  expect(database.calls).toEqual(['load', 'load']);
  goOn.resolve();
  await delivering;
});
