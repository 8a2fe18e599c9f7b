/** The payments behind a number of the report. */

import type { PaymentRow } from '../payment-row.ts';
import { dayMs, findFollowed, toKey, type Cell, type CellKey } from './cells.ts';
import { nativeSteps, toDepth, toEnd } from './count-payment.ts';
import { addPacked, getCount, type Counts } from './tally.ts';

/** Part of the payments: those that ended at a step of native OTP in one way, or in one way at `any` step. */
export interface Part {
  step: string;
  end: string;
}

/** Payments of a part. */
export interface PartRows {
  /** Number that the report counts. */
  count: number;
  /** The newest of them. Rows of counted days may have been removed since. */
  rows: readonly PaymentRow[];
}

/** Span of the cells, and what reads its rows. */
export interface PartSource {
  cells: readonly Cell[];
  fromMs: number;
  untilMs: number;
  /** Start of what was counted from its rows at once. */
  openFromMs: number;
  isWanted: (key: CellKey) => boolean;
  read: (fromMs: number, untilMs: number) => Promise<readonly PaymentRow[]>;
}

const maxListed = 50;

/**
 * Counts a part, and reads its newest rows: of the days alone in which the counts have some, because a long range may have
 * more rows than a process should read.
 */
export async function readPart(
  { cells, fromMs, untilMs, openFromMs, isWanted, read }: PartSource,
  { step, end }: Part,
): Promise<PartRows> {
  const depths = nativeSteps.flatMap((name, depth) => (step === 'any' || step === name ? [depth] : []));
  const isOfPart = ({ method }: CellKey): boolean => step === 'any' || method !== 'bankPage';
  const counts = new Map<number, number>();
  for (const cell of cells) {
    const startMs = cell.fromMs < openFromMs ? cell.fromMs : Math.max(openFromMs, fromMs);
    const sum: Counts = [];
    if (isWanted(cell) && isOfPart(cell)) addPacked(sum, cell.counts);
    const count = depths.reduce((total, depth) => total + getCount(sum, `at.${depth}.${end}`), 0);
    counts.set(startMs, (counts.get(startMs) ?? 0) + count);
  }
  const rows: PaymentRow[] = [];
  let nextMs = untilMs + 1;
  for (const [startMs, count] of [...counts].toSorted(([one], [other]) => other - one)) {
    const endMs = nextMs;
    nextMs = startMs;
    if (count === 0 || rows.length >= maxListed) continue;
    // With the day after, in which the same orders may have been paid.
    const found = await read(startMs, endMs + dayMs);
    const isIn = ({ started_ms: at }: PaymentRow): boolean => (at ?? 0) < endMs;
    const followed = findFollowed(found.filter((row) => isIn(row) || row.attempt !== 1));
    const listed = found.filter((row) => {
      const key = toKey(row, followed.has(row));
      const rowEnd = toEnd(row, untilMs);
      return isIn(row) && rowEnd === end && isWanted(key) && isOfPart(key) && depths.includes(toDepth(row, rowEnd));
    });
    rows.push(...listed.toSorted((one, other) => (other.started_ms ?? 0) - (one.started_ms ?? 0)));
  }
  const count = [...counts.values()].reduce((total, some) => total + some, 0);
  return { count, rows: rows.slice(0, maxListed) };
}
