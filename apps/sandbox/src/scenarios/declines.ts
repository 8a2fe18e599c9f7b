/** Declines by amount: the last two digits of an amount choose the issuer's error. */
import type { Scenario } from './scenarios.ts';
import type { ErrorDetail } from '../state/state.ts';

/** Decline of a card whose expiry date is past. */
export const cardExpired: ErrorDetail = { code: 'CARD_EXPIRED', message: 'The card has expired' };

/**
 * The decline for each last two digits of the amount (paise), with the card "The amount decides". Numbers follow ISO
 * 8583 response codes where one fits.
 */
export const amountDeclines: readonly (ErrorDetail & { readonly paise: number })[] = [
  { paise: 4, code: 'HOTLISTED_USER', message: 'The user is hotlisted' },
  { paise: 5, code: 'PAYMENT_DECLINED', message: 'The bank declined the payment' },
  { paise: 12, code: 'OPERATION_NOT_ALLOWED', message: 'The bank does not allow this transaction' },
  { paise: 14, code: 'INVALID_INSTRUMENT', message: 'The card is not valid' },
  { paise: 15, code: 'ISSUER_NOT_SUPPORTED', message: 'The issuer is not supported' },
  { paise: 41, code: 'CARD_LOST', message: 'The card is reported lost' },
  { paise: 43, code: 'CARD_STOLEN', message: 'The card is reported stolen' },
  { paise: 51, code: 'INSUFFICIENT_FUNDS', message: 'The account has insufficient funds' },
  { paise: 54, ...cardExpired },
  { paise: 56, code: 'CARD_NOT_ENROLLED', message: 'The card is not enrolled for authentication' },
  { paise: 57, code: 'CARD_NOT_ALLOWED', message: 'The card may not be used for this payment' },
  { paise: 59, code: 'RISK_CHECK_FAILED', message: 'The payment did not pass the risk check' },
  { paise: 61, code: 'AMOUNT_LIMIT_EXCEEDED', message: "The amount is over the card's limit" },
  { paise: 62, code: 'INVALID_USER_ACCOUNT', message: 'The account cannot be used' },
  { paise: 63, code: 'CARD_VERIFICATION_FAILED', message: 'The card could not be verified' },
  { paise: 68, code: 'PAYMENT_EXPIRED', message: 'The payment was not finished in time' },
  { paise: 78, code: 'INVALID_CARDHOLDER', message: 'The cardholder could not be verified' },
  { paise: 91, code: 'TIMED_OUT', message: 'The issuer did not respond' },
  { paise: 96, code: 'INTERNAL_ERROR', message: 'The issuer had an internal error' },
];

/** Returns the decline that a scenario has for an amount in paise, or null when the payment succeeds. */
export function findDecline(scenario: Scenario, value: number): ErrorDetail | null {
  const { decline } = scenario.behaviour;
  if (decline !== 'byAmount') return decline ?? null;
  const row = amountDeclines.find((entry) => entry.paise === value % 100);
  return row === undefined ? null : { code: row.code, message: row.message };
}
