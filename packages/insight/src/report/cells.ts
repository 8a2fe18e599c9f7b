/** Counts per time, method and issuer: from the rows, and for past days from the day table. */

import type { PaymentRow } from '../payment-row.ts';
import type { InsightStore } from '../stores/insight-store.ts';
import { addCounts, countPayment, type Counts } from './count-payment.ts';

/** Counts of one span of time, method and issuer. */
export interface Cell {
  /** Start of the span in epoch milliseconds. */
  fromMs: number;
  method: string;
  issuer: string;
  counts: Counts;
}

/** Days, in the merchant's time zone. */
export interface Calendar {
  toDay(ms: number): number;
  toMs(day: number): number;
}

const dayMs = 86_400_000;

/** Creates the calendar of a time zone without summer time, as India's is. */
export const createCalendar = (offsetMinutes: number): Calendar => ({
  toDay: (ms) => Math.floor((ms + offsetMinutes * 60_000) / dayMs),
  toMs: (day) => day * dayMs - offsetMinutes * 60_000,
});

/** Days that are still counted from their rows, because their payments may still end. */
export const openDays = 2;

/** Counts rows by span, method and issuer. */
export function countRows(rows: readonly PaymentRow[], nowMs: number, toSpan: (ms: number) => number): Cell[] {
  const cells = new Map<string, Cell>();
  for (const row of rows) {
    const fromMs = toSpan(row.started_ms ?? 0);
    const [method, issuer] = [row.method ?? 'nativeOtp', row.issuer ?? 'UNKNOWN'];
    const name = `${fromMs}|${method}|${issuer}`;
    let cell = cells.get(name);
    if (!cell) cells.set(name, (cell = { fromMs, method, issuer, counts: {} }));
    addCounts(cell.counts, countPayment(row, nowMs));
  }
  return [...cells.values()];
}

/** Reads the counts of whole days. A past day is counted once, and from then on read from the day table. */
export async function readDayCells(
  store: InsightStore,
  calendar: Calendar,
  fromDay: number,
  nowMs: number,
): Promise<Cell[]> {
  const openDay = calendar.toDay(nowMs) - openDays + 1;
  const stored = await store.readDays(fromDay, openDay);
  const known = new Set(stored.map(({ day }) => day));
  const cells: Cell[] = [];
  for (const { day, cell, counts } of stored) {
    const [method = '', issuer = ''] = cell.split('|');
    if (method !== '') cells.push({ fromMs: calendar.toMs(day), method, issuer, counts });
  }
  for (let day = fromDay; day < openDay; day += 1) {
    if (!known.has(day)) cells.push(...(await rollUpDay(store, calendar, day, nowMs)));
  }
  const first = Math.max(fromDay, openDay);
  const rows = await store.read(calendar.toMs(first), nowMs + dayMs);
  cells.push(...countRows(rows, nowMs, (ms) => calendar.toMs(calendar.toDay(ms))));
  return cells;
}

/** Counts a past day into the day table. A day without a payment is noted too, so that it is not counted again. */
async function rollUpDay(store: InsightStore, calendar: Calendar, day: number, nowMs: number): Promise<Cell[]> {
  const rows = await store.read(calendar.toMs(day), calendar.toMs(day + 1));
  const cells = countRows(rows, nowMs, () => calendar.toMs(day));
  const counted = cells.map(({ method, issuer, counts }) => ({ day, cell: `${method}|${issuer}`, counts }));
  await store.writeDay(day, counted.length > 0 ? counted : [{ day, cell: '', counts: {} }]);
  return cells;
}
