/**
 * Applies an order read from Plural to the record: verdicts, rejected OTPs, and payments that are on hold. No I/O, no
 * clock.
 */

import type { Order, Payment, PaymentOutcome } from '@plural-otp/core';
import { decide, mayBeAttemptedOtherwise, moneyOutcome, omitUndefined } from '@plural-otp/core/internal';
import type { Problem } from '@plural-otp/flow/contract';
import { rescheduleDecided } from './check-schedule.ts';
import { declineProblem } from './decline-advice.ts';
import { findEntry, toVerdictKey, type OrderRecord, type PaymentEntry } from './order-record.ts';
import { recordRejectedOtp } from './otp-action.ts';
import { findReservedPayment } from './payment-entry.ts';
import type { VerdictOutcome, VerdictSource } from './verdict.ts';

/** Effects of an order on its record. */
export interface OrderEffect {
  changed: boolean;
  /** Payments with a new verdict. */
  decided: PaymentEntry[];
  /** Payments whose OTP was rejected, as the order proves. */
  rejected: PaymentEntry[];
  /** Problems to report, each with its code: payments newly on hold, orders paid twice or elsewhere. */
  problems: { entry: PaymentEntry; code: string }[];
}

// Each row lists the outcomes a verdict may still change to. A later message never takes `paid` back; an authorization
// may lapse or be cancelled.
const allowedTransitions: Record<VerdictOutcome, readonly VerdictOutcome[]> = {
  paid: [],
  authorized: ['paid', 'failed', 'cancelled'],
  failed: ['paid', 'authorized', 'cancelled'],
  cancelled: ['paid', 'authorized'],
};

/** A reading of an order. */
export interface OrderReading {
  source: VerdictSource;
  /** Time at which the reading began (epoch milliseconds). */
  readAtMs: number;
  nowMs: number;
}

/**
 * Applies the order to each payment of the record, and schedules the delivery of new verdicts. Changes only `record`.
 */
export function applyOrder(record: OrderRecord, order: Order, reading: OrderReading): OrderEffect {
  const effect: OrderEffect = { changed: false, decided: [], rejected: [], problems: [] };
  for (const entry of record.payments) applyToEntry(record, entry, order, reading, effect);
  if (effect.decided.length > 0) rescheduleDecided(record, reading.nowMs);
  return effect;
}

function applyToEntry(
  record: OrderRecord,
  entry: PaymentEntry,
  order: Order,
  reading: OrderReading,
  effect: OrderEffect,
): void {
  const { readAtMs } = reading;
  const { paymentId, inFlight, unconfirmedSubmit, stage, verdict: known } = entry;
  const payment = order.payments.find(({ id }) => id === paymentId);
  // An order read before the payment was made says nothing about it; one that holds it was read later, by any clock.
  if (!payment && readAtMs <= entry.startedAtMs) return;

  const isOtpBeingChecked =
    unconfirmedSubmit !== undefined || (inFlight?.action === 'submit' && inFlight.startedAtMs <= readAtMs);
  // After a rejected OTP the order is ATTEMPTED anyway, so there is nothing to note.
  if (
    !known &&
    !entry.mayBeAttemptedOtherwise &&
    entry.misses === 0 &&
    mayBeAttemptedOtherwise(order, paymentId, isOtpBeingChecked)
  ) {
    entry.mayBeAttemptedOtherwise = true;
    effect.changed = true;
  }
  const decision = decide(order, {
    paymentId,
    amount: entry.amount,
    isOtpStepOpen: (stage === 'ready' || stage === 'awaitingOtp') && !unconfirmedSubmit,
    // While another action is in flight, the order may be about that one, and its own response decides.
    hasUnconfirmedSubmit:
      unconfirmedSubmit?.accepted === false && unconfirmedSubmit.startedAtMs <= readAtMs && !inFlight,
    mayBeAttemptedOtherwise: entry.mayBeAttemptedOtherwise === true || entry.misses > 0,
  });

  if (!isVerdict(decision)) {
    if (!known) recordUndecided(record, entry, order, decision, effect);
  } else if (!known || allowedTransitions[known.outcome].includes(decision.outcome)) {
    recordVerdict(record, entry, order, decision, reading, effect);
  }
}

/** Records a verdict, which replaces the one before. */
function recordVerdict(
  record: OrderRecord,
  entry: PaymentEntry,
  order: Order,
  decision: Verdict,
  { source, nowMs }: OrderReading,
  effect: OrderEffect,
): void {
  const { outcome } = decision;
  const { verdict: known } = entry;
  const reason = order.payments.find(({ id }) => id === entry.paymentId)?.error_detail?.code;
  const isMoney = moneyOutcomes.has(outcome);
  const duplicate = (isMoney && hasEarlierMoney(record, entry)) || undefined;
  entry.verdict = omitUndefined({
    outcome,
    orderOpen: decision.outcome === 'failed' && decision.orderOpen,
    duplicate,
    source,
    decidedAtMs: nowMs,
    attempt: 0,
    // A hook that still runs for the older verdict keeps its lease, so that two of one payment never overlap.
    deliverAtMs: Math.max(nowMs, known?.leaseUntilMs ?? 0),
    leaseUntilMs: known?.leaseUntilMs,
    supersedes: known && toVerdictKey(entry),
    problem: toProblem(outcome, reason),
  });
  // Plural takes no OTP for any payment that has ended, so the reason it names comes before used-up attempts.
  if (entry.stage === 'exhausted' && reason && reason !== 'USER_AUTHENTICATION_FAILED') entry.stage = 'awaitingOtp';
  const hadMoney = known && moneyOutcomes.has(known.outcome);
  if (isMoney && !hadMoney && (duplicate || findMoneyElsewhere(record, order))) {
    effect.problems.push({ entry, code: 'PAID_TWICE' });
  }
  // Cleared, because only an open payment needs them and a record has 8 KiB.
  entry.idempotencyKeys = [];
  for (const name of openMembers) entry[name] = undefined;
  effect.decided.push(entry);
  effect.changed = true;
}

/** Records what the order shows of a payment without a verdict. */
function recordUndecided(
  record: OrderRecord,
  entry: PaymentEntry,
  order: Order,
  decision: PaymentOutcome,
  effect: OrderEffect,
): void {
  const report = (code: string): void => void effect.problems.push({ entry, code });
  const holdReason = decision.outcome === 'undecided' ? decision.reason : undefined;
  const isUnknownStatus = holdReason === 'STATUS_UNKNOWN' || (decision.outcome === 'open' && decision.statusUnknown);
  if (isUnknownStatus && !entry.unknownStatusReported) {
    entry.unknownStatusReported = true;
    report('STATUS_UNKNOWN');
    effect.changed = true;
  }
  if (holdReason !== entry.holdReason) {
    entry.holdReason = holdReason;
    if (holdReason && !isUnknownStatus) report(holdReason);
    effect.changed = true;
  }
  const superseded = decision.outcome === 'superseded' || undefined;
  if (superseded !== entry.superseded) {
    entry.superseded = superseded;
    if (superseded && findMoneyElsewhere(record, order)) report('PAID_ELSEWHERE');
    effect.changed = true;
  }
  if (decision.outcome === 'open' && decision.otpRejected) {
    recordRejectedOtp(entry);
    effect.rejected.push(entry);
    effect.changed = true;
  }
}

const openMembers = [
  'challengeUrl',
  'inFlight',
  'unconfirmedSubmit',
  'holdReason',
  'superseded',
  'problem',
  'unknownStatusReported',
  'mayBeAttemptedOtherwise',
] as const;

type Verdict = Extract<PaymentOutcome, { outcome: VerdictOutcome }>;
const isVerdict = (decision: PaymentOutcome): decision is Verdict => decision.outcome in allowedTransitions;

const moneyOutcomes: ReadonlySet<VerdictOutcome> = new Set(['paid', 'authorized']);

/** Returns true when another payment of the record has the money already. */
const hasEarlierMoney = ({ payments }: OrderRecord, entry: PaymentEntry): boolean =>
  payments.some(
    ({ paymentId, verdict }) =>
      paymentId !== entry.paymentId && verdict && moneyOutcomes.has(verdict.outcome) && !verdict.duplicate,
  );

/** Finds a payment with money that was not started here, nor is being started. */
const findMoneyElsewhere = (record: OrderRecord, order: Order): Payment | undefined =>
  order.payments.find(
    (payment) =>
      moneyOutcome(order, payment) &&
      !findEntry(record, payment.id) &&
      !record.starting.some((reserved) => findReservedPayment(order, reserved) === payment),
  );

/** Returns the problem a customer sees after a payment without money. */
function toProblem(outcome: VerdictOutcome, code: string | undefined): Problem | undefined {
  if (outcome === 'cancelled') return { code: 'PAYMENT_FAILED', advice: 'orderCancelled' };
  return outcome === 'failed' ? declineProblem(code) : undefined;
}
