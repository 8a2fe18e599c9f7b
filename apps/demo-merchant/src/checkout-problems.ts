import { isPluralError, type PluralErrorCode } from '@plural-otp/core';

/** What a customer reads when a payment could not be started, and the status of that page. */
export interface CheckoutProblem {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

const misconfigured: CheckoutProblem = {
  status: 503,
  title: 'Card payments are closed for the moment',
  text: 'The fault is ours: the shop is not set up right with its payment partner. Nothing was charged, and your order is kept.',
};

const serviceUnavailable: CheckoutProblem = {
  status: 503,
  title: 'The payment service does not answer',
  text: 'Nothing was charged, and your order is kept. Please try again in a minute.',
};

const cardRejected: CheckoutProblem = {
  status: 422,
  title: 'This card was not taken',
  text: 'Nothing was charged, and your order is kept. Please choose another card.',
};

/** The form named a card that the shop does not list. */
export const unknownCard: CheckoutProblem = {
  status: 422,
  title: 'Choose a card',
  text: 'The card is not on the list any more. Nothing was charged, and your order is kept.',
};

const problems: Partial<Record<PluralErrorCode, CheckoutProblem>> = {
  OPTIONS_INVALID: misconfigured,
  SECRET_KEY_INVALID: misconfigured,
  CREDENTIALS_REJECTED: misconfigured,
  CHALLENGE_URL_REFUSED: misconfigured,
  ORDER_MISMATCH: misconfigured,
  REQUEST_INVALID: cardRejected,
  API_REJECTED: cardRejected,
  PAYMENT_UNKNOWN: {
    status: 503,
    title: 'There is no answer yet',
    text: 'Please wait a minute, then press Continue below. That goes on with the same payment and never starts a second one.',
  },
  PAYMENT_UNDECIDED: {
    status: 409,
    title: 'Your last payment is not decided yet',
    text: 'To make sure you never pay twice, another one waits until your bank has decided. Look again in a minute.',
  },
};

/** The words for an error that came while a payment was started; for any other, that the service does not answer. */
export function toCheckoutProblem(error: unknown): CheckoutProblem {
  return (isPluralError(error) ? problems[error.code] : undefined) ?? serviceUnavailable;
}

/** What a developer reads in the log: the code, the call and where to look, never a value. */
export function formatProblem(error: unknown): string {
  if (!isPluralError(error)) return error instanceof Error ? error.message : 'something that is no error was thrown';
  const call = error.operation === undefined ? '' : ` in ${error.operation}`;
  const hint =
    error.code === 'CREDENTIALS_REJECTED' ? '; check PLURAL_CLIENT_ID, PLURAL_CLIENT_SECRET and PLURAL_BASE_URL' : '';
  return `${error.code}${call}: ${error.message}${hint}`;
}
