import type { Order } from '@plural-otp/core';
import { decide } from './decide.ts';
import { declineProblem } from './decline-advice.ts';
import { clearCheckIfDone, toVerdictKey, scheduleCheck, type OrderRecord, type PaymentEntry } from './order-record.ts';
import { recordRejectedOtp } from './otp-action.ts';
import type { VerdictOutcome, VerdictSource } from './verdict.ts';

/** What an order changed in a record. */
export interface OrderEffect {
  changed: boolean;
  /** Payments whose verdict is new. */
  decided: PaymentEntry[];
  /** Payments whose code the order proves refused. */
  rejected: PaymentEntry[];
  /** Why a payment gives no verdict yet, when that is new. */
  onHold: { entry: PaymentEntry; code: string }[];
}

// Each row: what a verdict may still turn into. Money never turns into its absence by a later message.
const allowedTransitions: Record<VerdictOutcome, readonly VerdictOutcome[]> = {
  paid: [],
  authorized: ['paid', 'failed', 'cancelled'],
  failed: ['paid', 'authorized', 'cancelled'],
  cancelled: ['paid', 'authorized'],
};

/** Puts into the record what the order says of each of its payments. Pure but for changing `record`. */
export function applyOrder(record: OrderRecord, order: Order, nowMs: number, source: VerdictSource): OrderEffect {
  const effect: OrderEffect = { changed: false, decided: [], rejected: [], onHold: [] };
  for (const entry of record.payments) applyToEntry(entry, order, source, effect);
  if (effect.decided.length > 0) scheduleCheck(record, nowMs, 0);
  if (effect.changed) clearCheckIfDone(record);
  return effect;
}

function applyToEntry(entry: PaymentEntry, order: Order, source: VerdictSource, effect: OrderEffect): void {
  const decision = decide(order, {
    paymentId: entry.paymentId,
    amount: entry.amount,
    // While another deed is at Plural, what the order says may be of that one; its own answer tells.
    hasUnconfirmedSubmit: entry.unconfirmedSubmit?.accepted === false && !entry.inFlight,
    misses: entry.misses,
  });
  const { verdict: known } = entry;
  if (decision.verdict) {
    const { outcome, orderOpen } = decision.verdict;
    if (known && !allowedTransitions[known.outcome].includes(outcome)) return;
    const payment = order.payments?.find(({ id }) => id === entry.paymentId);
    entry.verdict = {
      outcome,
      orderOpen,
      source,
      attempt: 0,
      ...(known ? { supersedes: toVerdictKey(entry) } : {}),
      ...(outcome === 'failed' ? { problem: declineProblem(payment?.error_detail?.code) } : {}),
      ...(outcome === 'cancelled' ? { problem: { code: 'PAYMENT_FAILED', advice: 'orderCancelled' } } : {}),
    };
    // What only an open payment needs; a record has 8 KiB.
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
