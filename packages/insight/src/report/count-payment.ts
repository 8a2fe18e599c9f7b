/** Counts one payment: the only place that says what a row means. */

import { toBucket } from '../numbers/buckets.ts';
import { parseEntry, parseNotSent, parseVerdict, type PaymentRow, type RowVerdict } from '../payment-row.ts';

/** Counts by name; a name that is absent counts nothing. */
export type Counts = Record<string, number>;

/** Ends of a payment: each has exactly one. */
export const ends = [
  'paid',
  'paidAtBank',
  'declined',
  'rejected',
  'cancelled',
  'notSent',
  'away',
  'atBank',
  'silent',
  'open',
] as const;
export type End = (typeof ends)[number];

/** Steps with native OTP, in order. */
export const nativeSteps = ['started', 'shown', 'sent', 'submitted', 'accepted'] as const;
/** Steps on the bank's page, in order. */
export const bankSteps = ['started', 'left', 'returned'] as const;

/** Time after which a payment without a verdict counts as lost, and no longer as under way. */
export const openMs: number = 30 * 60_000;

const moneyOutcomes: ReadonlySet<string | undefined> = new Set(['paid', 'authorized']);
export const isPaid = (verdict: RowVerdict | undefined): boolean => moneyOutcomes.has(verdict?.outcome);

/** Returns how a payment ended. */
export function toEnd(row: PaymentRow, nowMs: number): End {
  const verdict = parseVerdict(row.verdict);
  if (isPaid(verdict)) {
    const isNative = row.method !== 'bankPage';
    return isNative && row.left_ms !== null && row.accepted_ms === null ? 'paidAtBank' : 'paid';
  }
  if (verdict?.outcome === 'failed') {
    const wasRejected = (row.misses ?? 0) > 0 && row.accepted_ms === null;
    return wasRejected && (verdict.advice === '' || verdict.advice === 'payAgain') ? 'rejected' : 'declined';
  }
  if (row.cancelled_ms !== null || verdict) return 'cancelled';
  if (nowMs - (row.started_ms ?? 0) < openMs) return 'open';
  if (row.left_ms !== null || row.method === 'bankPage') return 'atBank';
  if (row.sent_ms === null && row.not_sent !== null) return 'notSent';
  return row.away_ms === null ? 'silent' : 'away';
}

/** Returns the index of the furthest step of a payment. A later step proves the earlier ones. */
export function toDepth(row: PaymentRow, end: End): number {
  if (row.method === 'bankPage') {
    if (row.returned_ms !== null || end === 'paid') return 2;
    return row.left_ms === null ? 0 : 1;
  }
  if (row.accepted_ms !== null || end === 'paid') return 4;
  if (row.submitted_ms !== null || (row.misses ?? 0) > 0) return 3;
  if (row.sent_ms !== null) return 2;
  return row.shown_ms === null ? 0 : 1;
}

/** Counts a payment. Names: `n`, `at.<depth>.<end>`, `leg.<name>.<bucket>`, `by.<manner>` and others of one word. */
export function countPayment(row: PaymentRow, nowMs: number): Counts {
  const counts: Counts = {};
  const add = (name: string, by = 1): void => {
    if (by > 0) counts[name] = (counts[name] ?? 0) + by;
  };
  const verdict = parseVerdict(row.verdict);
  const end = toEnd(row, nowMs);
  add('n');
  if (row.attempt === 1) add('orders');
  if (row.simulated === 1) add('simulated');
  add(`at.${toDepth(row, end)}.${end}`);
  add(`why.${row.because ?? 'unknown'}`);
  if (verdict) {
    add(`source.${verdict.source || 'unknown'}`);
    if (end === 'declined') add(`advice.${verdict.advice || 'none'}`);
    if (isPaid(verdict)) add(`leg.all.${toBucket(verdict.ms)}`);
  }
  const notSent = parseNotSent(row.not_sent);
  if (notSent !== undefined) add(`notSent.${notSent}`);
  if (row.sent_ms !== null && row.submitted_ms !== null) {
    add(`leg.typed.${toBucket(Math.max(row.submitted_ms - row.sent_ms, 0))}`);
  }
  if (row.submitted_ms !== null && verdict && isPaid(verdict)) {
    add(`leg.verdict.${toBucket(Math.max(verdict.ms - row.submitted_ms, 0))}`);
  }
  add('misses', row.misses ?? 0);
  if ((row.misses ?? 0) > 0) add('missed');
  if ((row.resends ?? 0) > 0) {
    add('resent');
    if (end === 'paid') add('resentPaid');
  }
  countEntry(row, end, add);
  return counts;
}

function countEntry(row: PaymentRow, end: End, add: (name: string) => void): void {
  if (row.submitted_ms === null) return;
  const entry = parseEntry(row.entry);
  const manner = entry?.by ?? 'untold';
  add(`by.${manner}`);
  if ((row.misses ?? 0) === 0 && (row.accepted_ms !== null || end === 'paid')) add(`first.${manner}`);
  if (entry?.edited) add(`edited.${manner}`);
  if ((entry?.hiddenSeconds ?? 0) > 0) add('hidden');
  if (entry?.usableMs !== undefined) add(`leg.usable.${toBucket(entry.usableMs)}`);
}

/** Adds counts to a sum. */
export function addCounts(sum: Counts, counts: Readonly<Counts>): void {
  for (const name in counts) sum[name] = (sum[name] ?? 0) + (counts[name] ?? 0);
}
