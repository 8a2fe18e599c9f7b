import type { PaymentRow } from '../payment-row.ts';

/** Name of one row of the day table. */
export interface DayName {
  /** Day since 1970 in the merchant's time zone. */
  readonly day: number;
  readonly cell: string;
}

/** One row of the day table: counts of a day, or the mark that they changed. Kept for good: it leads to no payment. */
export interface DayCell extends DayName {
  readonly counts: string;
}

/**
 * Keeps rows and day counts. A merge that rejects is tried again for some seconds, and then costs its rows; never a
 * payment.
 */
export interface InsightStore {
  /** Merges rows into those of the same id, each id at most once in a call. */
  merge(rows: readonly PaymentRow[]): Promise<void>;
  /** Returns the rows of payments that were started from `fromMs` up to and without `untilMs`. */
  read(fromMs: number, untilMs: number): Promise<readonly PaymentRow[]>;
  find(id: string): Promise<PaymentRow | undefined>;
  remove(id: string): Promise<void>;
  /** Removes the rows of payments that were started before. */
  removeBefore(startedMs: number): Promise<void>;
  /** Returns the names of the day table's rows, from `fromDay` up to and without `untilDay`. */
  listDays(fromDay: number, untilDay: number): Promise<readonly DayName[]>;
  /** Returns these rows themselves. */
  readDays(fromDay: number, untilDay: number): Promise<readonly DayCell[]>;
  /** Adds a row to the day table, and then removes those of the same day that `removed` names. */
  writeDay(added: DayCell, removed: readonly string[]): Promise<void>;
}
