/**
 * Reserves a payment in the record before it is created at Plural, so that a double click or a crash cannot create two,
 * and no payment exists that the record does not know of.
 */

import { PluralError, type Order, type PaymentRequest } from '@plural-otp/core';
import { omitUndefined, sameMoney } from '@plural-otp/core/internal';
import { rescheduleDecided, scheduleCheck } from '../payment/check-schedule.ts';
import type { HandlerContext } from '../context.ts';
import { createRecord, type OrderRecord, type PaymentEntry, type StartReservation } from '../payment/order-record.ts';
import { ensureCapacity } from '../payment/record-capacity.ts';
import { createReference } from '../payment/support-reference.ts';
import type { CardIdentity, CardLookup } from './card-lookup.ts';
import type { StartPaymentInput } from './started-payment.ts';

/** Longest time `createPayment` may take. */
export const createTimeoutMs = 45_000;
/** Longest time a process works on one start: the call, and the reads after it. */
const startTimeoutMs = createTimeoutMs + 10_000;
/** Time for which a start of unknown outcome blocks one with another reference. */
const unknownStartTimeoutMs = 120_000;
const sameStartWait = { attempts: 10, pauseMs: 1000 };

/** Creates the error for an invalid input. */
export const invalidRequest = (path: string, expected: string): PluralError =>
  new PluralError('REQUEST_INVALID', { issues: [{ path, expected }] });

/** A payment in its record. */
export interface RecordedPayment {
  record: OrderRecord;
  entry: PaymentEntry;
}

/**
 * Finds a payment in its record by the merchant's reference.
 *
 * @throws {PluralError} `PAYMENT_MISMATCH`.
 */
export function findRequested(
  record: OrderRecord | undefined,
  request: PaymentRequest,
  card: CardIdentity,
): RecordedPayment | undefined {
  const entry = record?.payments.find(
    ({ merchantPaymentReference }) => merchantPaymentReference === request.merchant_payment_reference,
  );
  if (!record || !entry) return undefined;
  assertSamePayment(entry.amount, toCardIdentity(entry), request, card);
  return { record, entry };
}

/**
 * Finds the reservation of a payment by the merchant's reference.
 *
 * @throws {PluralError} `PAYMENT_MISMATCH`.
 */
export function findReservation(
  record: OrderRecord | undefined,
  request: PaymentRequest,
  card: CardIdentity,
): StartReservation | undefined {
  const reserved = record?.starting.find(
    ({ merchantPaymentReference }) => merchantPaymentReference === request.merchant_payment_reference,
  );
  if (reserved) assertSamePayment(reserved.amount, toCardIdentity(reserved), request, card);
  return reserved;
}

/** Returns the identity of the card of a payment in its record. */
const toCardIdentity = ({ display, savedCard }: StartReservation | PaymentEntry): CardIdentity => ({
  lastDigits: display.lastDigits,
  savedCard,
});

/**
 * Throws where a request is not for the payment that its reference stands for: answered with that one, the customer
 * would pay another amount, or the OTP would go to the owner of another card.
 *
 * @throws {PluralError} `PAYMENT_MISMATCH`.
 */
export function assertSamePayment(
  amount: PaymentRequest['payment_amount'] | undefined,
  known: CardIdentity,
  request: PaymentRequest,
  card: CardIdentity,
): void {
  const isOtherAmount = amount && !sameMoney(amount, request.payment_amount);
  const isKnown = known.lastDigits !== undefined || known.savedCard !== undefined;
  // A card that was typed has no id, so that it is not known to be the saved one.
  const isOtherId = isKnown && known.savedCard !== card.savedCard;
  const haveOtherDigits = known.lastDigits && card.lastDigits && known.lastDigits !== card.lastDigits;
  if (isOtherAmount || isOtherId || haveOtherDigits) throw new PluralError('PAYMENT_MISMATCH');
}

/** Creates the reservation of a payment. */
export async function createReservation(
  { now, newId }: HandlerContext,
  { payment }: StartPaymentInput,
  lookup: CardLookup,
  { savedCard }: CardIdentity,
): Promise<StartReservation> {
  const nowMs = now();
  return omitUndefined({
    merchantPaymentReference: payment.merchant_payment_reference,
    reference: await createReference(newId),
    amount: { value: payment.payment_amount.value, currency: payment.payment_amount.currency },
    startedAtMs: nowMs,
    activeUntilMs: nowMs,
    nativeOtp: lookup.nativeOtp,
    nativeOtpFrom: lookup.from,
    display: lookup.display,
    savedCard,
  });
}

/** A reservation in its record. */
export interface ReservedStart {
  record: OrderRecord;
  reserved: StartReservation;
  /** True when an earlier start left the reservation, whose call may have taken effect or may still do so. */
  isRepeated: boolean;
}

/**
 * Reserves a start before the call to Plural, so that a crash leaves a trace, and a concurrent call waits for this one
 * instead of creating a second payment.
 *
 * @throws {PluralError} `STORE_FAILED`; `ORDER_ALREADY_PAID`, `PAYMENT_UNDECIDED` and `PAYMENT_MISMATCH` by the record;
 * `REQUEST_INVALID` for an order whose record is full; `PAYMENT_UNKNOWN` while another call still creates the payment.
 */
export async function reserveStart(
  context: HandlerContext,
  key: string,
  order: Order,
  { payment, evenIfUndecided = false }: StartPaymentInput,
  reservation: StartReservation,
  known: OrderRecord | undefined,
): Promise<ReservedStart | RecordedPayment> {
  const { repository, now, timers } = context;
  const card = toCardIdentity(reservation);
  const claim = (draft: OrderRecord): Omit<ReservedStart, 'record'> | 'blocked' | undefined => {
    const nowMs = now();
    const same = findReservation(draft, payment, card);
    if (findRequested(draft, payment, card) || (same && same.activeUntilMs > nowMs)) return undefined;
    assertNoRival(draft, order, known, same, nowMs, evenIfUndecided);
    if (!evenIfUndecided && restartUnended(draft, same, nowMs)) return 'blocked';
    const reserved = same ?? structuredClone(reservation);
    reserved.startedAtMs = nowMs;
    reserved.activeUntilMs = nowMs + startTimeoutMs;
    if (!same) draft.starting.push(reserved);
    if (!ensureCapacity(draft, nowMs)) {
      throw invalidRequest('orderId', 'an order with fewer payments; create a new order');
    }
    scheduleCheck(draft, nowMs);
    return { reserved, isRepeated: same !== undefined };
  };
  let inHand: OrderRecord | null | undefined = known ?? null;
  for (let attempt = 0; attempt < sameStartWait.attempts; attempt += 1) {
    const { record, result } = await repository.update(key, claim, {
      create: () => createRecord(order, now()),
      known: inHand,
    });
    if (result === 'blocked') throw new PluralError('PAYMENT_UNDECIDED');
    if (record && result) return { record, ...result };
    const created = findRequested(record, payment, card);
    if (created) return created;
    inHand = undefined;
    await timers.sleep(sameStartWait.pauseMs);
  }
  throw new PluralError('PAYMENT_UNKNOWN');
}

/** Throws where the record knows of another payment that has the money or may still get it. */
function assertNoRival(
  { payments, starting }: OrderRecord,
  order: Order,
  known: OrderRecord | undefined,
  same: StartReservation | undefined,
  nowMs: number,
  evenIfUndecided: boolean,
): void {
  const isPaid = ({ verdict }: PaymentEntry): boolean =>
    verdict?.outcome === 'paid' || verdict?.outcome === 'authorized';
  if (payments.some(isPaid)) throw new PluralError('ORDER_ALREADY_PAID');
  // One that was not there when this start began is new, whatever the clock of the process that reserved it said.
  const isNewReservation = ({ reference }: StartReservation): boolean =>
    !known?.starting.some((before) => before.reference === reference);
  const isBeingCreated = starting.some(
    (other) => other !== same && (isNewReservation(other) || nowMs - other.startedAtMs < unknownStartTimeoutMs),
  );
  // A payment that is not in the order was created after the order was read.
  const isNewer = ({ paymentId }: PaymentEntry): boolean => !order.payments.some(({ id }) => id === paymentId);
  if (!evenIfUndecided && (isBeingCreated || payments.some(isNewer))) throw new PluralError('PAYMENT_UNDECIDED');
}

/**
 * Restarts the time for which unended starts block others, where it looks over to this process: the clock of the process
 * that reserved one may be behind, and its call in flight. Each is restarted once. Returns true where there was one.
 */
function restartUnended({ starting }: OrderRecord, same: StartReservation | undefined, nowMs: number): boolean {
  const unended = starting.filter((other) => other !== same && other.activeUntilMs > other.startedAtMs);
  for (const other of unended) other.startedAtMs = nowMs;
  return unended.length > 0;
}

/**
 * Releases a reservation. `rejected`: there is no payment. `unknown`: the sweep looks for it, and the caller may retry.
 */
export async function releaseStart(
  { repository, now, reportError }: HandlerContext,
  key: string,
  { merchantPaymentReference: reference }: StartReservation,
  outcome: 'rejected' | 'unknown',
  known: OrderRecord,
): Promise<void> {
  try {
    await repository.update(
      key,
      (draft) => {
        const reserved = draft.starting.find(({ merchantPaymentReference }) => merchantPaymentReference === reference);
        if (!reserved) return undefined;
        if (outcome === 'rejected') draft.starting = draft.starting.filter((other) => other !== reserved);
        else reserved.activeUntilMs = reserved.startedAtMs;
        rescheduleDecided(draft, now());
        return true;
      },
      { known },
    );
  } catch (error) {
    reportError(error);
  }
}
