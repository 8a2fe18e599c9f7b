/**
 * The JSON between the customer's browser and the merchant's backend: routes, the payment view, and the closed list of
 * problem codes. Data only; a change needs both halves, the OpenAPI document and the conformance cases.
 */

/** Paths below the handler's base path. All take a POST with a JSON body, except `return` (a form by POST or GET) and `webhook`. */
export const routes = {
  generate: 'otp/generate',
  submit: 'otp/submit',
  resend: 'otp/resend',
  payment: 'payment',
  leave: 'payment/leave',
  return: 'return',
  webhook: 'webhook',
} as const;

/** States of a payment, as recorded by the backend. */
export const phases = [
  'ready',
  'generating',
  'awaitingOtp',
  'resending',
  'confirming',
  'authorized',
  'failed',
  'exhausted',
  'superseded',
  'cancelled',
  'unresolved',
] as const;
export type Phase = (typeof phases)[number];

/** Steps that a customer may take. */
export const nextSteps = ['submit', 'resend', 'redirect', 'check', 'payAgain'] as const;
export type NextStep = (typeof nextSteps)[number];

/** Codes of the problems that can be shown to a customer. A published code is permanent. */
export const problemCodes = [
  'OTP_NOT_ACCEPTED',
  'OTP_MAYBE_NOT_SENT',
  'RESEND_TOO_EARLY',
  'RESEND_LIMIT',
  'ATTEMPTS_USED',
  'NATIVE_OTP_UNAVAILABLE',
  'SESSION_EXPIRED',
  'SESSION_READ_ONLY',
  'BUSY',
  'OUTCOME_UNKNOWN',
  'PAYMENT_FAILED',
  'BACKEND_UNREACHABLE',
  'INTERNAL',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/**
 * Advice after a decline, derived from Plural's public decline codes: use another card, call the bank, check the funds,
 * check the card details, pay again, or try later. `orderCancelled` is not a decline: the order itself was cancelled.
 */
export const declineAdvices = [
  'useAnotherCard',
  'contactIssuer',
  'checkFunds',
  'checkDetails',
  'payAgain',
  'tryLater',
  'orderCancelled',
] as const;
export type DeclineAdvice = (typeof declineAdvices)[number];

export interface Problem {
  code: ProblemCode;
  /** Present only with `PAYMENT_FAILED`, and only when the decline code is public or the order was cancelled. */
  advice?: DeclineAdvice;
}

/** An amount in the currency's minor unit (paise for INR), as an integer. */
export interface Money {
  value: number;
  /** ISO 4217 code, three capital letters. */
  currency: string;
}

/** Details of the payment that the step shows. None is secret, and none identifies the card beyond its last four digits. */
export interface PaymentDisplay {
  merchantName?: string;
  /** Name of the merchant as the issuer prints it in the message with the OTP, where the merchant knows it. */
  statementName?: string;
  /** Total that the issuer will charge: the order's amount plus the applicable fee. */
  amount?: Money;
  /** Part of `amount` that is a convenience fee. */
  fee?: Money;
  /** Card network by Plural's name, for example `VISA`. */
  network?: string;
  /** Issuer as its customers know it, for example `HDFC Bank`. */
  issuer?: string;
  /** Last four digits of the card, as ASCII digits. */
  lastDigits?: string;
  /** Phone number that the issuer probably sends the OTP to, masked by the merchant to at most four digits: `••••••4321`. */
  destination?: string;
  /** True while the issuer only reserves the amount, to be captured later. */
  preAuth?: boolean;
}

/** View of one payment for its customer: the response of every route that the browser calls. */
export interface PaymentView {
  phase: Phase;
  next: NextStep[];
  /** Number that grows with each change of the record. A view with a lower revision is out of date. */
  revision: number;
  /** Support reference: opaque, readable, at least 8 characters, safe in URLs, logs and conversations. */
  reference: string;
  /** Seconds until a resend is allowed; 0 when it is allowed now. */
  resendInSeconds?: number;
  /** Suggested delay before the next poll, in seconds. Absent when nothing changes without an action. */
  pollAfterSeconds?: number;
  /** Renewed session, which replaces the current one. */
  session?: string;
  attempts?: {
    /** Remaining attempts at the issuer. Present only when Plural reported it; never computed. */
    leftAtBank?: number;
    /** Number of OTPs that the issuer rejected so far. */
    misses: number;
  };
  problem?: Problem;
  /** URL of the issuer's page for this payment. */
  challengeUrl?: string;
  /** Present once the customer left for the issuer's page, which sends a newer OTP of its own. */
  leftForBank?: true;
  display?: PaymentDisplay;
}

/** Body of every response that is not a view (status 4xx or 5xx). */
export interface ProblemBody {
  problem: Problem;
}

export interface SessionBody {
  session: string;
}
export interface ActionBody extends SessionBody {
  /**
   * Idempotency key: a UUID that the page creates once per action of the customer and repeats in retries. The backend
   * reserves it before it calls Plural, and answers a repeated key from the record without another call.
   */
  idempotencyKey: string;
}
/** Ways in which a code enters the field. `message`: read by the browser from a text message (WebOTP). */
export const entryManners = ['typed', 'pasted', 'filled', 'message'] as const;
export type EntryManner = (typeof entryManners)[number];

/**
 * Note on how the code was entered: time and manner, never content. For statistics alone: no backend decides by it, and
 * any may ignore it.
 */
export interface EntryNote {
  by?: EntryManner;
  /** Present when keys changed a code that had come at once. */
  edited?: true;
  /** Whole seconds from the field being shown to its first input, at most 600. */
  firstKeySeconds?: number;
  /** Whole seconds of those in which the page was in the background, at most 600. */
  hiddenSeconds?: number;
  /** Milliseconds from the start of the step until its field took digits, at most 600,000. */
  usableMs?: number;
}
export interface SubmitBody extends ActionBody {
  /** String of 4 to 8 ASCII digits. A number would lose leading zeros. */
  otp: string;
  entry?: EntryNote;
}
export interface LeaveBody extends ActionBody {
  /** `away`: the page is closed or left while an OTP is awaited. Changes nothing: the customer may come back. */
  to: 'bank' | 'cancel' | 'away';
  entry?: EntryNote;
}
