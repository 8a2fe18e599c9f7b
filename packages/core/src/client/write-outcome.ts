/**
 * After an unclear end, what an order that was read back says of the write. Pure; one function per write.
 *
 * `createOrder` needs none: create it again with the same reference. `refundOrder` neither: its refund is an order
 * of its own, which `getOrderByReference` finds under the refund's reference.
 */

import type { Order } from '../wire/order.ts';
import type { Capture, Payment } from '../wire/payment.ts';

/**
 * The payment that was made under a reference, or `undefined` when there is none yet.
 *
 * After an unclear `createPayment`: found, go on with it; absent in several reads over about ten seconds, call again
 * with the same reference.
 */
export function findPayment(order: Order, merchantPaymentReference: string): Payment | undefined {
  return order.payments.find((payment) => payment.merchant_payment_reference === merchantPaymentReference);
}

/**
 * The capture that was made under a reference, or `undefined` when there is none.
 *
 * After an unclear `captureOrder`: found, it is done; absent while the order is still `AUTHORIZED`, it is not.
 */
export function findCapture(order: Order, merchantCaptureReference: string): Capture | undefined {
  return order.payments
    .flatMap((payment) => payment.capture_data ?? [])
    .find((capture) => capture.merchant_capture_reference === merchantCaptureReference);
}

/** Where a cancellation of unclear end stands. */
export type CancelOutcome = 'cancelled' | 'tooLate' | 'notCancelled' | 'unknown';

/**
 * What became of an unclear `cancelOrder`: `tooLate` when the money was taken, `notCancelled` when it is still held
 * and cancelling again is right, `unclear` for a status this version does not know.
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

/** Where a submitted OTP of unclear end stands. */
export type SubmitOutcome = 'accepted' | 'notAccepted' | 'ended' | 'open';

/**
 * What became of an unclear `submitOtp`: `accepted` when the payment is authorized or processed, `ended` when it has
 * failed or was cancelled, `notAccepted` when the order counts an attempt while the payment is still open, and
 * `open` when nothing is known yet: ask again later, and do not submit by yourself.
 *
 * `notAccepted` is only right when no earlier OTP of this payment was refused: the order stays `ATTEMPTED` after one.
 */
export function submitOutcome(order: Order, paymentId: string): SubmitOutcome {
  const payment = order.payments.find(({ id }) => id === paymentId);
  switch (payment?.status) {
    case 'AUTHORIZED':
    case 'PROCESSED':
      return 'accepted';
    case 'FAILED':
    case 'CANCELLED':
      return 'ended';
    case 'PENDING':
      if (order.status === 'CANCELLED' || order.status === 'FAILED') return 'ended';
      return order.status === 'ATTEMPTED' ? 'notAccepted' : 'open';
    default:
      return 'open';
  }
}
