import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createInsight } from '../src/index.ts';
import { sqlInsight } from '../src/sql.ts';
import { plantShop } from './support/planted-shop.ts';

const nowMs = Date.UTC(2026, 10, 29, 12);

test('the view for the merchant’s own tools says what the page says', async () => {
  const database = new DatabaseSync(':memory:');
  const store = sqlInsight(async (text, params) => database.prepare(text).all(...params), { placeholder: '?' });
  const insight = createInsight({ store, secret: 'sixteen letters!', now: () => nowMs });
  // Long enough ago that none is under way, and within the span that is read from its rows.
  const planted = plantShop(11, 300, [nowMs - 20 * 3_600_000, nowMs - 2 * 3_600_000]);
  await insight.ingest(planted.flatMap(({ events }) => events));
  const report = await insight.report({ range: '1d' });
  const view = (sql: string): Record<string, unknown>[] => database.prepare(sql).all();
  const count = (where: string): number =>
    Number(view(`SELECT count(*) AS n FROM plural_otp_payments WHERE ${where}`)[0]?.['n']);

  expect(count('1 = 1')).toBe(report.payments);
  expect(count(`method = 'nativeOtp'`)).toBe(report.native.started);
  expect(count(`method = 'bankPage' AND outcome = 'paid'`)).toBe(report.bankPaid.hits);
  expect(count(`method = 'nativeOtp' AND outcome = 'paid'`)).toBe(report.nativePaid.hits);
  expect(count(`method = 'nativeOtp' AND outcome = 'failed'`)).toBe(
    report.declines.reduce((sum, { count: declined }) => sum + declined, 0),
  );
  const paidByIssuer = view(
    `SELECT issuer, count(*) AS payments, sum(outcome = 'paid') AS paid FROM plural_otp_payments GROUP BY issuer`,
  );
  expect(
    paidByIssuer.map((row) => [row['issuer'], row['payments'], row['paid']].map(String).join(' ')).toSorted(),
  ).toEqual(report.issuers.map(({ issuer, paid }) => `${issuer} ${paid.of} ${paid.hits}`).toSorted());
  const [times] = view(
    `SELECT count(*) AS n FROM plural_otp_payments WHERE verdict_ms > submitted_ms AND outcome = 'paid'`,
  );
  expect(times?.['n']).toBe(report.verdict.count);
}, 30_000);
