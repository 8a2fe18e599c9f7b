/** Counts one payment: the only place that says what a row means. */

import { bucketBounds, toBucket } from '../numbers/buckets.ts';
import { parseEntry, parseNotSent, parseVerdict, type PaymentRow, type RowVerdict } from '../payment-row.ts';
import { add, createIndexes, toIndex, type Counts } from './tally.ts';

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
export function toEnd(
  row: PaymentRow,
  nowMs: number,
  verdict: RowVerdict | undefined = parseVerdict(row.verdict),
): End {
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

const atIndexes = nativeSteps.map(
  (_, depth) => Object.fromEntries(ends.map((end) => [end, toIndex(`at.${depth}.${end}`)])) as Record<End, number>,
);
const toLegIndexes = (name: string): number[] =>
  Array.from({ length: bucketBounds.length + 1 }, (_, bucket) => toIndex(`leg.${name}.${bucket}`));
const legs = {
  all: toLegIndexes('all'),
  typed: toLegIndexes('typed'),
  verdict: toLegIndexes('verdict'),
  usable: toLegIndexes('usable'),
};
const toWhy = createIndexes('why');
const toSource = createIndexes('source');
const toAdvice = createIndexes('advice');
const toNotSent = createIndexes('notSent');
const toManner = createIndexes('by');
const toFirst = createIndexes('first');
const toEdited = createIndexes('edited');
const [n, simulated, missed, misses, resent, resentPaid, hidden] = (
  ['n', 'simulated', 'missed', 'misses', 'resent', 'resentPaid', 'hidden'] as const
).map(toIndex) as [number, number, number, number, number, number, number];

/** Part that a count has in a share: all payments, those that were paid, and those that are under way. */
export type ShareRole = 'of' | 'hits' | 'open';
/** Role of counts in a share, by their index. */
export const shareRoles: readonly (ShareRole | undefined)[] = (() => {
  const roles: (ShareRole | undefined)[] = [];
  roles[n] = 'of';
  for (const indexes of atIndexes) {
    roles[indexes.paid] = 'hits';
    roles[indexes.paidAtBank] = 'hits';
    roles[indexes.open] = 'open';
  }
  return roles;
})();

const addTime = (counts: Counts, leg: keyof typeof legs, ms: number): void =>
  add(counts, legs[leg][toBucket(Math.max(ms, 0))] ?? 0);

/**
 * Counts a payment into sums. Names: `n`, `at.<depth>.<end>`, `leg.<name>.<bucket>`, `by.<manner>` and others of one word.
 */
export function countPayment(counts: Counts, row: PaymentRow, nowMs: number): void {
  const verdict = parseVerdict(row.verdict);
  const end = toEnd(row, nowMs, verdict);
  const hasMoney = isPaid(verdict);
  add(counts, n);
  if (row.simulated === 1) add(counts, simulated);
  add(counts, atIndexes[toDepth(row, end)]?.[end] ?? 0);
  add(counts, toWhy(row.because ?? 'unknown'));
  if (verdict) {
    add(counts, toSource(verdict.source || 'unknown'));
    if (end === 'declined') add(counts, toAdvice(verdict.advice || 'none'));
    if (hasMoney) addTime(counts, 'all', verdict.ms);
  }
  const notSent = parseNotSent(row.not_sent);
  if (notSent !== undefined) add(counts, toNotSent(notSent));
  if (row.submitted_ms !== null) {
    if (row.sent_ms !== null) addTime(counts, 'typed', row.submitted_ms - row.sent_ms);
    if (verdict && hasMoney) addTime(counts, 'verdict', verdict.ms - row.submitted_ms);
    countEntry(row, end, counts);
  }
  if ((row.misses ?? 0) > 0) {
    add(counts, misses, row.misses ?? 0);
    add(counts, missed);
  }
  if ((row.resends ?? 0) > 0) {
    add(counts, resent);
    if (end === 'paid') add(counts, resentPaid);
  }
}

function countEntry(row: PaymentRow, end: End, counts: Counts): void {
  const entry = parseEntry(row.entry);
  const manner = entry?.by ?? 'untold';
  add(counts, toManner(manner));
  if ((row.misses ?? 0) === 0 && (row.accepted_ms !== null || end === 'paid')) add(counts, toFirst(manner));
  if (entry?.edited) add(counts, toEdited(manner));
  if ((entry?.hiddenSeconds ?? 0) > 0) add(counts, hidden);
  if (entry?.usableMs !== undefined) addTime(counts, 'usable', entry.usableMs);
}
