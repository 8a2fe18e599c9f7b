/** The one error table of the server half. Generated from error-codes.json; edit that and build. */

import type { Operation, Outcome } from './operations.ts';

/** Stable code of an error, to switch on. A code is permanent once published. */
export type PluralErrorCode =
  | 'OPTIONS_INVALID'
  | 'REQUEST_INVALID'
  | 'SECRET_KEY_INVALID'
  | 'CREDENTIALS_REJECTED'
  | 'API_REJECTED'
  | 'BUSY'
  | 'API_FAILED'
  | 'TIMEOUT'
  | 'NETWORK_FAILED'
  | 'RESPONSE_INVALID'
  | 'ABORTED'
  | 'NATIVE_OTP_UNAVAILABLE'
  | 'OTP_NOT_ACCEPTED'
  | 'ATTEMPTS_USED'
  | 'RESEND_LIMIT'
  | 'RESEND_TOO_EARLY'
  | 'ORDER_MISMATCH'
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_MALFORMED'
  | 'SIGNATURE_MISMATCH'
  | 'SIGNATURE_EXPIRED'
  | 'ORDER_ALREADY_PAID'
  | 'PAYMENT_UNDECIDED'
  | 'PAYMENT_MISMATCH'
  | 'PAYMENT_UNKNOWN'
  | 'CHALLENGE_URL_REFUSED'
  | 'STORE_FAILED';

/** One row of the error table. */
export interface ErrorMeaning {
  /** Condition under which the code is thrown, as the sentence an error message carries. */
  readonly when: string;
  /** `unknownForWrites` is `none` for calls that only read. An error may state a more exact outcome than its row. */
  readonly outcome: Outcome | 'unknownForWrites';
  /** Action for the caller to take. */
  readonly remedy: string;
}

/** Every code with its meaning. */
export const errorTable: Readonly<Record<PluralErrorCode, ErrorMeaning>> = {
  OPTIONS_INVALID: {
    when: 'an option is missing or invalid',
    outcome: 'none',
    remedy: 'Correct the configuration; `issues` names the option.',
  },
  REQUEST_INVALID: {
    when: 'the request is invalid and was not sent',
    outcome: 'none',
    remedy: 'Correct the input; `issues` names each member and what it must be.',
  },
  SECRET_KEY_INVALID: {
    when: 'the secret does not decode to a key',
    outcome: 'none',
    remedy: 'Copy the secret again without white space and check its encoding.',
  },
  CREDENTIALS_REJECTED: {
    when: 'Plural rejected the credentials',
    outcome: 'none',
    remedy: 'Check clientId, clientSecret and environment: UAT and production have separate credentials.',
  },
  API_REJECTED: {
    when: 'Plural rejected the request',
    outcome: 'none',
    remedy: 'Read `upstream.code`; if the outcome is `unknown`, read the order first.',
  },
  BUSY: {
    when: 'Plural is rate limiting requests',
    outcome: 'none',
    remedy: 'Keep the payment and retry later, after `upstream.retryAfterSeconds` if it is given.',
  },
  API_FAILED: {
    when: 'Plural failed to handle the request',
    outcome: 'unknownForWrites',
    remedy: 'After a write, read the order to find its outcome; a read may be retried.',
  },
  TIMEOUT: {
    when: 'no complete response arrived in time',
    outcome: 'unknownForWrites',
    remedy: 'After a write, read the order to find its outcome; a read may be retried.',
  },
  NETWORK_FAILED: {
    when: 'the connection failed before a complete response arrived',
    outcome: 'unknownForWrites',
    remedy: 'After a write, read the order to find its outcome; check the network and the base URL.',
  },
  RESPONSE_INVALID: {
    when: 'the response does not have a form that Plural documents',
    outcome: 'unknownForWrites',
    remedy: 'After a write, read the order to find its outcome; report the request id to Plural.',
  },
  ABORTED: {
    when: 'the caller aborted the request',
    outcome: 'unknownForWrites',
    remedy: 'After a write that was sent, read the order to find its outcome.',
  },
  NATIVE_OTP_UNAVAILABLE: {
    when: 'native OTP is not available for this payment',
    outcome: 'none',
    remedy:
      'Offer the bank’s page, `challenge_url`; the payment stays open. If it happens for every card, read `status` and `upstream`.',
  },
  OTP_NOT_ACCEPTED: {
    when: 'the OTP was wrong or has expired',
    outcome: 'none',
    remedy: 'Ask the customer to check the OTP; `upstream.next` names the steps that are still allowed.',
  },
  ATTEMPTS_USED: {
    when: 'this payment accepts no further OTP',
    outcome: 'unknown',
    remedy: 'Read the order; if it is still open, create a new payment on the same order.',
  },
  RESEND_LIMIT: {
    when: 'no further OTP will be sent for this payment',
    outcome: 'none',
    remedy: 'Let the customer enter the OTP that arrived, or offer the bank’s page.',
  },
  RESEND_TOO_EARLY: {
    when: 'another OTP was requested too early',
    outcome: 'none',
    remedy: 'Wait `upstream.resendAfterSeconds`, or the wait that came with the last OTP.',
  },
  ORDER_MISMATCH: {
    when: 'merchant_order_reference belongs to a refund, or to an order of another amount, currency or pre_auth',
    outcome: 'none',
    remedy: 'Use a new merchant_order_reference, or continue with the existing order; `issues` names what differs.',
  },
  SIGNATURE_MISSING: {
    when: 'the signature is missing',
    outcome: 'none',
    remedy: 'Do not trust the content; read the order.',
  },
  SIGNATURE_MALFORMED: {
    when: 'the signature or the signed content is malformed',
    outcome: 'none',
    remedy: 'Do not trust the content; read the order.',
  },
  SIGNATURE_MISMATCH: {
    when: 'the signature does not match this secret',
    outcome: 'none',
    remedy:
      'Do not trust the content; read the order. If it never matches, run `explainReturn` or `explainWebhook` of the ./testing entry.',
  },
  SIGNATURE_EXPIRED: {
    when: 'the signature is valid, but its timestamp is too far from now',
    outcome: 'none',
    remedy: 'Do not trust the content; check the server’s clock.',
  },
  ORDER_ALREADY_PAID: {
    when: 'another payment has paid or authorized the order',
    outcome: 'none',
    remedy: 'Show the receipt; do not start another payment.',
  },
  PAYMENT_UNDECIDED: {
    when: 'another payment of the order is not decided yet',
    outcome: 'none',
    remedy: 'Resume that payment, or wait for its verdict.',
  },
  PAYMENT_MISMATCH: {
    when: 'merchant_payment_reference belongs to a payment of another amount, currency or card',
    outcome: 'none',
    remedy: 'Resume that payment, or start another one with a new merchant_payment_reference.',
  },
  PAYMENT_UNKNOWN: {
    when: 'it is unknown whether the payment was created',
    outcome: 'unknown',
    remedy: 'Start again with the same merchant_payment_reference, never with a new one.',
  },
  CHALLENGE_URL_REFUSED: {
    when: 'challenge_url is not on a trusted host',
    outcome: 'unknown',
    remedy: 'Add the host to `challengeHosts` if it belongs to Plural or the bank, then start with the same reference.',
  },
  STORE_FAILED: {
    when: 'the payment store failed or did not respond',
    outcome: 'none',
    remedy: 'Repair the store; nothing was sent to Plural.',
  },
};

/** Remedies that replace a row's own when the outcome of a write is unknown: what to read, and what in it decides. */
export const unknownOutcomeRemedies: Readonly<Partial<Record<Operation, string>>> = {
  createOrder: 'Create it again with the same merchant_order_reference, which never creates a second order.',
  createPayment: 'Read the order: `findPayment` looks up the merchant_payment_reference in payments[].',
  generateOtp: 'An OTP may have been sent: let the customer enter it, and do not generate again automatically.',
  submitOtp: 'Read the order: `submitOutcome` returns the state of the payment. Do not submit again automatically.',
  resendOtp: 'An OTP may have been sent: let the customer enter the newest one, and do not resend automatically.',
  captureOrder: 'Read the order: `findCapture` looks up the merchant_capture_reference in capture_data[].',
  cancelOrder: 'Read the order: `cancelOutcome` returns whether it was cancelled.',
  refundOrder: 'Read the refund with `getOrderByReference` and its own merchant_order_reference.',
  request: 'Read what the call would have changed, and do not send it again automatically.',
};
