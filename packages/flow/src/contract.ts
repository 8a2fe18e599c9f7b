/**
 * The JSON between the customer's browser and the merchant's backend: routes, the payment as the browser may
 * know it, and the closed list of problems. Pure data; changes only together with both halves.
 */

/** Paths below the handler's base path. All are POST with a JSON body, but `return` (POST or GET, form) and `webhook`. */
export const routes = {
  generate: 'otp/generate',
  submit: 'otp/submit',
  resend: 'otp/resend',
  payment: 'payment',
  leave: 'payment/leave',
  return: 'return',
  webhook: 'webhook',
} as const;

/** Every situation a payment can be in, as the backend knows it. */
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

/** What the customer may do next. */
export const nextSteps = ['submit', 'resend', 'redirect', 'check', 'payAgain'] as const;
export type NextStep = (typeof nextSteps)[number];

/** Every problem the customer can be told of. A code is permanent once published. */
export const problemCodes = [
  'OTP_NOT_ACCEPTED',
  'OTP_MAYBE_NOT_SENT',
  'RESEND_TOO_EARLY',
  'RESEND_LIMIT',
  'ATTEMPTS_USED',
  'NATIVE_OTP_UNAVAILABLE',
  'SESSION_EXPIRED',
  'BUSY',
  'OUTCOME_UNKNOWN',
  'PAYMENT_FAILED',
  'BACKEND_UNREACHABLE',
  'INTERNAL',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/**
 * What to advise after the issuer or Plural declined, from Plural's public decline codes:
 * another card, call the bank, fewer rupees or funds, correct the card's details, begin again, or try later.
 * `orderCancelled`: nobody declined, the order itself was called off.
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
  /** Only with `PAYMENT_FAILED`, and only when the decline code is a public one or the order was cancelled. */
  advice?: DeclineAdvice;
}

/** An amount in the currency's minor unit (paise for INR), as an integer. */
export interface Money {
  value: number;
  /** ISO 4217, three capital letters. */
  currency: string;
}

/** What the step shows about the payment. Nothing here is secret, and nothing identifies the card beyond its last four digits. */
export interface PaymentDisplay {
  merchantName?: string;
  /** What the issuer will charge: the order's amount and the applicable fee. */
  amount?: Money;
  /** The part of `amount` that is a convenience fee. */
  fee?: Money;
  /** As Plural names it, for example `VISA`. */
  network?: string;
  /** As Plural names it, for example `HDFC`. */
  issuer?: string;
  /** The last four digits of the card, four ASCII digits. */
  lastDigits?: string;
  /** Where the bank is likely to send the code, masked by the merchant: at most four digits of it, `••••••4321`. */
  destination?: string;
}

/** One payment, as its customer may see it: the one answer of every route the browser calls. */
export interface PaymentView {
  phase: Phase;
  next: NextStep[];
  /** Grows with the record; a view with a lower one is out of date. */
  revision: number;
  /** Opaque and readable, at least 8 characters: safe in URLs and logs, and on the phone to support. */
  reference: string;
  /** Seconds until another code may be asked for; 0 when it may be asked for now. */
  resendInSeconds?: number;
  /** Seconds after which asking again is worth while. */
  pollAfterSeconds?: number;
  /** A renewed seal, which replaces the one the browser holds. */
  session?: string;
  attempts?: {
    /** Only when upstream says so; never a number of our own. */
    leftAtBank?: number;
    /** Codes the issuer did not accept so far. */
    misses: number;
  };
  problem?: Problem;
  /** The bank's own page for this payment. */
  challengeUrl?: string;
  /** The customer went to the bank's own page, which sends its own, newer code. */
  leftForBank?: true;
  display?: PaymentDisplay;
}

/** The body of every answer that is not a view (HTTP 4xx and 5xx). */
export interface ProblemBody {
  problem: Problem;
}

export interface SessionBody {
  session: string;
}
export interface ActionBody extends SessionBody {
  /** A UUID made once per deed of the customer; a known one is answered from the record and never sent again. */
  idempotencyKey: string;
}
export interface SubmitBody extends ActionBody {
  /** 4 to 8 ASCII digits; a number would lose leading zeros. */
  otp: string;
}
export interface LeaveBody extends ActionBody {
  to: 'bank' | 'cancel';
}
