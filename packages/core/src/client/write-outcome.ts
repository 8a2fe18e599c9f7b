/**
 * Reads the outcome of a write from the order, after the write's own outcome was unknown. Pure; one function per write.
 *
 * `createOrder` needs none: create it again with the same reference. Neither does `refundOrder`: its refund is an order
 * of its own, which `getOrderByReference` finds by the refund's reference.
 */

import type { Order } from '../wire/order.ts';
import { decide } from '../outcome/payment-outcome.ts';
import type { Capture, Payment } from '../wire/payment.ts';

/**
 * Returns the payment that was created under a reference, or `undefined` when there is none yet.
 *
 * After a `createPayment` of unknown outcome: when found, continue with it; when it stays absent in several reads over
 * about ten seconds, call again with the same reference.
 *
 * @example
 * ```ts
 * import { findPayment, isPluralError, type CreatePaymentBody, type Order, type Plural } from '@plural-otp/core';
 *
 * export async function pay(plural: Plural, orderId: string, body: CreatePaymentBody): Promise<Order> {
 *   try {
 *     return await plural.createPayment(orderId, body);
 *   } catch (error) {
 *     if (!isPluralError(error) || error.outcome === 'none') throw error;
 *     const order = await plural.getOrder(orderId);
 *     if (findPayment(order, body.payments[0]?.merchant_payment_reference ?? '') === undefined) throw error;
 *     return order;
 *   }
 * }
 * ```
 */
export function findPayment(order: Order, merchantPaymentReference: string): Payment | undefined {
  return order.payments.find((payment) => payment.merchant_payment_reference === merchantPaymentReference);
}

/**
 * Returns the capture that was made under a reference, or `undefined` when there is none.
 *
 * After a `captureOrder` of unknown outcome: when found, it is done; when it is absent and the order is still
 * `AUTHORIZED`, it is not.
 */
export function findCapture(order: Order, merchantCaptureReference: string): Capture | undefined {
  return order.payments
    .flatMap((payment) => payment.capture_data ?? [])
    .find((capture) => capture.merchant_capture_reference === merchantCaptureReference);
}

/** Outcome of a cancellation, as the order shows it. */
export type CancelOutcome = 'cancelled' | 'tooLate' | 'notCancelled' | 'unknown';

/**
 * Returns the outcome of a `cancelOrder`: `tooLate` when the money was taken, `notCancelled` when it is still held and
 * cancelling again is right, `unknown` for a status that this version does not know.
 */
export function cancelOutcome(order: Order): CancelOutcome {
  switch (order.status) {
    case 'CANCELLED':
      return 'cancelled';
    case 'PROCESSED':
    case 'PARTIALLY_REFUNDED':
    case 'FULLY_REFUNDED':
    case 'PARTIALLY_CAPTURED':
      return 'tooLate';
    case 'AUTHORIZED':
      return 'notCancelled';
    default:
      return 'unknown';
  }
}

/** Outcome of a submitted OTP, as the order shows it. */
export type SubmitOutcome = 'accepted' | 'notAccepted' | 'ended' | 'open';

/**
 * Returns the outcome of a `submitOtp`, by the table of `getPaymentOutcome`: `accepted` when the payment says that it has
 * money, `ended` when it failed or was cancelled, or another payment has the money, `notAccepted` when the order counts
 * an attempt while this payment alone is still open, and `open` when nothing is known yet: read the order again later,
 * and do not submit again automatically.
 *
 * `accepted` is not paid: `getPaymentOutcome` says whether the money was taken. `notAccepted` is only right when no
 * earlier OTP of this order was rejected, here or on the bank's page: the order stays `ATTEMPTED` after one.
 */
export function submitOutcome(order: Order, paymentId: string): SubmitOutcome {
  const result = decide(order, {
    paymentId,
    amount: order.order_amount,
    isOtpStepOpen: false,
    hasUnconfirmedSubmit: true,
    mayBeAttemptedOtherwise: false,
  });
  switch (result.outcome) {
    case 'paid':
    case 'authorized':
      return 'accepted';
    case 'failed':
    case 'cancelled':
    case 'superseded':
      return 'ended';
    case 'undecided':
      return result.reason === 'STATUS_UNKNOWN' ? 'open' : 'accepted';
    default:
      return result.otpRejected ? 'notAccepted' : 'open';
  }
}
