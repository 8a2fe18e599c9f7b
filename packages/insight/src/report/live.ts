/** Live figures: payments under way, and the last hour by the minute. */

import { toIssuersNow, type IssuerNow } from './issuer-state.ts';
import { parseVerdict, type PaymentRow } from '../payment-row.ts';
import type { Cell } from './cells.ts';
import { isPaid, nativeSteps, toDepth, toEnd } from './count-payment.ts';

/** The last hour, and issuers by their last two. */
export interface Live {
  /** Payments under way, by the step they have reached. */
  open: { step: string; count: number }[];
  /** Seconds since the oldest of them was started. */
  oldestSeconds: number | undefined;
  /** Payments paid in each of the last 60 minutes, oldest first. */
  paidPerMinute: readonly number[];
  /** State of each issuer now, most payments first. */
  issuers: readonly IssuerNow[];
}

/** Time for which rows are read to show the last hour. */
export const liveMs: number = 2 * 3_600_000;

/** Builds the live figures from the rows of the last two hours, and from past days what is usual. */
export function toLive(rows: readonly PaymentRow[], past: readonly Cell[], nowMs: number): Live {
  const paidPerMinute = Array.from({ length: 60 }, () => 0);
  const byStep = new Map<string, number>();
  let oldestMs: number | undefined;
  for (const row of rows) {
    const startedMs = row.started_ms ?? 0;
    const verdict = parseVerdict(row.verdict);
    const minute = verdict && isPaid(verdict) ? Math.floor((nowMs - startedMs - verdict.ms) / 60_000) : -1;
    if (minute >= 0 && minute < 60) paidPerMinute[59 - minute] = (paidPerMinute[59 - minute] ?? 0) + 1;
    const end = toEnd(row, nowMs);
    if (end !== 'open') continue;
    oldestMs = Math.min(oldestMs ?? startedMs, startedMs);
    const isAtBank = row.method === 'bankPage' || row.left_ms !== null;
    const step = isAtBank ? 'atBank' : (nativeSteps[toDepth(row, end)] ?? 'started');
    byStep.set(step, (byStep.get(step) ?? 0) + 1);
  }
  return {
    open: [...nativeSteps, 'atBank'].map((step) => ({ step, count: byStep.get(step) ?? 0 })),
    oldestSeconds: oldestMs === undefined ? undefined : Math.round((nowMs - oldestMs) / 1000),
    paidPerMinute,
    issuers: toIssuersNow(rows, past, nowMs),
  };
}
