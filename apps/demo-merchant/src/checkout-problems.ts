/** Messages for a payment that could not be started: one for the customer, one for the developer's log. */

import { isPluralError, type PluralError, type PluralErrorCode } from '@plural-otp/core';

/** Message for the customer, and the HTTP status of the page that shows it. */
export interface CheckoutProblem {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

const misconfigured: CheckoutProblem = {
  status: 503,
  title: 'Card payments are not available right now',
  text: 'Sorry, this is our mistake: the shop is not set up correctly with its payment partner. Nothing was charged, and your order is saved.',
};

const serviceUnavailable: CheckoutProblem = {
  status: 503,
  title: 'The payment service is not responding',
  text: 'Nothing was charged, and your order is saved. Please try again in a minute.',
};

const cardRejected: CheckoutProblem = {
  status: 422,
  title: 'This card was not accepted',
  text: 'Nothing was charged, and your order is saved. Please choose another card.',
};

const orderNotFound: CheckoutProblem = {
  status: 409,
  title: 'This order can no longer be paid',
  text: 'Our payment partner does not know it any more, so no payment was started. Please choose your tea again: that makes a new order.',
};

/** Problem of a form with a card that the shop does not list. */
export const unknownCard: CheckoutProblem = {
  status: 422,
  title: 'Choose a card',
  text: 'This card is no longer on the list. Nothing was charged, and your order is saved.',
};

const problems: Partial<Record<PluralErrorCode, CheckoutProblem>> = {
  OPTIONS_INVALID: misconfigured,
  SECRET_KEY_INVALID: misconfigured,
  CREDENTIALS_REJECTED: misconfigured,
  CHALLENGE_URL_REFUSED: misconfigured,
  ORDER_MISMATCH: misconfigured,
  REQUEST_INVALID: cardRejected,
  PAYMENT_UNKNOWN: {
    status: 503,
    title: 'The payment service has not responded yet',
    text: 'Please wait a minute, then press Continue below. It continues the same payment and never starts a second one.',
  },
  PAYMENT_UNDECIDED: {
    status: 409,
    title: 'Your last payment is still being processed',
    text: 'So that you never pay twice, you can start another payment once your bank has decided. Please check again in a minute.',
  },
};

/** Returns the customer's message for an error; an unknown error becomes "not responding". */
export function toCheckoutProblem(error: unknown): CheckoutProblem {
  if (!isPluralError(error)) return serviceUnavailable;
  return (error.code === 'API_REJECTED' ? toRejection(error) : problems[error.code]) ?? serviceUnavailable;
}

/** Returns what Plural rejected: a card is only one part of it, and another card helps with no other. */
function toRejection({ operation, status, upstream }: PluralError): CheckoutProblem {
  // No order and no card had been sent.
  if (operation === 'getToken' || operation === 'createOrder') return misconfigured;
  return status === 404 || upstream?.code === 'ORDER_NOT_FOUND' ? orderNotFound : cardRejected;
}

/** Formats an error for the log: code, operation and hint, never a value. */
export function formatProblem(error: unknown): string {
  if (!isPluralError(error)) return error instanceof Error ? error.message : 'a value that is not an Error was thrown';
  const call = error.operation === undefined ? '' : ` in ${error.operation}`;
  const hint =
    error.code === 'CREDENTIALS_REJECTED' ? '; check PLURAL_CLIENT_ID, PLURAL_CLIENT_SECRET and PLURAL_BASE_URL' : '';
  return `${error.code}${call}: ${error.message}${hint}`;
}
