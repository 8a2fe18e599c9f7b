import type { VerdictOutcome } from './payment/verdict.ts';

/**
 * One step of a payment, for counting how customers succeed. Holds no OTP, no card data and nothing about the person.
 * `shown`: the page requested the step for the first time. `refused`: the issuer rejected an OTP.
 */
export interface FlowEvent {
  type: 'shown' | 'otpSent' | 'submitted' | 'refused' | 'resent' | 'leftForBank' | 'verdict';
  /** Reference the customer sees. */
  reference: string;
  /** Issuer as Plural names it, for example `HDFC`. */
  issuer?: string;
  /** Card network as Plural names it, for example `VISA`. */
  network?: string;
  /** Number of milliseconds since the payment was started. */
  ms: number;
  /** Outcome of the payment; only with `verdict`. */
  outcome?: VerdictOutcome;
}

/** A problem for the merchant's developers. Never holds a secret, a card number or an OTP. */
export interface ReportedProblem {
  /**
   * Code of a `PluralError`, or one of the following. Permanent once published.
   * `DEVICE_INFO_MISSING`: native OTP needs it. `STATUS_NOT_FINAL`, `AMOUNT_MISMATCH`: the payment says it has money, and
   * the order does not prove it; no verdict until it does. `STATUS_UNKNOWN`: a status that this version does not know;
   * an open OTP step stays open, anything else waits. Ask Plural about all three. `PAID_TWICE`: two payments of one order
   * have money; refund one. `PAID_ELSEWHERE`: a payment that was not started here has paid the order, and has no verdict.
   * `ORDER_STILL_OPEN`: open for 72 hours; the sweep no longer checks it. `VERDICT_NOT_DELIVERED`: `onVerdict` failed or
   * timed out, and is retried. `VERDICT_UNDELIVERABLE`: it has failed for a day, and is retried daily; fix `onVerdict`,
   * then call `settle` to deliver at once. `RECORD_UNREADABLE`: a record is damaged or was saved by a newer version of
   * this package, and is left as it is; deploy that version again, or restore the row `recordKey` from a backup.
   * `RETURN_UNVERIFIED`, `WEBHOOK_UNVERIFIED`: forged, or the secret or its encoding is wrong. `RETURN_UNKNOWN`: an order
   * without a record. `RETURN_HOOK_FAILED`, `RETURN_PAGE_FAILED`, `WEBHOOK_HOOK_FAILED`: the merchant's own function
   * threw or timed out. `INTERNAL`: a bug of this package.
   */
  code: string;
  /** Reference the customer sees, when the payment is known. */
  reference?: string;
  /** Operation of the call to Plural that failed. */
  operation?: string;
  /** `Request-ID` of that call, for Plural's support. */
  requestId?: string;
  /** Effect of that call at Plural: none, or unknown. */
  outcome?: 'none' | 'unknown';
  /** Number of deliveries begun so far; only with a verdict that was not delivered. */
  attempts?: number;
  /** Milliseconds since that verdict was decided. */
  ageMs?: number;
  /** Key in the store of a record that cannot be read: a hash, which shows no order id. */
  recordKey?: string;
}
