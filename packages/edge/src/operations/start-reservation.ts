/**
 * Reserves a payment in the record before it is created at Plural, so that a double click or a crash cannot create two.
 */

import { PluralError, type Order } from '@plural-otp/core';
import type { CardLookup } from './card-lookup.ts';
import { isStoreFailure } from '../stores/order-repository.ts';
import type { HandlerContext } from '../context.ts';
import { omitUndefined } from '@plural-otp/core/internal';
import { rescheduleDecided, scheduleCheck } from '../payment/check-schedule.ts';
import { ensureCapacity, createRecord, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
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

/** Creates the error for an order whose record is full. */
export const tooManyPayments = (): PluralError =>
  invalidRequest('orderId', 'an order with fewer than 10 payments; create a new order');

/** A payment in its record. */
export interface RecordedPayment {
  record: OrderRecord;
  entry: PaymentEntry;
}

/** Finds a payment in its record by the merchant's reference. */
export const findByReference = (record: OrderRecord | undefined, reference: string): RecordedPayment | undefined => {
  const entry = record?.payments.find((payment) => payment.merchantPaymentReference === reference);
  return record && entry && { record, entry };
};

/**
 * Reserves a start before the call to Plural, so that a crash leaves a trace, and a concurrent call waits for this one
 * instead of creating a second payment. Resolves to the payment when another call created it meanwhile, else to
 * `undefined`. Goes on without a store: Plural accepts a reference once.
 */
export async function reserveStart(
  context: HandlerContext,
  key: string,
  order: Order,
  { payment, evenIfUndecided = false }: StartPaymentInput,
  card: CardLookup,
): Promise<RecordedPayment | undefined> {
  const { repository, now, timers, reportError } = context;
  const reference = payment.merchant_payment_reference;
  const claim = (draft: OrderRecord): true | undefined => {
    const nowMs = now();
    const { starting } = draft;
    const isSame = starting?.merchantPaymentReference === reference;
    if (findByReference(draft, reference) || (isSame && starting.activeUntilMs > nowMs)) return undefined;
    const isBeingMade = starting && !isSame && nowMs - starting.startedAtMs < unknownStartTimeoutMs;
    // A payment that is not in the order was created after the order was read.
    const isNewer = ({ paymentId }: PaymentEntry): boolean => !order.payments.some(({ id }) => id === paymentId);
    if (!evenIfUndecided && (isBeingMade || draft.payments.some(isNewer))) throw new PluralError('PAYMENT_UNDECIDED');
    if (!ensureCapacity(draft)) throw tooManyPayments();
    draft.starting = omitUndefined({
      merchantPaymentReference: reference,
      amount: payment.payment_amount,
      startedAtMs: nowMs,
      activeUntilMs: nowMs + startTimeoutMs,
      display: card.display,
      nativeOtp: card.nativeOtp,
    });
    scheduleCheck(draft, nowMs);
    return true;
  };
  try {
    for (let attempt = 0; attempt < sameStartWait.attempts; attempt += 1) {
      const { record, result: claimed } = await repository.update(key, claim, () => createRecord(order, now()));
      if (claimed) return undefined;
      const known = findByReference(record, reference);
      if (known) return known;
      await timers.sleep(sameStartWait.pauseMs);
    }
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    reportError(error);
    return undefined;
  }
  throw new PluralError('PAYMENT_UNKNOWN');
}

/**
 * Releases a reservation. `rejected`: there is no payment. `unknown`: the sweep looks for it, and the caller may retry.
 */
export async function releaseStart(
  { repository, now, reportError }: HandlerContext,
  key: string,
  reference: string,
  outcome: 'rejected' | 'unknown',
): Promise<void> {
  try {
    await repository.update(key, (draft) => {
      if (draft.starting?.merchantPaymentReference !== reference) return undefined;
      if (outcome === 'rejected') delete draft.starting;
      else draft.starting.activeUntilMs = now();
      rescheduleDecided(draft, now());
      return true;
    });
  } catch (error) {
    reportError(error);
  }
}
