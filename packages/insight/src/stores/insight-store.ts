import type { PaymentRow } from '../payment-row.ts';

/** Counts of one day, method and issuer. Kept for good: it leads to no payment. */
export interface DayCell {
  /** Day since 1970 in the merchant's time zone. */
  day: number;
  /** Method and issuer, `nativeOtp|HDFC`. */
  cell: string;
  counts: Readonly<Record<string, number>>;
}

/** Keeps rows and day counts. A promise that rejects costs the rows of that call, and never a payment. */
export interface InsightStore {
  /** Merges rows into those of the same id, each id at most once in a call. */
  merge(rows: readonly PaymentRow[]): Promise<void>;
  /** Returns the rows of payments that were started from `fromMs` up to and without `untilMs`. */
  read(fromMs: number, untilMs: number): Promise<readonly PaymentRow[]>;
  find(id: string): Promise<PaymentRow | undefined>;
  remove(id: string): Promise<void>;
  /** Removes the rows of payments that were started before. */
  removeBefore(startedMs: number): Promise<void>;
  /** Returns the counts of the days from `fromDay` up to and without `untilDay`. */
  readDays(fromDay: number, untilDay: number): Promise<readonly DayCell[]>;
  /** Replaces the counts of one day. An empty list removes them. */
  writeDay(day: number, cells: readonly DayCell[]): Promise<void>;
}
