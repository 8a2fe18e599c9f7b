/** When a verdict is delivered, and by whom: its lease, its retries and its success, in the record. No I/O, no clock. */

import { isUndelivered, type OrderRecord, type PaymentEntry, type RecordedVerdict } from './order-record.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Time one process has to deliver a verdict before another may. Longer than the wait for `onVerdict`. */
const leaseMs = minuteMs;
/** Difference between the clocks of two processes up to which a lease is as long as its own process says. */
const clockSkewMs = 10 * minuteMs;

/** Returns true for a verdict that is still undelivered a day after it was decided. */
export const isUndeliverable = ({ decidedAtMs }: RecordedVerdict, nowMs: number): boolean =>
  nowMs - decidedAtMs >= dayMs;

/** Returns the time of the next delivery of a record; `null` when no verdict is undelivered. */
export function getDeliverAtMs({ payments }: OrderRecord): number | null {
  const times = payments.filter(isUndelivered).map(({ verdict }) => verdict?.deliverAtMs ?? 0);
  return times.length > 0 ? Math.min(...times) : null;
}

/** Returns true when a verdict is to be delivered now. */
export function isDeliveryDue(record: OrderRecord, nowMs: number): boolean {
  const deliverAtMs = getDeliverAtMs(record);
  return deliverAtMs !== null && deliverAtMs <= nowMs;
}

/**
 * Takes the lease of a verdict. Returns `undefined`, and changes nothing, when it is delivered or another process has
 * the lease; false when it shortened a lease that was taken by a clock that is far ahead. A clock that is a little behind
 * shortens none, or two processes would deliver at once.
 */
export function takeLease({ verdict }: PaymentEntry, nowMs: number): boolean | undefined {
  if (!verdict || verdict.deliveredAtMs !== undefined) return undefined;
  const { leaseUntilMs = 0 } = verdict;
  if (leaseUntilMs > nowMs && leaseUntilMs <= nowMs + leaseMs + clockSkewMs) return undefined;
  verdict.deliverAtMs = verdict.leaseUntilMs = nowMs + leaseMs;
  if (leaseUntilMs > nowMs) return false;
  verdict.attempt += 1;
  return true;
}

/** Takes the lease of the first undelivered verdict of a record that has none. See {@link takeLease}. */
export function takeFirstLease(
  record: OrderRecord,
  nowMs: number,
): { entry: PaymentEntry; isTaken: boolean } | undefined {
  for (const entry of record.payments) {
    const isTaken = takeLease(entry, nowMs);
    if (isTaken !== undefined) return { entry, isTaken };
  }
  return undefined;
}

/** Records that `onVerdict` accepted a verdict. */
export function recordDelivered(verdict: RecordedVerdict, nowMs: number): void {
  verdict.deliveredAtMs = nowMs;
  verdict.deliverAtMs = undefined;
  verdict.leaseUntilMs = undefined;
}

/** Releases the lease that a verdict took over from the one before it: the hook of that one has ended. */
export function releaseLease(verdict: RecordedVerdict, nowMs: number): void {
  verdict.leaseUntilMs = undefined;
  verdict.deliverAtMs = nowMs;
}

/**
 * Schedules the next delivery of a verdict: after half its age, at least a minute and at most a day. The lease of a hook
 * that hangs is left to end, because it may still run.
 */
export function scheduleRetry(verdict: RecordedVerdict, nowMs: number, hangs = false): void {
  if (!hangs) verdict.leaseUntilMs = undefined;
  const pauseMs = Math.min(Math.max(Math.round((nowMs - verdict.decidedAtMs) / 2), minuteMs), dayMs);
  verdict.deliverAtMs = Math.max(nowMs + pauseMs, verdict.leaseUntilMs ?? 0);
}
