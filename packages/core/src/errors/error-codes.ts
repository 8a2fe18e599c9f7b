/** The one error table of the server half: every code, when it is thrown, what it says about money, and what to do. */

/** Names of Plural's calls, as they appear in errors and in `onCall`. */
export type Operation =
  | 'getToken'
  | 'createOrder'
  | 'getOrder'
  | 'getOrderByReference'
  | 'createPayment'
  | 'getCardDetails'
  | 'generateOtp'
  | 'submitOtp'
  | 'resendOtp'
  | 'captureOrder'
  | 'cancelOrder'
  | 'refundOrder';

/** What to switch on. A code is permanent once published. */
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
  | 'PAYMENT_UNKNOWN'
  | 'CHALLENGE_URL_REFUSED'
  | 'STORE_FAILED';

/**
 * What an error says about its effect at Plural. `none`: surely nothing happened beyond a counted attempt.
 * `unknown`: it may have happened, so read the order before anything else.
 */
export type Outcome = 'none' | 'unknown';

/** One row of the error table. */
export interface ErrorMeaning {
  /** When the code is thrown, as the sentence an error message carries. */
  readonly when: string;
  /** `unknownForWrites` is `none` for calls that only read. An error may state a more exact outcome than its row. */
  readonly outcome: Outcome | 'unknownForWrites';
  /** What the caller does. */
  readonly remedy: string;
}

/** Every code with its meaning. */
export const errorTable: Readonly<Record<PluralErrorCode, ErrorMeaning>> = {
  OPTIONS_INVALID: {
    when: 'an option is missing or wrong',
    outcome: 'none',
    remedy: 'Correct the configuration; `issues` names the option.',
  },
  REQUEST_INVALID: {
    when: 'the request was refused here and not sent',
    outcome: 'none',
    remedy: 'Correct the input; `issues` names the member and what it has to be.',
  },
  SECRET_KEY_INVALID: {
    when: 'the secret does not decode to a key',
    outcome: 'none',
    remedy: 'Copy the secret again, without white space, and check its encoding.',
  },
  CREDENTIALS_REJECTED: {
    when: 'Plural refused the credentials',
    outcome: 'none',
    remedy: 'Check clientId, clientSecret and environment: UAT and production have their own credentials.',
  },
  API_REJECTED: {
    when: 'Plural refused the request',
    outcome: 'none',
    remedy: 'Read `upstream.code`; with outcome `unknown`, read the order first.',
  },
  BUSY: {
    when: 'Plural is limiting requests',
    outcome: 'none',
    remedy: 'Keep everything as it is and try again later.',
  },
  API_FAILED: {
    when: 'Plural failed while handling the request',
    outcome: 'unknownForWrites',
    remedy: 'Read the order to see what became of a write; a read may be repeated.',
  },
  TIMEOUT: {
    when: 'no complete answer came in time',
    outcome: 'unknownForWrites',
    remedy: 'Read the order to see what became of a write; a read may be repeated.',
  },
  NETWORK_FAILED: {
    when: 'the connection failed before a complete answer',
    outcome: 'unknownForWrites',
    remedy: 'Read the order to see what became of a write; check the network and the base URL.',
  },
  RESPONSE_INVALID: {
    when: 'the answer is not one Plural documents',
    outcome: 'unknownForWrites',
    remedy: 'Read the order to see what became of a write; report the request id to Plural.',
  },
  ABORTED: {
    when: 'the caller gave up waiting',
    outcome: 'unknownForWrites',
    remedy: 'Read the order to see what became of a write that had been sent.',
  },
  NATIVE_OTP_UNAVAILABLE: {
    when: 'no OTP can be had for this payment on the merchant’s page',
    outcome: 'none',
    remedy: 'Offer the bank’s page, `challenge_url`; the payment itself goes on.',
  },
  OTP_NOT_ACCEPTED: {
    when: 'the OTP was wrong or has expired',
    outcome: 'none',
    remedy: 'Let the customer check the code; `upstream.next` names what is still allowed.',
  },
  ATTEMPTS_USED: {
    when: 'this payment takes no further OTP',
    outcome: 'unknown',
    remedy: 'Read the order; if it is still open, make a new payment on the same order.',
  },
  RESEND_LIMIT: {
    when: 'no further OTP will be sent for this payment',
    outcome: 'none',
    remedy: 'Let the customer enter the code that came, or offer the bank’s page.',
  },
  RESEND_TOO_EARLY: {
    when: 'another OTP was asked for too early',
    outcome: 'none',
    remedy: 'Wait `upstream.resendAfterSeconds`, or the wait the last code came with.',
  },
  ORDER_MISMATCH: {
    when: 'this merchant_order_reference is taken, by a refund or by an order of another amount, currency or pre_auth',
    outcome: 'none',
    remedy: 'Use a new merchant_order_reference, or go on with the order that exists.',
  },
  SIGNATURE_MISSING: {
    when: 'there is no signature',
    outcome: 'none',
    remedy: 'Trust nothing of it; read the order.',
  },
  SIGNATURE_MALFORMED: {
    when: 'what was signed or its signature is not in the documented form',
    outcome: 'none',
    remedy: 'Trust nothing of it; read the order.',
  },
  SIGNATURE_MISMATCH: {
    when: 'the signature is not the one this secret gives',
    outcome: 'none',
    remedy: 'Trust nothing of it; read the order. If it never matches, ask `explainReturn` of the ./testing entry.',
  },
  SIGNATURE_EXPIRED: {
    when: 'the signature is right, but its time is too far from now',
    outcome: 'none',
    remedy: 'Trust nothing of it; check the server’s clock.',
  },
  ORDER_ALREADY_PAID: {
    when: 'the order has been paid or authorized by another payment',
    outcome: 'none',
    remedy: 'Show the receipt; do not start another payment.',
  },
  PAYMENT_UNDECIDED: {
    when: 'another payment of the order is not decided yet',
    outcome: 'none',
    remedy: 'Resume that payment, or wait for its verdict.',
  },
  PAYMENT_UNKNOWN: {
    when: 'whether the payment was created could not be found out',
    outcome: 'unknown',
    remedy: 'Start again with the same merchant_payment_reference, never with a new one.',
  },
  CHALLENGE_URL_REFUSED: {
    when: 'challenge_url is not on a host this integration trusts',
    outcome: 'none',
    remedy: 'Name the host in `challengeHosts` if it is Plural’s or the bank’s.',
  },
  STORE_FAILED: {
    when: 'the payment store did not answer',
    outcome: 'none',
    remedy: 'Repair the store; nothing was sent to Plural.',
  },
};

/** After an unclear end of a write, in place of the row's remedy: what to read, and what in it decides. */
export const unknownOutcomeRemedies: Readonly<Partial<Record<Operation, string>>> = {
  createOrder: 'Create it again with the same merchant_order_reference, which never makes a second order.',
  createPayment: 'Read the order: `findPayment` looks for the merchant_payment_reference in payments[].',
  generateOtp: 'A code may have been sent: let the customer enter it, and do not generate again by yourself.',
  submitOtp: 'Read the order: `submitOutcome` says where the payment stands. Do not submit again by yourself.',
  resendOtp: 'A code may have been sent: let the customer enter the newest one, and do not resend by yourself.',
  captureOrder: 'Read the order: `findCapture` looks for the merchant_capture_reference in capture_data[].',
  cancelOrder: 'Read the order: `cancelOutcome` says whether it was cancelled.',
  refundOrder: 'Read the refund with `getOrderByReference` and its own merchant_order_reference.',
};

const readOnlyOperations: ReadonlySet<Operation> = new Set<Operation>([
  'getToken',
  'getOrder',
  'getOrderByReference',
  'getCardDetails',
]);

/** Whether a call only reads, so that repeating it changes nothing at Plural. */
export function isReadOnly(operation: Operation): boolean {
  return readOnlyOperations.has(operation);
}
