/** One payment as a row whose every column is a merge, so that order, repeats and processes do not matter. */

/** Largest value wins, or smallest. Either is commutative, associative and idempotent. */
type Merge = 'min' | 'max';

/**
 * Holds what is known of one payment. `id` and `order_id` are keyed hashes; `…_ms` but `started_ms` count from the start.
 * `not_sent`, `entry` and `verdict` are strings whose order is their rank, so that several facts merge as one.
 */
export interface PaymentRow {
  readonly id: string;
  readonly order_id: string | null;
  readonly attempt: number | null;
  readonly started_ms: number | null;
  readonly method: string | null;
  readonly because: string | null;
  readonly issuer: string | null;
  readonly network: string | null;
  readonly amount_band: number | null;
  readonly simulated: number | null;
  readonly shown_ms: number | null;
  readonly sent_ms: number | null;
  readonly submitted_ms: number | null;
  readonly accepted_ms: number | null;
  readonly left_ms: number | null;
  readonly returned_ms: number | null;
  readonly cancelled_ms: number | null;
  readonly away_ms: number | null;
  readonly generates: number | null;
  readonly submits: number | null;
  readonly misses: number | null;
  readonly resends: number | null;
  readonly not_sent: string | null;
  readonly entry: string | null;
  readonly verdict: string | null;
}

type Column = Exclude<keyof PaymentRow, 'id'>;

/** Columns of a row in their order, with SQL type and merge. */
export const columns: Readonly<Record<Column, readonly ['TEXT' | 'INTEGER' | 'BIGINT', Merge]>> = {
  order_id: ['TEXT', 'min'],
  attempt: ['INTEGER', 'min'],
  started_ms: ['BIGINT', 'min'],
  method: ['TEXT', 'min'],
  because: ['TEXT', 'min'],
  issuer: ['TEXT', 'min'],
  network: ['TEXT', 'min'],
  amount_band: ['INTEGER', 'min'],
  simulated: ['INTEGER', 'max'],
  shown_ms: ['BIGINT', 'min'],
  sent_ms: ['BIGINT', 'min'],
  submitted_ms: ['BIGINT', 'min'],
  accepted_ms: ['BIGINT', 'min'],
  left_ms: ['BIGINT', 'min'],
  returned_ms: ['BIGINT', 'min'],
  cancelled_ms: ['BIGINT', 'min'],
  away_ms: ['BIGINT', 'min'],
  generates: ['INTEGER', 'max'],
  submits: ['INTEGER', 'max'],
  misses: ['INTEGER', 'max'],
  resends: ['INTEGER', 'max'],
  not_sent: ['TEXT', 'min'],
  entry: ['TEXT', 'min'],
  verdict: ['TEXT', 'max'],
};
export const columnNames: readonly Column[] = Object.keys(columns) as Column[];

/** A row in which nothing is known. */
const emptyRow = Object.fromEntries(columnNames.map((name) => [name, null])) as unknown as PaymentRow;

/** Creates a row of what is known. */
export const createRow = (id: string, known: { readonly [name in Column]?: PaymentRow[name] }): PaymentRow => ({
  ...emptyRow,
  ...known,
  id,
});

/** Merges two rows of one payment. */
export function mergeRows(one: PaymentRow, other: PaymentRow): PaymentRow {
  const merged: Record<string, string | number | null> = { id: one.id };
  for (const name of columnNames) {
    const [left, right] = [one[name], other[name]];
    if (left === null || right === null) merged[name] = left ?? right;
    else merged[name] = left < right === (columns[name][1] === 'min') ? left : right;
  }
  return merged as unknown as PaymentRow;
}

/** The verdict of a row. */
export interface RowVerdict {
  ms: number;
  outcome: string;
  advice: string;
  source: string;
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** Formats a verdict, so that `paid` outranks every other, and a later one an earlier. */
export const formatVerdict = ({ ms, outcome, advice, source }: RowVerdict): string =>
  [outcome === 'paid' ? 1 : 0, pad(ms, 12), outcome, advice, source].join('|');

/** Parses the verdict of a row. */
export function parseVerdict(text: string | null): RowVerdict | undefined {
  if (text === null) return undefined;
  const [, ms, outcome = '', advice = '', source = ''] = text.split('|');
  return { ms: Number(ms), outcome, advice, source };
}

/** The note on a first entry. Absent members are `undefined`. */
export interface RowEntry {
  by: string;
  edited: boolean;
  firstKeySeconds: number | undefined;
  hiddenSeconds: number | undefined;
  usableMs: number | undefined;
}

/** Formats a note, so that the one of an earlier submit wins. */
export const formatEntry = (nth: number, { by, edited, firstKeySeconds, hiddenSeconds, usableMs }: RowEntry): string =>
  [pad(nth, 2), by, edited ? 1 : 0, firstKeySeconds ?? '', hiddenSeconds ?? '', usableMs ?? ''].join('|');

/** Parses the note of a row. */
export function parseEntry(text: string | null): RowEntry | undefined {
  if (text === null) return undefined;
  const [, by = '', edited, ...numbers] = text.split('|');
  const [firstKeySeconds, hiddenSeconds, usableMs] = numbers.map((part) => (part === '' ? undefined : Number(part)));
  return { by, edited: edited === '1', firstKeySeconds, hiddenSeconds, usableMs };
}

/** Formats the error for which no OTP was sent, so that the first wins. */
export const formatNotSent = (ms: number, code: string): string => `${pad(ms, 12)}|${code}`;

/** Returns the code of the first error for which no OTP was sent. */
export const parseNotSent = (text: string | null): string | undefined => text?.split('|')[1];
