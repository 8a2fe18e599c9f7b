/**
 * Delivery of one verdict whose lease is taken: the merchant's hook, and a record of its end. At least once; exactly once
 * where the hook runs in the transaction that also marks the verdict delivered.
 */

import type { Order } from '@plural-otp/core';
import type { HandlerContext } from '../context.ts';
import { TIMED_OUT, withAbortTimeout, withTimeout } from '../lib/timeout.ts';
import { rescheduleDecided } from '../payment/check-schedule.ts';
import {
  isUndeliverable,
  recordDelivered,
  releaseLease,
  scheduleRetry,
  takeLease,
} from '../payment/delivery-schedule.ts';
import { findEntry, toVerdictKey, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { toVerdict } from '../payment/to-verdict.ts';
import type { PaymentVerdict } from '../payment/verdict.ts';
import type { OrderRepository } from '../stores/order-repository.ts';
import type { SqlQuery } from '../stores/payment-store.ts';

/**
 * Result of a delivery. `failed`: `onVerdict` threw; `hung`: it took too long; `elsewhere`: another process has the
 * lease or delivered it; `superseded`: a newer verdict of this payment waited for this hook, and may be delivered now.
 */
export type Delivery = 'delivered' | 'failed' | 'hung' | 'elsewhere' | 'superseded';

/** End of a call of `onVerdict`. `lost`: it succeeded, and was rolled back, because its lease had gone to another. */
type HookEnd = 'done' | 'threw' | 'hung' | 'lost';

const hookTimeoutMs = 30_000;

/** A verdict of a record, and the lease this process holds on it. */
interface Lease {
  paymentId: string;
  verdictKey: string;
  attempt: number;
  leaseUntilMs: number | undefined;
}

/**
 * Delivers one verdict: takes its lease in the record unless `isLeased`, so that two processes do not call `onVerdict` at
 * once; calls it; and records its end.
 *
 * @throws {PluralError} `STORE_FAILED`.
 */
export async function deliverVerdict(
  context: HandlerContext,
  key: string,
  found: OrderRecord,
  entry: PaymentEntry,
  order: Order,
  isLeased: boolean,
): Promise<Delivery> {
  const record = isLeased ? found : await lease(context, key, found, entry);
  const leased = findEntry(record, entry.paymentId);
  const verdict = record && leased && toVerdict(record, leased, order);
  if (!leased?.verdict || !verdict) return 'elsewhere';
  const { attempt, leaseUntilMs } = leased.verdict;
  const held: Lease = { paymentId: entry.paymentId, verdictKey: verdict.key, attempt, leaseUntilMs };
  const end = await (context.repository.transaction
    ? callInTransaction(context, key, held, verdict)
    : callHook(context, verdict, attempt));
  if (end === 'threw' || end === 'hung') reportUndelivered(context, leased);
  return recordEnd(context, key, held, end, record);
}

/** Takes the lease of a verdict, while it is still the one that was found. */
async function lease(
  { repository, now }: HandlerContext,
  key: string,
  known: OrderRecord,
  found: PaymentEntry,
): Promise<OrderRecord | undefined> {
  const { record, result: isTaken } = await repository.update(
    key,
    (draft) => {
      const entry = findEntry(draft, found.paymentId);
      return entry && toVerdictKey(entry) === toVerdictKey(found) ? takeLease(entry, now()) : undefined;
    },
    { known },
  );
  return isTaken ? record : undefined;
}

/** Calls `onVerdict`. The wait ends after 30 seconds, also when the hook ignores its signal. */
async function callHook(
  { settings, timers }: HandlerContext,
  verdict: PaymentVerdict,
  attempt: number,
  query?: SqlQuery,
): Promise<HookEnd> {
  const { onVerdict } = settings;
  const call = withAbortTimeout(
    timers,
    hookTimeoutMs,
    async (signal) => onVerdict && onVerdict(verdict, query ? { signal, attempt, query } : { signal, attempt }),
  );
  try {
    return (await withTimeout(timers, hookTimeoutMs, call)) === TIMED_OUT ? 'hung' : 'done';
  } catch {
    return 'threw';
  }
}

/**
 * Calls `onVerdict` in a transaction that also marks the verdict delivered: both take effect, or neither. Rolls back
 * when the hook fails, and when the lease has gone to another process or the mark cannot be saved.
 */
async function callInTransaction(
  context: HandlerContext,
  key: string,
  held: Lease,
  verdict: PaymentVerdict,
): Promise<HookEnd> {
  const state: { end: HookEnd; isOver: boolean } = { end: 'threw', isOver: false };
  const work = context.repository.transaction?.(async (inside, query) => {
    if (state.isOver) throw new Error('the transaction began too late');
    state.end = await callHook(context, verdict, held.attempt, query);
    if (state.end === 'done' && !(await markDelivered(context, inside, key, held))) state.end = 'lost';
    if (state.end !== 'done') throw new Error('the verdict was not delivered');
  });
  try {
    // Bounded as a whole, because a pool may have no connection for it.
    if ((await withTimeout(context.timers, hookTimeoutMs, Promise.resolve(work))) !== TIMED_OUT) return 'done';
    state.isOver = true;
    return 'hung';
  } catch {
    return state.end === 'done' ? 'threw' : state.end;
  }
}

/** Marks a verdict delivered while this process still holds its lease. Resolves to false when it does not. */
async function markDelivered(
  { now }: HandlerContext,
  repository: Pick<OrderRepository, 'update'>,
  key: string,
  held: Lease,
): Promise<boolean> {
  const { result = false } = await repository.update(key, (draft) => {
    const entry = findEntry(draft, held.paymentId);
    const { verdict } = entry ?? {};
    if (!entry || !verdict || toVerdictKey(entry) !== held.verdictKey) return undefined;
    if (verdict.attempt !== held.attempt) return undefined;
    recordDelivered(verdict, now());
    rescheduleDecided(draft, now());
    return true;
  });
  return result;
}

/** Records the end of a delivery, where the transaction of the hook did not. */
async function recordEnd(
  { repository, now }: HandlerContext,
  key: string,
  held: Lease,
  end: HookEnd,
  known: OrderRecord,
): Promise<Delivery> {
  if (end === 'done' && repository.transaction) return 'delivered';
  const { result = end === 'hung' ? 'hung' : 'elsewhere' } = await repository.update<Delivery>(
    key,
    (draft) => {
      const entry = findEntry(draft, held.paymentId);
      const { verdict } = entry ?? {};
      if (!entry || !verdict || verdict.deliveredAtMs !== undefined) return undefined;
      if (toVerdictKey(entry) !== held.verdictKey) {
        if (end === 'hung' || verdict.leaseUntilMs !== held.leaseUntilMs) return undefined;
        releaseLease(verdict, now());
        return 'superseded';
      }
      if (end === 'done') {
        recordDelivered(verdict, now());
        rescheduleDecided(draft, now());
        return 'delivered';
      }
      if (verdict.attempt !== held.attempt) return undefined;
      scheduleRetry(verdict, now(), end === 'hung');
      return end === 'hung' ? 'hung' : 'failed';
    },
    { known },
  );
  return result;
}

/** Reports a verdict that was not delivered; under another code once it is a day old. */
export function reportUndelivered({ report, now }: HandlerContext, entry: PaymentEntry): void {
  const { verdict } = entry;
  if (!verdict) return;
  const code = isUndeliverable(verdict, now()) ? 'VERDICT_UNDELIVERABLE' : 'VERDICT_NOT_DELIVERED';
  report(code, { entry, attempts: verdict.attempt, ageMs: Math.max(0, now() - verdict.decidedAtMs) });
}
