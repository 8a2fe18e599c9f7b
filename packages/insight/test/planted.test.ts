import { describe, expect, test } from 'vitest';
import { createInsight, memoryInsight, type InsightReport } from '../src/index.ts';
import { toShare } from '../src/numbers/intervals.ts';
import { countRows } from '../src/report/cells.ts';
import { toReport } from '../src/report/report.ts';
import { parseEvent } from '../src/parse-event.ts';
import { createRow, mergeRows, type PaymentRow } from '../src/payment-row.ts';
import { createRandom, plantedIssuers, plantShop, usual, type PlantedPayment } from './support/planted-shop.ts';

const nowMs = Date.UTC(2026, 10, 29, 12);
const hourMs = 3_600_000;
const span = [nowMs - 6 * 24 * hourMs, nowMs - hourMs] as const;

/** Shuffles and repeats events, as processes and retries do. */
function shuffle<T>(values: readonly T[], seed: number): T[] {
  const random = createRandom(seed);
  return [...values, ...values.filter(() => random() < 0.1)]
    .map((value) => [random(), value] as const)
    .toSorted((one, other) => one[0] - other[0])
    .map(([, value]) => value);
}

async function reportOf(planted: readonly PlantedPayment[], seed: number): Promise<InsightReport> {
  const insight = createInsight({
    store: memoryInsight({ maxPayments: 50_000 }),
    secret: 'a planted secret',
    now: () => nowMs,
  });
  await insight.ingest(
    shuffle(
      planted.flatMap(({ events }) => events),
      seed,
    ),
  );
  expect(insight.losses().losses).toEqual({});
  return insight.report({ range: '7d' });
}

/** Number of rejected parts among many must be near that of a 99.9 % interval: each part is inside it. */
const isInside = (hits: number, of: number, truth: number): boolean => {
  const { low, high } = toShare(hits, of, 3.290_527);
  return truth >= low && truth <= high;
};

describe('the report of a planted shop', () => {
  test('counts each of 20,000 payments as it ended, whatever the order of the events; the parts add up, and each hazard is inside its 99.9 % interval', async () => {
    const planted = plantShop(11, 20_000, span);
    const report = await reportOf(planted, 1);
    const count = (wanted: (payment: PlantedPayment) => boolean): number => planted.filter(wanted).length;
    expect(report.payments).toBe(20_000);
    const native = planted.filter(({ method }) => method === 'nativeOtp').length;
    expect([report.native.started, report.bank.started]).toEqual([native, 20_000 - native]);
    const lostAs = (end: string): number =>
      report.native.steps
        .flatMap(({ losses }) => losses)
        .reduce((sum, one) => sum + (one.end === end ? one.count : 0), 0);
    for (const end of ['paidAtBank', 'declined', 'cancelled', 'notSent', 'away', 'atBank'] as const) {
      expect([end, lostAs(end)]).toEqual([
        end,
        count((payment) => payment.method === 'nativeOtp' && payment.end === end),
      ]);
    }
    expect(report.native.paid).toBe(count(({ method, end }) => method === 'nativeOtp' && end === 'paid'));
    const lost = report.native.steps.flatMap(({ losses }) => losses).reduce((sum, one) => sum + one.count, 0);
    expect(report.native.paid + report.native.open + lost).toBe(native);
    for (const line of report.issuers) {
      const own = planted.filter(({ issuer }) => issuer === line.issuer);
      const paid = own.filter(({ end }) => end === 'paid' || end === 'paidAtBank').length;
      expect([line.issuer, line.paid.of, line.paid.hits]).toEqual([line.issuer, own.length, paid]);
    }
    const misses: string[] = [];
    for (const { issuer, sent, missed, native, paid } of report.issuers) {
      const hazards = plantedIssuers[issuer];
      if (!hazards) throw new Error(`unknown issuer ${issuer}`);
      const shares: [name: string, hits: number, of: number, truth: number][] = [
        ['native', native.hits, native.of, 1 - hazards.bankOnly],
        ['sent', sent.hits, sent.of, 1 - hazards.notSent],
        ['missed', missed.hits, missed.of, hazards.wrongFirst],
      ];
      for (const [name, hits, of, truth] of shares) if (!isInside(hits, of, truth)) misses.push(`${issuer} ${name}`);
      expect(paid.of).toBeGreaterThan(500);
    }
    expect(misses).toEqual([]);
  }, 120_000);

  test('names the worst issuer and the worst step of 100 shops of 100', () => {
    const wrong: number[] = [];
    for (let seed = 0; seed < 100; seed += 1) {
      const rows = new Map<string, PaymentRow>();
      for (const event of plantShop(seed, 500, span).flatMap(({ events }) => events)) {
        const facts = parseEvent(event, nowMs, 180);
        if (typeof facts === 'string') throw new Error(facts);
        const row = createRow(facts.reference, facts.known);
        const known = rows.get(row.id);
        rows.set(row.id, known ? mergeRows(known, row) : row);
      }
      const report = toReport(countRows([...rows.values()], nowMs, () => 0));
      const toLost = (name: string): number =>
        report.native.steps.find((step) => step.name === name)?.losses.reduce((sum, { count }) => sum + count, 0) ?? 0;
      const worstStep = report.native.steps
        .map(({ name }) => name)
        .toSorted((one, other) => toLost(other) - toLost(one))[0];
      if (report.issuers[0]?.issuer !== 'HDFC' || worstStep !== 'sent') wrong.push(seed);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  test('is the same from the day table as from the rows', async () => {
    const planted = plantShop(13, 3000, span);
    const store = memoryInsight();
    const insight = createInsight({ store, secret: 'a planted secret', now: () => nowMs });
    await insight.ingest(planted.flatMap(({ events }) => events));
    const first = await insight.report({ range: '30d' });
    const stored = await store.readDays(0, 100_000);
    expect(stored.length).toBeGreaterThan(10);
    await store.removeBefore(nowMs - 3 * 24 * hourMs);
    expect(await insight.report({ range: '30d' })).toEqual(first);
  });

  test('counts a day again when a late event changes one of its payments', async () => {
    const startedMs = nowMs - 5 * 24 * hourMs;
    const insight = createInsight({ store: memoryInsight(), secret: 'a planted secret', now: () => nowMs });
    const [payment] = plantShop(1, 1, [startedMs, startedMs + 1], {
      HDFC: { ...usual, bankOnly: 0, notSent: 0, away: 1 },
    });
    if (!payment) throw new Error('nothing planted');
    await insight.ingest(payment.events);
    expect((await insight.report({ range: '7d' })).nativePaid.hits).toBe(0);
    const last = payment.events.at(-1)!;
    const late = 4 * 24 * hourMs;
    await insight.ingest([
      { ...last, type: 'verdict', outcome: 'paid', source: 'sweep', at: startedMs + late, ms: late },
    ]);
    expect((await insight.report({ range: '7d' })).nativePaid.hits).toBe(1);
  });
});
