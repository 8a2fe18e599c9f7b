import type { FlowEvent } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { createInsight, memoryInsight, type Insight, type InsightReport, type InsightStore } from '../src/index.ts';
import { plantShop } from './support/planted-shop.ts';

const dayMs = 86_400_000;
/** The middle of a day in India, so that days before begin half a day earlier. */
const nowMs = Date.UTC(2026, 10, 29, 6, 30);
const secret = 'sixteen letters!';

const open = (store: InsightStore, more = {}): Insight => createInsight({ store, secret, now: () => nowMs, ...more });

const event = (reference: string, daysAgo: number, more: Partial<FlowEvent> = {}): FlowEvent => ({
  type: 'started',
  reference,
  order: `order of ${reference}`,
  attempt: 1,
  at: nowMs - daysAgo * dayMs,
  ms: 0,
  method: 'nativeOtp',
  issuer: 'HDFC',
  network: 'VISA',
  amount: { value: 64_000, currency: 'INR' },
  ...more,
});

const paid = (reference: string, daysAgo: number, more: Partial<FlowEvent> = {}): FlowEvent =>
  event(reference, daysAgo, { type: 'verdict', outcome: 'paid', source: 'sweep', ...more });

const read = (insight: Insight, more = {}): Promise<InsightReport> => insight.report({ range: '7d', ...more });

/** Counts the calls of a store. */
function watch(store: InsightStore): { store: InsightStore; calls: Record<string, number> } {
  const calls: Record<string, number> = {};
  const watched = new Proxy(store, {
    get: (target, name: keyof InsightStore) => {
      calls[name] = (calls[name] ?? 0) + 1;
      return target[name];
    },
  });
  return { store: watched, calls };
}

describe('a past day', () => {
  test('is counted once, read once by each process, and then neither', async () => {
    const { store, calls } = watch(memoryInsight());
    const first = open(store);
    await first.ingest(plantShop(1, 300, [nowMs - 6 * dayMs, nowMs - 3_600_000]).flatMap(({ events }) => events));
    const marks = calls['writeDay'] ?? 0;
    const report = await read(first);
    expect((calls['writeDay'] ?? 0) - marks).toBe(5);
    const other = open(store);
    for (const insight of [first, other, first, other]) {
      const before = { ...calls };
      expect(await read(insight)).toEqual(report);
      const reads = ['read', 'writeDay'].map((name) => (calls[name] ?? 0) - (before[name] ?? 0));
      expect(reads).toEqual([1, 0]);
    }
    expect(calls['readDays']).toBe(1);
  });

  test('is counted again in every process when a late event changes one of its payments', async () => {
    const store = memoryInsight();
    const [one, other] = [open(store), open(store)];
    await one.ingest([event('NL7K-1', 4), event('NL7K-2', 4)]);
    for (const insight of [one, other]) expect((await read(insight)).nativePaid).toMatchObject({ hits: 0, of: 2 });
    await other.ingest([paid('NL7K-1', 4)]);
    for (const insight of [one, other]) expect((await read(insight)).nativePaid).toMatchObject({ hits: 1, of: 2 });
  });

  test('is counted again in every process when one of its payments is forgotten', async () => {
    const store = memoryInsight();
    const [one, other] = [open(store), open(store)];
    await one.ingest([paid('NL7K-1', 4), event('NL7K-2', 4)]);
    for (const insight of [one, other]) expect((await read(insight)).payments).toBe(2);
    await one.forget('NL7K-1');
    for (const insight of [one, other]) expect((await read(insight)).nativePaid).toMatchObject({ hits: 0, of: 1 });
  });

  test('is read again when another process has counted it', async () => {
    const store = memoryInsight();
    const [one, other] = [open(store), open(store)];
    await one.ingest([event('NL7K-1', 4)]);
    expect((await read(one)).payments).toBe(1);
    await other.ingest([event('NL7K-2', 4)]);
    expect((await read(other)).payments).toBe(2);
    expect((await read(one)).payments).toBe(2);
  });

  test('is counted again when a payment changed while it was counted', async () => {
    const store = memoryInsight();
    const other = open(store);
    let meanwhile: Promise<void> | undefined;
    const slow: InsightStore = {
      ...store,
      async read(from, until) {
        const rows = await store.read(from, until);
        // Its rows were read, and its counts are not written yet.
        if (rows.length > 0) await (meanwhile ??= other.ingest([paid('NL7K-1', 4)]));
        return rows;
      },
    };
    await other.ingest([event('NL7K-1', 4)]);
    const one = open(slow);
    await read(one);
    for (const insight of [one, other]) expect((await read(insight)).nativePaid).toMatchObject({ hits: 1, of: 1 });
  });

  test('that another process counts between its listing and its reading is not missed', async () => {
    const store = memoryInsight();
    const other = open(store);
    await other.ingest([event('NL7K-1', 4)]);
    await read(other);
    let meanwhile: Promise<unknown> | undefined;
    const slow: InsightStore = {
      ...store,
      async readDays(from, until) {
        await (meanwhile ??= other.ingest([event('NL7K-2', 4)]).then(() => read(other)));
        return store.readDays(from, until);
      },
    };
    expect((await read(open(slow))).payments).toBe(2);
  });

  test('keeps its counts when its rows are gone, whatever comes after', async () => {
    const store = memoryInsight();
    const insight = open(store, { keepDays: 3 });
    await insight.ingest([paid('NL7K-1', 2.9), event('NL7K-2', 2.9)]);
    expect((await read(insight)).payments).toBe(2);
    const later = createInsight({ store, secret, keepDays: 3, now: () => nowMs + 2 * dayMs });
    await later.sweep();
    expect(await later.payment('NL7K-1')).toBeUndefined();
    await later.ingest([paid('NL7K-2', 2.9, { at: nowMs + dayMs, ms: 3.9 * dayMs })]);
    await later.forget('NL7K-2');
    expect(later.losses().losses).toEqual({ tooOld: 1 });
    expect((await read(later)).nativePaid).toMatchObject({ hits: 1, of: 2 });
  });

  test('counted before networks were counted apart is counted again from its rows, or read as it is without them', async () => {
    const store = memoryInsight();
    const insight = open(store, { keepDays: 4 });
    await insight.ingest([event('NL7K-1', 3)]);
    const day = Math.floor((nowMs + 330 * 60_000) / dayMs);
    const counts = JSON.stringify({ n: 7, 'at.4.paid': 5, 'at.0.silent': 2, orders: 7 });
    for (const ago of [3, 6]) await store.writeDay({ day: day - ago, cell: 'nativeOtp|HDFC', counts }, []);
    const report = await read(insight);
    expect(report.nativePaid).toMatchObject({ hits: 5, of: 8 });
    expect(report.networkNames).toEqual(['UNKNOWN', 'VISA']);
  });
});

describe('a report', () => {
  test('by network has parts that add up to the whole, from rows and from days', async () => {
    const insight = open(memoryInsight());
    await insight.ingest(plantShop(2, 900, [nowMs - 6 * dayMs, nowMs - 3_600_000]).flatMap(({ events }) => events));
    for (const range of ['1d', '7d'] as const) {
      const whole = await insight.report({ range });
      expect(whole.networkNames).toEqual(['MASTERCARD', 'VISA']);
      const parts = await Promise.all(whole.networkNames.map((network) => insight.report({ range, network })));
      expect(parts.every(({ payments }) => payments > 10)).toBe(true);
      for (const name of ['payments', 'orders'] as const)
        expect(parts.reduce((sum, part) => sum + part[name], 0)).toBe(whole[name]);
      expect(parts.reduce((sum, { nativePaid }) => sum + nativePaid.hits, 0)).toBe(whole.nativePaid.hits);
    }
  });

  test('by order counts it as the payment that paid it, or else as its last, also across midnight', async () => {
    const insight = open(memoryInsight());
    const [order, lost] = ['order of a retry', 'order of a loss'];
    const failed = { type: 'verdict', outcome: 'failed', source: 'status' } as const;
    await insight.ingest([
      // Half a day after midnight, and just after the next.
      event('NL7K-1', 4, { order, ...failed }),
      paid('NL7K-2', 3.45, { order, attempt: 2 }),
      event('NL7K-3', 3.4, { order: lost, ...failed }),
      event('NL7K-4', 3.39, { order: lost, attempt: 2, ...failed, advice: 'checkFunds' }),
      paid('NL7K-5', 1),
    ]);
    const [payments, orders] = [await read(insight), await read(insight, { unit: 'orders' })];
    expect([payments.payments, payments.orders, payments.nativePaid.hits]).toEqual([5, 3, 2]);
    expect([orders.payments, orders.orders, orders.nativePaid.hits]).toEqual([3, 3, 2]);
    expect(orders.declines.map(({ advice, count }) => [advice, count])).toEqual([['checkFunds', 1]]);
  });

  test('by order is right again when the second payment of an order comes late', async () => {
    const insight = open(memoryInsight());
    await insight.ingest([event('NL7K-1', 4, { order: 'one' })]);
    expect((await read(insight, { unit: 'orders' })).nativePaid).toMatchObject({ hits: 0, of: 1 });
    await insight.ingest([paid('NL7K-2', 3.45, { order: 'one', attempt: 2 })]);
    expect((await read(insight, { unit: 'orders' })).nativePaid).toMatchObject({ hits: 1, of: 1 });
  });
});
