/** Counts of rows per span of time, method, issuer and network. */

import { parseVerdict, type PaymentRow } from '../payment-row.ts';
import { countPayment, isPaid } from './count-payment.ts';
import { pack, type Counts, type PackedCounts } from './tally.ts';

/** Properties by which payments are counted apart. */
export interface CellKey {
  readonly method: string;
  readonly issuer: string;
  readonly network: string;
  /**
   * True for payments that another one of the same order outranks: an order counts as the payment that paid it, or else
   * as its last.
   */
  readonly isFollowed: boolean;
}

/** Counts of one span of time. */
export interface Cell extends CellKey {
  /** Start of the span in epoch milliseconds. */
  readonly fromMs: number;
  readonly counts: PackedCounts;
}

/** Days, in the merchant's time zone. */
export interface Calendar {
  toDay(ms: number): number;
  toMs(day: number): number;
}

export const dayMs = 86_400_000;

/** Creates the calendar of a time zone without summer time, as India's is. */
export const createCalendar = (offsetMinutes: number): Calendar => ({
  toDay: (ms) => Math.floor((ms + offsetMinutes * 60_000) / dayMs),
  toMs: (day) => day * dayMs - offsetMinutes * 60_000,
});

/** Returns the rows that another row of the same order outranks. */
export function findFollowed(rows: readonly PaymentRow[]): Set<PaymentRow> {
  const best = new Map<string, PaymentRow>();
  const followed = new Set<PaymentRow>();
  for (const row of rows) {
    const order = row.order_id ?? row.id;
    const other = best.get(order);
    const isBest = !other || outranks(row, other);
    if (other) followed.add(isBest ? other : row);
    if (isBest) best.set(order, row);
  }
  return followed;
}

function outranks(one: PaymentRow, other: PaymentRow): boolean {
  const [paid, otherPaid] = [one, other].map(({ verdict }) => isPaid(parseVerdict(verdict)));
  if (paid !== otherPaid) return paid === true;
  if (one.attempt !== other.attempt) return (one.attempt ?? 0) > (other.attempt ?? 0);
  if (one.started_ms !== other.started_ms) return (one.started_ms ?? 0) > (other.started_ms ?? 0);
  return one.id > other.id;
}

/** Returns the properties by which a payment is counted apart. */
export const toKey = ({ method, issuer, network }: PaymentRow, isFollowed: boolean): CellKey => ({
  method: method ?? 'nativeOtp',
  issuer: issuer ?? 'UNKNOWN',
  network: network ?? 'UNKNOWN',
  isFollowed,
});

/**
 * Counts rows by span, method, issuer and network. `later` are the rows just after them, in which an order may go on;
 * they are not counted.
 */
export function countRows(
  rows: readonly PaymentRow[],
  nowMs: number,
  toSpan: (ms: number) => number,
  later: readonly PaymentRow[] = [],
): Cell[] {
  const followed = findFollowed([...rows, ...later.filter(({ attempt }) => attempt !== 1)]);
  const cells = new Map<string, CellKey & { fromMs: number; sum: Counts }>();
  for (const row of rows) {
    const fromMs = toSpan(row.started_ms ?? 0);
    const { method, issuer, network } = row;
    const isFollowed = followed.has(row);
    const name = `${fromMs}|${method}|${issuer}|${network}|${isFollowed}`;
    let cell = cells.get(name);
    if (!cell) cells.set(name, (cell = { ...toKey(row, isFollowed), fromMs, sum: [] }));
    countPayment(cell.sum, row, nowMs);
  }
  return [...cells.values()].map(({ sum, ...key }) => ({ ...key, counts: pack(sum) }));
}
