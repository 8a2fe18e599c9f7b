/** When a verdict is delivered, and by whom: its lease, its retries and its success, in the record. No I/O, no clock. */

import type { RecordedVerdict } from './order-record.ts';

/** Time one process has to deliver a verdict before another may. Longer than the wait for `onVerdict`. */
const leaseMs = 60_000;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Age from which a verdict counts as undeliverable (milliseconds). */
export const undeliverableAfterMs: number = dayMs;

/** Takes the lease of a verdict. Returns false, and changes nothing, when it is delivered or another process has it. */
export function takeLease(verdict: RecordedVerdict, nowMs: number): boolean {
  if (verdict.deliveredAtMs !== undefined) return false;
  const { leaseUntilMs = 0 } = verdict;
  if (leaseUntilMs > nowMs && leaseUntilMs <= nowMs + leaseMs) return false;
  verdict.deliverAtMs = verdict.leaseUntilMs = nowMs + leaseMs;
  // A lease that ends later was taken by a clock that is ahead: it gets as long as it would have by this clock.
  if (leaseUntilMs > nowMs) return false;
  verdict.attempt += 1;
  return true;
}

/** Records that `onVerdict` accepted a verdict. */
export function recordDelivered(verdict: RecordedVerdict, nowMs: number): void {
  verdict.deliveredAtMs = nowMs;
  verdict.deliverAtMs = undefined;
  verdict.leaseUntilMs = undefined;
}

/**
 * Schedules the next delivery of a verdict: after half its age, at least a minute and at most a day. The lease of a hook
 * that hangs is left to end, because it may still run.
 */
export function scheduleRetry(verdict: RecordedVerdict, nowMs: number, hangs = false): void {
  if (!hangs) verdict.leaseUntilMs = undefined;
  const pauseMs = Math.min(Math.max((nowMs - verdict.decidedAtMs) / 2, minuteMs), dayMs);
  verdict.deliverAtMs = Math.max(nowMs + Math.round(pauseMs), verdict.leaseUntilMs ?? 0);
}
