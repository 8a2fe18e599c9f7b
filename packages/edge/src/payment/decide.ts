/** The verdict table: the one place where an order becomes a verdict. */

import type { Order } from '@plural-otp/core';
import type { Money, Phase } from '@plural-otp/flow/contract';
import type { VerdictOutcome } from './verdict.ts';

/** Facts about a payment that `decide` needs in addition to the order. */
export interface DecidedPayment {
  paymentId: string;
  /** Amount the payment was started with. */
  amount: Money;
  /** True when an OTP was submitted and its outcome is unknown. */
  hasUnconfirmedSubmit: boolean;
  /** Number of OTPs the issuer rejected so far. */
  misses: number;
}

/** Decision about one payment of an order. */
export interface Decision {
  /** Absent when the order adds nothing to the record. */
  phase?: Phase;
  verdict?: { outcome: VerdictOutcome; orderOpen: boolean };
  problem?: 'OTP_NOT_ACCEPTED';
  /** Reason for no verdict although the payment looks ended. */
  holdReason?: 'STATUS_NOT_FINAL' | 'AMOUNT_MISMATCH' | 'STATUS_UNKNOWN';
}

const upperCase = (status: string | undefined): string => (status ?? '').toUpperCase();
const paidStatuses = new Set(['PROCESSED', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED']);
const openStatuses = new Set(['CREATED', 'PENDING', 'ATTEMPTED']);
const holdFor = (holdReason: NonNullable<Decision['holdReason']>): Decision => ({ phase: 'confirming', holdReason });

type OrderPayment = NonNullable<Order['payments']>[number];

const hasAmount = (order: Order, payment: OrderPayment, amount: Money): boolean => {
  const actual = payment.payment_amount ?? order.order_amount;
  return actual?.value === amount.value && actual.currency === amount.currency;
};

/** Returns `paid` or `authorized` for a payment that holds money, and `undefined` for any other. */
export function moneyState(order: Order, payment: OrderPayment): 'paid' | 'authorized' | undefined {
  const [orderStatus, status] = [upperCase(order.status), upperCase(payment.status)];
  if (status === 'PROCESSED' && paidStatuses.has(orderStatus)) return 'paid';
  if (status === 'AUTHORIZED' && orderStatus === 'AUTHORIZED' && order.pre_auth === true) return 'authorized';
  return undefined;
}

/** Returns true for a payment that ended without money. */
export const isFailed = (payment: OrderPayment): boolean => upperCase(payment.status) === 'FAILED';

/**
 * Decides what an order means for one of its payments. Reads no clock and keeps no state; the first row that fits
 * counts:
 *
 * | order | payment | and | decision |
 * |---|---|---|---|
 * | CANCELLED | any | | cancelled |
 * | any | AUTHORIZED | not pre-authorised | on hold, STATUS_NOT_FINAL |
 * | any | PROCESSED, AUTHORIZED | another amount | on hold, AMOUNT_MISMATCH |
 * | PROCESSED, PARTIALLY_REFUNDED, FULLY_REFUNDED | PROCESSED | | paid |
 * | AUTHORIZED | AUTHORIZED | | authorized |
 * | any | FAILED | | failed; open when CREATED, PENDING or ATTEMPTED |
 * | paid or authorized by another | not FAILED | | superseded |
 * | ATTEMPTED | PENDING | a submit is unconfirmed, no OTP was rejected before | that OTP was not accepted |
 * | CREATED, PENDING, ATTEMPTED | PENDING | | as the record says |
 * | any | absent or unknown | | on hold, STATUS_UNKNOWN |
 *
 * Statuses: page "Order status" of Plural's developer documentation.
 */
export function decide(order: Order, { paymentId, amount, hasUnconfirmedSubmit, misses }: DecidedPayment): Decision {
  const orderStatus = upperCase(order.status);
  const payments = order.payments ?? [];
  const payment = payments.find(({ id }) => id === paymentId);
  const status = upperCase(payment?.status);

  if (orderStatus === 'CANCELLED') return { phase: 'failed', verdict: { outcome: 'cancelled', orderOpen: false } };
  if (payment && (status === 'PROCESSED' || status === 'AUTHORIZED')) {
    if (status === 'AUTHORIZED' && order.pre_auth !== true) return holdFor('STATUS_NOT_FINAL');
    if (!hasAmount(order, payment, amount)) return holdFor('AMOUNT_MISMATCH');
    const outcome = moneyState(order, payment);
    if (outcome) return { phase: 'authorized', verdict: { outcome, orderOpen: false } };
  }
  if (status === 'FAILED') {
    return { phase: 'failed', verdict: { outcome: 'failed', orderOpen: openStatuses.has(orderStatus) } };
  }
  if (payments.some((other) => other.id !== paymentId && moneyState(order, other))) return { phase: 'superseded' };
  if (status === 'PENDING' && openStatuses.has(orderStatus)) {
    return orderStatus === 'ATTEMPTED' && hasUnconfirmedSubmit && misses === 0
      ? { phase: 'awaitingOtp', problem: 'OTP_NOT_ACCEPTED' }
      : {};
  }
  return holdFor('STATUS_UNKNOWN');
}
