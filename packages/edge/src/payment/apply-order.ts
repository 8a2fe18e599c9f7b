/**
 * Applies an order read from Plural to the record: verdicts, rejected OTPs, and payments that are on hold. No I/O, no
 * clock.
 */

import type { Order } from '@plural-otp/core';
import { omitUndefined } from '@plural-otp/core/internal';
import type { Problem } from '@plural-otp/flow/contract';
import { rescheduleDecided } from './check-schedule.ts';
import { decide } from './decide.ts';
import { declineProblem } from './decline-advice.ts';
import { toVerdictKey, type OrderRecord, type PaymentEntry } from './order-record.ts';
import { recordRejectedOtp } from './otp-action.ts';
import type { VerdictOutcome, VerdictSource } from './verdict.ts';

/** Effects of an order on its record. */
export interface OrderEffect {
  changed: boolean;
  /** Payments with a new verdict. */
  decided: PaymentEntry[];
  /** Payments whose OTP was rejected, as the order proves. */
  rejected: PaymentEntry[];
  /** Payments newly without a verdict although they look ended, each with the reason as a problem code. */
  onHold: { entry: PaymentEntry; code: string }[];
}

// Each row lists the outcomes a verdict may still change to. A later message never takes `paid` back; an authorization
// may lapse or be cancelled.
const allowedTransitions: Record<VerdictOutcome, readonly VerdictOutcome[]> = {
  paid: [],
  authorized: ['paid', 'failed', 'cancelled'],
  failed: ['paid', 'authorized', 'cancelled'],
  cancelled: ['paid', 'authorized'],
};

/**
 * Applies the order to each payment of the record, and schedules the delivery of new verdicts. Changes only `record`.
 */
export function applyOrder(record: OrderRecord, order: Order, nowMs: number, source: VerdictSource): OrderEffect {
  const effect: OrderEffect = { changed: false, decided: [], rejected: [], onHold: [] };
  for (const entry of record.payments) applyToEntry(entry, order, nowMs, source, effect);
  if (effect.decided.length > 0) rescheduleDecided(record, nowMs);
  return effect;
}

function applyToEntry(
  entry: PaymentEntry,
  order: Order,
  nowMs: number,
  source: VerdictSource,
  effect: OrderEffect,
): void {
  const decision = decide(order, {
    paymentId: entry.paymentId,
    amount: entry.amount,
    // While another action is in flight, the order may be about that one, and its own response decides.
    hasUnconfirmedSubmit: entry.unconfirmedSubmit?.accepted === false && !entry.inFlight,
    misses: entry.misses,
  });
  const { verdict: known } = entry;
  if (decision.verdict) {
    const { outcome, orderOpen } = decision.verdict;
    if (known && !allowedTransitions[known.outcome].includes(outcome)) return;
    const payment = order.payments?.find(({ id }) => id === entry.paymentId);
    entry.verdict = omitUndefined({
      outcome,
      orderOpen,
      source,
      decidedAtMs: nowMs,
      attempt: 0,
      // A hook that still runs for the older verdict keeps its lease, so that two of one payment never overlap.
      deliverAtMs: Math.max(nowMs, known?.leaseUntilMs ?? 0),
      leaseUntilMs: known?.leaseUntilMs,
      supersedes: known && toVerdictKey(entry),
      problem: toProblem(outcome, payment?.error_detail?.code),
    });
    // Cleared, because only an open payment needs them and a record has 8 KiB.
    entry.idempotencyKeys = [];
    for (const name of [
      'challengeUrl',
      'inFlight',
      'unconfirmedSubmit',
      'holdReason',
      'superseded',
      'problem',
    ] as const) {
      entry[name] = undefined;
    }
    effect.decided.push(entry);
    effect.changed = true;
    return;
  }
  if (known) return;
  if (decision.holdReason !== entry.holdReason) {
    entry.holdReason = decision.holdReason;
    if (decision.holdReason) effect.onHold.push({ entry, code: decision.holdReason });
    effect.changed = true;
  }
  const superseded = decision.phase === 'superseded' || undefined;
  if (superseded !== entry.superseded) {
    entry.superseded = superseded;
    effect.changed = true;
  }
  if (decision.problem) {
    recordRejectedOtp(entry);
    effect.rejected.push(entry);
    effect.changed = true;
  }
}

/** Returns the problem a customer sees after a payment without money. */
function toProblem(outcome: VerdictOutcome, code: string | undefined): Problem | undefined {
  if (outcome === 'cancelled') return { code: 'PAYMENT_FAILED', advice: 'orderCancelled' };
  return outcome === 'failed' ? declineProblem(code) : undefined;
}
