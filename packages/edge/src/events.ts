import type { VerdictOutcome } from './payment/verdict.ts';

/**
 * One step of a payment, for counting how customers get on. Holds no OTP, no card data and nothing about the person.
 * `shown`: the page asked for the step the first time. `refused`: the issuer did not accept a code.
 */
export interface FlowEvent {
  type: 'shown' | 'otpSent' | 'submitted' | 'refused' | 'resent' | 'leftForBank' | 'verdict';
  /** The reference the customer sees. */
  reference: string;
  /** As Plural names it, for example `HDFC`. */
  issuer?: string;
  /** As Plural names it, for example `VISA`. */
  network?: string;
  /** Milliseconds since the payment was started. */
  ms: number;
  /** Only with `verdict`. */
  outcome?: VerdictOutcome;
}

/** Something the merchant's developers want to know of; never holds a secret, a card number or an OTP. */
export interface ReportedProblem {
  /**
   * The code of a `PluralError`, or one of these. Permanent once published.
   * `DEVICE_INFO_MISSING`: native OTP needs it. `STATUS_NOT_FINAL`, `STATUS_UNKNOWN`, `AMOUNT_MISMATCH`: the order looks
   * ended but gives no verdict; ask Plural. `ORDER_STILL_OPEN`: 72 hours went by; it is no longer looked at by itself.
   * `VERDICT_NOT_DELIVERED`: `onVerdict` failed and will be called again. `RETURN_UNVERIFIED`, `WEBHOOK_UNVERIFIED`:
   * forged, or the secret or its encoding is wrong. `RETURN_UNKNOWN`: an order without a record. `RETURN_HOOK_FAILED`,
   * `RETURN_PAGE_FAILED`, `WEBHOOK_HOOK_FAILED`: the merchant's own function threw, or did not end in time.
   * `INTERNAL`: a fault of this package.
   */
  code: string;
  /** The reference the customer sees, when the payment is known. */
  reference?: string;
  /** The call to Plural that met it. */
  operation?: string;
  /** The `Request-ID` of that call, for Plural's support. */
  requestId?: string;
  /** Whether the call may have had an effect at Plural. */
  outcome?: 'none' | 'unknown';
}
