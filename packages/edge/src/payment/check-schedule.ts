/** When the order of a record is read again: the schedule of its checks. No I/O, no clock. */

import { getDeliverAtMs } from './delivery-schedule.ts';
import { isOpen, type OrderRecord } from './order-record.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Pauses between the checks of an open order: 1, 2, 5, 15 and 60 minutes, 3, 8, 24, 48 and 72 hours after its start. */
const openPausesMs = [1, 1, 3, 10, 45, 120, 300, 960, 1440, 1440].map((minutes) => minutes * minuteMs);
/** Pauses between the checks of a declined order: 1, 6, 24 and 72 hours after the delivery of that verdict. */
const declinedPausesMs = [1, 5, 18, 48].map((hours) => hours * hourMs);
const lastPauseMs = 24 * hourMs;
/** Time for which an open or declined order is read again. */
export const watchMs: number = 72 * hourMs;

const isWatched = (record: OrderRecord): boolean => record.starting.length > 0 || record.payments.some(isOpen);
const hasDecline = ({ payments }: OrderRecord): boolean =>
  payments.some(({ verdict }) => verdict?.outcome === 'failed' || verdict?.outcome === 'cancelled');
const getPausesMs = (record: OrderRecord): readonly number[] => (isWatched(record) ? openPausesMs : declinedPausesMs);

/** Schedules a check in at most `afterMs`, and restarts the schedule, because something happened. */
export function scheduleCheck(record: OrderRecord, nowMs: number, afterMs: number = minuteMs): void {
  record.checkAtMs = Math.min(record.checkAtMs ?? Infinity, nowMs + afterMs);
  record.checkCount = afterMs > 0 ? 1 : 0;
  record.checksStartedAtMs = nowMs;
}

/** Returns true when the order is to be read now. */
export const isCheckDue = ({ checkAtMs }: OrderRecord, nowMs: number): boolean =>
  checkAtMs !== null && checkAtMs <= nowMs;

/** Makes a check due now, because Plural reported something. Restarts a schedule only where it had ended. */
export function requestCheck(record: OrderRecord, nowMs: number): void {
  if (record.checkAtMs === null) scheduleCheck(record, nowMs, 0);
  record.checkAtMs = Math.min(record.checkAtMs ?? nowMs, nowMs);
}

/** Schedules the check after the one that begins now. Saved before the order is read, so that a crash only delays it. */
export function scheduleNextCheck(record: OrderRecord, nowMs: number): void {
  record.checkAtMs = nowMs + (getPausesMs(record)[record.checkCount] ?? lastPauseMs);
  record.checkCount += 1;
}

/** Puts off a check that is due, because the order has just been read for another reason. */
export function postponeCheck(record: OrderRecord, nowMs: number): void {
  const pauseMs = getPausesMs(record)[Math.max(record.checkCount - 1, 0)] ?? lastPauseMs;
  record.checkAtMs = isWatched(record) || hasDecline(record) ? nowMs + pauseMs : null;
}

/**
 * Ends the schedule after a reading that left the order open, once every check was made and 72 hours are over: a clock
 * that jumps ends nothing by itself. Returns `undefined` while checks remain, and otherwise whether a payment is open.
 */
export function endChecks(record: OrderRecord, nowMs: number): { stillOpen: boolean } | undefined {
  const { checkAtMs, checkCount, checksStartedAtMs } = record;
  if (checkAtMs === null || checkCount <= getPausesMs(record).length || nowMs - checksStartedAtMs < watchMs)
    return undefined;
  record.checkAtMs = null;
  record.starting = [];
  return { stillOpen: record.payments.some((entry) => isOpen(entry) && !entry.superseded) };
}

/**
 * Reschedules the checks of a record whose payments have all been decided: none where all were paid, else few and far
 * between, because a decline can turn out captured.
 */
export function rescheduleDecided(record: OrderRecord, nowMs: number): void {
  if (isWatched(record)) return;
  record.checkAtMs = null;
  if (hasDecline(record)) scheduleCheck(record, nowMs, declinedPausesMs[0]);
}

/**
 * Returns true once nothing is left to learn of an order: every payment is paid, and every verdict delivered. A repeated
 * return or webhook then reads nothing.
 */
export const isSettled = (record: OrderRecord): boolean =>
  !isWatched(record) &&
  record.payments.every(({ verdict }) => verdict?.outcome === 'paid' && verdict.deliveredAtMs !== undefined);

/** Returns the time a record is due: of its next check or its next delivery, whichever is first. */
export function getDueAtMs(record: OrderRecord): number | null {
  const dueAtMs = Math.min(record.checkAtMs ?? Infinity, getDeliverAtMs(record) ?? Infinity);
  return dueAtMs === Infinity ? null : dueAtMs;
}
