import type { Order } from '@plural-otp/core';
import type { Money } from '@plural-otp/flow/contract';

/** Outcome of a payment. `failed` and `cancelled` may still become `paid`; `paid` is never taken back. */
export type VerdictOutcome = 'paid' | 'authorized' | 'failed' | 'cancelled';

/** Trigger that found the verdict. */
export type VerdictSource = 'submit' | 'return' | 'webhook' | 'status' | 'settle' | 'sweep';

/**
 * The final result of one payment, read from the order and never from a message. Delivered at least once, and not again
 * once its success was recorded: with a unique index on `key`, repeats are harmless.
 */
export interface PaymentVerdict {
  /** `<paymentId>:<outcome>`, the same each time this verdict is delivered. */
  key: string;
  /** The key of the verdict this one replaces, for example when a failed payment turns out paid. */
  supersedes?: string;
  outcome: VerdictOutcome;
  orderId: string;
  merchantOrderReference: string;
  paymentId: string;
  merchantPaymentReference?: string;
  /** Amount the payment was started with. */
  amount: Money;
  preAuth: boolean;
  /** True when the order accepts another payment. */
  orderOpen: boolean;
  /** With `paid`: part of the order's money, or all of it, had been given back by this delivery. Ship nothing on `fully`. */
  refunded?: 'partly' | 'fully';
  /** Set when another payment of the order already has the money: the customer paid twice, so refund this one. */
  duplicate?: true;
  /** Set when the customer had cancelled on the page before the payment ended. */
  customerLeft?: true;
  /** Plural's public code and message of a failure: for the merchant, not for the page. */
  error?: { code: string; message: string };
  source: VerdictSource;
  /** The order as Plural returned it just before this delivery. */
  order: Order;
}
