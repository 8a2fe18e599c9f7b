/** Turns decline codes into advice for the customer. */

import { omitUndefined } from '@plural-otp/core/internal';
import type { DeclineAdvice, Problem } from '@plural-otp/flow/contract';

/**
 * Public decline codes, grouped by the advice they lead to. A code that is not listed leads to no advice, because wrong
 * advice costs the customer a working card.
 * Codes: page "Error codes" of Plural's developer documentation.
 */
const codesByAdvice: Readonly<Partial<Record<DeclineAdvice, readonly string[]>>> = {
  useAnotherCard: [
    'CARD_EXPIRED',
    'CARD_LOST',
    'CARD_STOLEN',
    'CARD_NOT_ALLOWED',
    'ISSUER_NOT_SUPPORTED',
    'PAYMENT_METHOD_NOT_ENABLED',
    'RISK_CHECK_FAILED',
  ],
  contactIssuer: ['CARD_NOT_ENROLLED', 'HOTLISTED_USER', 'INVALID_USER_ACCOUNT', 'PAYMENT_DECLINED'],
  checkFunds: ['INSUFFICIENT_FUNDS', 'AMOUNT_LIMIT_EXCEEDED'],
  checkDetails: ['CARD_VERIFICATION_FAILED', 'INVALID_CARDHOLDER', 'INVALID_INSTRUMENT'],
  payAgain: ['USER_AUTHENTICATION_FAILED', 'USER_AUTHENTICATION_REQUIRED', 'PAYMENT_EXPIRED'],
  tryLater: ['PAYMENT_RATE_LIMIT', 'API_RATE_LIMIT', 'INTERNAL_ERROR', 'UNKNOWN_ERROR', 'TIMED_OUT'],
};

/** Returns the problem that a failed payment shows. */
export function declineProblem(code: string = ''): Problem {
  const advice = (Object.keys(codesByAdvice) as DeclineAdvice[]).find((name) =>
    codesByAdvice[name]?.includes(code.toUpperCase()),
  );
  return omitUndefined({ code: 'PAYMENT_FAILED', advice });
}
