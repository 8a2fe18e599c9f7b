import type { DeclineAdvice, EntryNote, Money } from '@plural-otp/flow/contract';
import type { VerdictOutcome, VerdictSource } from './payment/verdict.ts';

/** Way in which a customer proves to be the cardholder. More may be added: `passkey` and `approval` are reserved. */
export type AuthenticationMethod = 'nativeOtp' | 'bankPage' | 'passkey' | 'approval';

/**
 * Reason for the method of a payment. `default`: the card supports native OTP. `caller`: `startPayment` was told.
 * `cardCannot`: the card does not support it. `unknownCard`: nothing says whether it does.
 */
export type MethodReason = 'default' | 'caller' | 'cardCannot' | 'unknownCard';

/**
 * One step of a payment, for counting how customers succeed. Holds no OTP, no card data and nothing about the person or
 * the device. May be emitted again, and in another order than it happened: count payments, not events.
 */
export interface FlowEvent {
  /**
   * `started`: the payment was created. `shown`: the page requested the step for the first time. `otpNotSent`: no OTP is
   * known to have been sent; `code` says why. `accepted`: Plural accepted a submitted OTP, which is not yet a verdict.
   * `refused`: the issuer rejected an OTP. `returned`: the customer came back from the bank's page. `away`: the page was
   * closed while an OTP was awaited; the customer may come back.
   */
  type:
    | 'started'
    | 'shown'
    | 'otpSent'
    | 'otpNotSent'
    | 'submitted'
    | 'accepted'
    | 'refused'
    | 'resent'
    | 'leftForBank'
    | 'returned'
    | 'cancelled'
    | 'away'
    | 'verdict';
  /** Reference the customer sees. */
  reference: string;
  /** Key of the order in the store: a hash, equal for all payments of the order. */
  order: string;
  /** Number of the payment within its order, from 1. */
  attempt: number;
  /** Time of the event in epoch milliseconds. */
  at: number;
  /** Number of milliseconds since the payment was started. */
  ms: number;
  /** Method decided at the start; leaving for the bank's page does not change it. Absent once the record dropped it. */
  method?: AuthenticationMethod;
  /** Reason for the method. */
  because?: MethodReason;
  /** Issuer as Plural names it, for example `HDFC`. */
  issuer?: string;
  /** Card network as Plural names it, for example `VISA`. */
  network?: string;
  /** Amount of the payment. */
  amount: Money;
  /**
   * Set on every event of a payment that `settle` or `startPayment` restored from its order, because the store had lost
   * the record. Its reference, start and method are new: a payment that was counted before is not to be counted again.
   */
  restored?: true;
  /** Number of this action or rejection within the payment, from 1; with `otpSent`, `otpNotSent`, `resent`, `submitted` and `refused`. */
  nth?: number;
  /** Code of the error for which no OTP was sent; only with `otpNotSent`. */
  code?: string;
  /** Note of the page on how the code was entered; only with `submitted` and `away`. */
  entry?: EntryNote;
  /** Outcome of the payment; only with `verdict`. */
  outcome?: VerdictOutcome;
  /** Advice that the customer got after a decline; only with `verdict`. */
  advice?: DeclineAdvice;
  /** Trigger that found the verdict; only with `verdict`. */
  source?: VerdictSource;
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
   * threw or timed out. `INTERNAL`: a bug of this package, or a request whose body the shop had read before.
   */
  code: string;
  /** Reference the customer sees, when the payment is known. */
  reference?: string;
  /** Operation of the call to Plural that failed. */
  operation?: string;
  /** `Request-ID` of that call, for Plural's support. */
  requestId?: string;
  /** HTTP status of its response. */
  status?: number;
  /** Plural's own code in that response; an open set. */
  upstreamCode?: string;
  /** Effect of that call at Plural: none, or unknown. */
  outcome?: 'none' | 'unknown';
  /** Number of deliveries begun so far; only with a verdict that was not delivered. */
  attempts?: number;
  /** Milliseconds since that verdict was decided. */
  ageMs?: number;
  /** Key in the store of a record that cannot be read: a hash, which shows no order id. */
  recordKey?: string;
}
