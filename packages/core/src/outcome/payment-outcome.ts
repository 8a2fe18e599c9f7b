/** The verdict table: the one place where an order becomes the outcome of a payment. Pure: no I/O, clock or state. */

import { sameMoney, type Money } from '../wire/money.ts';
import type { Order } from '../wire/order.ts';
import type { Payment } from '../wire/payment.ts';

/** Reason for which an order gives a payment no outcome yet. */
export type UndecidedReason = 'STATUS_NOT_FINAL' | 'AMOUNT_MISMATCH' | 'STATUS_UNKNOWN';

/** Outcome of one payment, as its order shows it. */
export type PaymentOutcome =
  /** The money was taken. `refunded` follows the order: part of its money, or all of it, was given back. */
  | { readonly outcome: 'paid'; readonly refunded?: 'partly' | 'fully' }
  /** The money is reserved, to be captured later; only with `pre_auth`. */
  | { readonly outcome: 'authorized' }
  /** No money was taken. `orderOpen`: the order accepts another payment. */
  | { readonly outcome: 'failed'; readonly orderOpen: boolean }
  /** The order was cancelled. */
  | { readonly outcome: 'cancelled' }
  /** Another payment of the order, `paidBy`, has the money. */
  | { readonly outcome: 'superseded'; readonly paidBy: string }
  /**
   * The payment may still succeed. `otpRejected`: the OTP whose outcome was unknown was wrong. `statusUnknown`: a status
   * that this version does not know.
   */
  | { readonly outcome: 'open'; readonly otpRejected?: true; readonly statusUnknown?: true }
  /** The payment may have ended, and the order does not prove how: deliver nothing, take no OTP, read it again later. */
  | { readonly outcome: 'undecided'; readonly reason: UndecidedReason };

/** Facts about a payment that its order does not contain. */
export interface DecidedPayment {
  paymentId: string;
  /** Amount the payment was started with; without one, no payment is paid or authorized. */
  amount: Money | undefined;
  /** True while the customer may still request or enter an OTP, and none is being checked. */
  isOtpStepOpen: boolean;
  /** True when an OTP was submitted and its outcome is unknown. */
  hasUnconfirmedSubmit: boolean;
  /**
   * True when something other than that submit may have made the order `ATTEMPTED`: an OTP that was rejected before, the
   * bank's page, or another payment.
   */
  mayBeAttemptedOtherwise: boolean;
}

const moneyStatuses: ReadonlySet<string> = new Set(['PROCESSED', 'AUTHORIZED']);
const endedStatuses: ReadonlySet<string> = new Set(['FAILED', 'CANCELLED']);
const openOrderStatuses: ReadonlySet<string> = new Set(['CREATED', 'PENDING', 'ATTEMPTED']);
const paidOrderStatuses: ReadonlySet<string> = new Set(['PROCESSED', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED']);
const authorizedOrderStatuses: ReadonlySet<string> = new Set(['AUTHORIZED', 'PARTIALLY_CAPTURED']);

const upperCase = (status: string | undefined): string => (status ?? '').toUpperCase();
const isMoneyOrder = (status: string): boolean => paidOrderStatuses.has(status) || authorizedOrderStatuses.has(status);
const undecided = (reason: UndecidedReason): PaymentOutcome => ({ outcome: 'undecided', reason });

/** Returns true for a payment whose own status says that it has money, whatever its order says. */
export const holdsMoney = ({ status }: Payment): boolean => moneyStatuses.has(upperCase(status));

/** Returns true when another payment of the order may still succeed. */
const hasOpenRival = ({ payments }: Order, paymentId: string): boolean =>
  payments.some(({ id, status }) => id !== paymentId && !endedStatuses.has(upperCase(status)));

/**
 * Returns true when this order shows that a later `ATTEMPTED` will not prove a rejected OTP: another payment may still
 * succeed, or it is `ATTEMPTED` although no OTP of the payment is being checked.
 */
export const mayBeAttemptedOtherwise = (order: Order, paymentId: string, isOtpBeingChecked: boolean): boolean =>
  hasOpenRival(order, paymentId) || (!isOtpBeingChecked && upperCase(order.status) === 'ATTEMPTED');

/** Returns how much of an order's money was given back, or `undefined` for nothing. */
export function getRefunded({ status }: Order): 'partly' | 'fully' | undefined {
  const orderStatus = upperCase(status);
  if (orderStatus === 'FULLY_REFUNDED') return 'fully';
  return orderStatus === 'PARTIALLY_REFUNDED' ? 'partly' : undefined;
}

/** Returns the outcome of a payment that has money, or `undefined` where payment and order do not both say so. */
export function moneyOutcome(order: Order, payment: Payment): PaymentOutcome | undefined {
  const [orderStatus, status] = [upperCase(order.status), upperCase(payment.status)];
  if (status === 'PROCESSED' && paidOrderStatuses.has(orderStatus)) {
    const refunded = getRefunded(order);
    return refunded ? { outcome: 'paid', refunded } : { outcome: 'paid' };
  }
  const isReserved =
    (status === 'AUTHORIZED' && authorizedOrderStatuses.has(orderStatus)) ||
    (status === 'PROCESSED' && orderStatus === 'PARTIALLY_CAPTURED');
  return isReserved && order.pre_auth === true ? { outcome: 'authorized' } : undefined;
}

/**
 * Returns what stands in the way of another payment of an order: `paid` when a payment or the order itself says that
 * there is money, `undecided` when a payment may still succeed, and `undefined` when nothing does.
 */
export function findRival(order: Order): 'paid' | 'undecided' | undefined {
  const orderStatus = upperCase(order.status);
  if (isMoneyOrder(orderStatus) || order.payments.some(holdsMoney)) return 'paid';
  if (endedStatuses.has(orderStatus)) return undefined;
  return order.payments.every(({ status }) => endedStatuses.has(upperCase(status))) ? undefined : 'undecided';
}

/**
 * Decides what an order means for one of its payments. The first row that fits counts; an unknown status is one this
 * version does not know, or one that cannot be read:
 *
 * | payment | order | and | outcome |
 * |---|---|---|---|
 * | any | CANCELLED | | cancelled |
 * | AUTHORIZED | any | not pre-authorized | undecided, STATUS_NOT_FINAL |
 * | PROCESSED, AUTHORIZED | any | another amount, or one that cannot be read | undecided, AMOUNT_MISMATCH |
 * | PROCESSED | PROCESSED, PARTIALLY_REFUNDED, FULLY_REFUNDED | | paid |
 * | AUTHORIZED | AUTHORIZED, PARTIALLY_CAPTURED | | authorized |
 * | PROCESSED | PARTIALLY_CAPTURED | pre-authorized | authorized |
 * | PROCESSED, AUTHORIZED | any other | | undecided, STATUS_NOT_FINAL |
 * | FAILED, CANCELLED | any other | | failed; the order is open when CREATED, PENDING or ATTEMPTED |
 * | any other, absent | FAILED | | failed |
 * | any other, absent | paid or authorized by another payment | | superseded |
 * | PENDING | ATTEMPTED | a submit is unconfirmed, nothing else explains the status, no other payment is open | open, that OTP was rejected |
 * | PENDING | CREATED, PENDING, ATTEMPTED | | open |
 * | unknown | CREATED, PENDING, ATTEMPTED, unknown | an OTP step is open | open, the status is unknown |
 * | PENDING | unknown | an OTP step is open | open, the status is unknown |
 * | any other, absent | any other | | undecided, STATUS_UNKNOWN |
 *
 * The statuses are Plural's own. [source: life-cycle]
 */
export function decide(order: Order, facts: DecidedPayment): PaymentOutcome {
  const { paymentId, amount, isOtpStepOpen, hasUnconfirmedSubmit, mayBeAttemptedOtherwise } = facts;
  const orderStatus = upperCase(order.status);
  const payment = order.payments.find(({ id }) => id === paymentId);
  const status = upperCase(payment?.status);

  if (orderStatus === 'CANCELLED') return { outcome: 'cancelled' };
  if (payment && moneyStatuses.has(status)) {
    if (status === 'AUTHORIZED' && order.pre_auth !== true) return undecided('STATUS_NOT_FINAL');
    if (!sameMoney(payment.payment_amount ?? order.order_amount, amount)) return undecided('AMOUNT_MISMATCH');
    return moneyOutcome(order, payment) ?? undecided('STATUS_NOT_FINAL');
  }
  if (endedStatuses.has(status)) return { outcome: 'failed', orderOpen: openOrderStatuses.has(orderStatus) };
  if (orderStatus === 'FAILED') return { outcome: 'failed', orderOpen: false };
  const rival = order.payments.find((other) => other.id !== paymentId && moneyOutcome(order, other));
  if (rival) return { outcome: 'superseded', paidBy: rival.id };
  if (status === 'PENDING' && openOrderStatuses.has(orderStatus)) {
    const isRejected =
      orderStatus === 'ATTEMPTED' &&
      hasUnconfirmedSubmit &&
      !mayBeAttemptedOtherwise &&
      !hasOpenRival(order, paymentId);
    return isRejected ? { outcome: 'open', otpRejected: true } : { outcome: 'open' };
  }
  // A new status at Plural must not end the OTP step of every merchant; one that says there is money ends it.
  if (payment && isOtpStepOpen && !isMoneyOrder(orderStatus)) return { outcome: 'open', statusUnknown: true };
  return undecided('STATUS_UNKNOWN');
}

/**
 * Returns the outcome of a payment, as its order shows it: the table that decides every verdict of `@plural-otp/edge`.
 *
 * @param amount the amount the payment was started with. @default the order's amount
 *
 * @example
 * ```ts
 * import { getPaymentOutcome, type Plural } from '@plural-otp/core';
 *
 * export async function isPaid(plural: Plural, orderId: string, paymentId: string): Promise<boolean> {
 *   return getPaymentOutcome(await plural.getOrder(orderId), paymentId).outcome === 'paid';
 * }
 * ```
 */
export function getPaymentOutcome(order: Order, paymentId: string, amount?: Money): PaymentOutcome {
  return decide(order, {
    paymentId,
    amount: amount ?? order.order_amount,
    isOtpStepOpen: false,
    hasUnconfirmedSubmit: false,
    mayBeAttemptedOtherwise: false,
  });
}
