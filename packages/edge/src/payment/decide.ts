import type { Order } from '@plural-otp/core';
import type { Money, Phase } from '@plural-otp/flow/contract';
import type { VerdictOutcome } from './verdict.ts';

/** What `decide` needs to know of a payment beside the order. */
export interface DecidedPayment {
  paymentId: string;
  /** As the payment was started. */
  amount: Money;
  /** A code was sent whose answer is not known. */
  hasUnconfirmedSubmit: boolean;
  /** Codes the issuer did not accept so far. */
  misses: number;
}

/** What an order says about one of its payments. */
export interface Decision {
  /** Absent: the order says nothing beyond what the record knows. */
  phase?: Phase;
  verdict?: { outcome: VerdictOutcome; orderOpen: boolean };
  problem?: 'OTP_NOT_ACCEPTED';
  /** Why there is no verdict although the payment looks ended. */
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

/** What of an order holds its money: `paid`, `authorized`, or nothing yet. */
export function moneyState(order: Order, payment: OrderPayment): 'paid' | 'authorized' | undefined {
  const [orderStatus, status] = [upperCase(order.status), upperCase(payment.status)];
  if (status === 'PROCESSED' && paidStatuses.has(orderStatus)) return 'paid';
  if (status === 'AUTHORIZED' && orderStatus === 'AUTHORIZED' && order.pre_auth === true) return 'authorized';
  return undefined;
}

/** Whether a payment of an order ended without money. */
export const isFailed = (payment: OrderPayment): boolean => upperCase(payment.status) === 'FAILED';

/**
 * The only place where an order becomes a verdict. Reads no clock, keeps no state, decides by this table, first row
 * that fits:
 *
 * | order | payment | and | says |
 * |---|---|---|---|
 * | CANCELLED | any | | cancelled |
 * | any | AUTHORIZED | not pre-authorised | held, STATUS_NOT_FINAL |
 * | any | PROCESSED, AUTHORIZED | another amount | held, AMOUNT_MISMATCH |
 * | PROCESSED, PARTIALLY_REFUNDED, FULLY_REFUNDED | PROCESSED | | paid |
 * | AUTHORIZED | AUTHORIZED | | authorized |
 * | any | FAILED | | failed; open when CREATED, PENDING or ATTEMPTED |
 * | paid or authorized by another | not FAILED | | superseded |
 * | ATTEMPTED | PENDING | a code is outstanding, none was refused before it | that code was not accepted |
 * | CREATED, PENDING, ATTEMPTED | PENDING | | as the record says |
 * | any | absent or unknown | | held, STATUS_UNKNOWN |
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
