import type { Order } from '@plural-otp/core';
import type { Money } from '@plural-otp/flow/contract';

/** How a payment ended. `failed` and `cancelled` may still become `paid`; `paid` is never taken back. */
export type VerdictOutcome = 'paid' | 'authorized' | 'failed' | 'cancelled';

/** Which way in found the verdict. */
export type VerdictSource = 'submit' | 'return' | 'webhook' | 'status' | 'settle' | 'sweep';

/**
 * The final word on one payment, read from the order and never from a message. Delivered at least once, and not
 * again once its success was recorded: give `key` a unique index and repeats do no harm.
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
  /** What the payment was started with. */
  amount: Money;
  preAuth: boolean;
  /** Whether the order takes another payment. */
  orderOpen: boolean;
  /** The customer had given the payment up on the page before it ended. */
  customerLeft?: true;
  /** Plural's public code and text for a failure: for the merchant's eyes, not for the page. */
  error?: { code: string; message: string };
  source: VerdictSource;
  /** The order as Plural gave it just before this delivery. */
  order: Order;
}
