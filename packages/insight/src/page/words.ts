/** Words and formats of the page. */

import type { FlowEvent } from '@plural-otp/edge';
import type { Unit } from '../create-insight.ts';
import { html, type Markup } from './html.ts';
import type { Share } from '../numbers/intervals.ts';

/** Names of the steps. */
export const stepWords: Readonly<Record<string, string>> = {
  started: 'Payment started',
  shown: 'Step shown',
  sent: 'OTP sent',
  submitted: 'OTP handed in',
  accepted: 'OTP accepted',
  paid: 'Paid',
  left: 'Sent to the bank’s page',
  returned: 'Back from it',
  atBank: 'On the bank’s page',
};

/** Names of the ends of a payment. */
export const endWords: Readonly<Record<string, string>> = {
  paid: 'paid',
  paidAtBank: 'paid on the bank’s page',
  declined: 'declined by the bank',
  rejected: 'OTP rejected to the end',
  cancelled: 'cancelled',
  notSent: 'no OTP was sent',
  away: 'page closed',
  atBank: 'did not come back from the bank’s page',
  silent: 'no further sign',
  open: 'under way',
};

/** Names of the methods. */
export const methodWords: Readonly<Record<string, string>> = {
  nativeOtp: 'Native OTP',
  bankPage: 'Bank’s page',
  passkey: 'Passkey',
  approval: 'Approval',
} satisfies Record<NonNullable<FlowEvent['method']>, string>;

/** Names of the manners of entry. */
export const mannerWords: Readonly<Record<string, string>> = {
  typed: 'Typed',
  pasted: 'Pasted',
  filled: 'Filled in by the keyboard',
  message: 'Read from the message',
  untold: 'Not told',
};

/** Names of the advice after a decline. */
export const adviceWords: Readonly<Record<string, string>> = {
  useAnotherCard: 'Use another card',
  contactIssuer: 'Call the bank',
  checkFunds: 'Check the funds or the limit',
  checkDetails: 'Check the card’s details',
  payAgain: 'Pay again',
  tryLater: 'Try later',
  orderCancelled: 'Order cancelled',
  none: 'No public reason',
} satisfies Record<NonNullable<FlowEvent['advice']> | 'none', string>;

/** Names of what found a verdict. */
export const sourceWords: Readonly<Record<string, string>> = {
  webhook: 'Webhook',
  status: 'The page, by polling',
  submit: 'The submit itself',
  return: 'The return from the bank’s page',
  settle: 'The shop, by settle',
  sweep: 'The sweep',
  unknown: 'Not told',
} satisfies Record<NonNullable<FlowEvent['source']> | 'unknown', string>;

/** Names of the reasons for a method. */
export const reasonWords: Readonly<Record<string, string>> = {
  default: 'The card supports native OTP',
  caller: 'The shop decided',
  cardCannot: 'The card does not support native OTP',
  unknownCard: 'Nobody knows whether the card does',
  unknown: 'Not told',
};

/** Reasons why an event was not kept. */
export const lossWords: Readonly<Record<string, string>> = {
  invalid: 'not readable',
  unknownType: 'of an unknown type',
  fromTheFuture: 'from the future: check the clock',
  tooOld: 'older than what is kept',
  overflow: 'too many at once',
  storeFailed: 'the store failed',
  restored: 'of payments restored from their order, which are not counted again',
};

/** Names of what a report counts. */
export const unitWords: Readonly<Record<Unit, { one: string; many: string; head: string }>> = {
  payments: { one: 'payment', many: 'payments', head: 'Payments' },
  orders: { one: 'order', many: 'orders', head: 'Orders' },
};

/** Returns the words of a name, or the name itself. */
export const say = (words: Readonly<Record<string, string>>, name: string): string => words[name] ?? name;

/** Keeps a number and its unit on one line. */
const space = '\u00a0';
const grouped = new Intl.NumberFormat('en-IN');
export const formatCount = (count: number): string => grouped.format(Math.round(count));

/** Formats a share as a percentage. */
export const formatRate = (rate: number): string => (Number.isNaN(rate) ? '–' : `${(rate * 100).toFixed(1)}${space}%`);

/** Formats a share with its interval. */
export const formatShare = ({ rate, low, high, of }: Share): string =>
  of === 0 ? '–' : `${formatRate(rate)} (${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)})`;

/** Draws a share with its interval, which goes below it where there is little room. */
export const drawShare = ({ rate, low, high, of }: Share): Markup | string =>
  of === 0 ? '–' : html`${formatRate(rate)} <small>(${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)})</small>`;

/** Formats a number of points with its sign. */
export const formatPoints = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)}`;

/** Formats seconds as people say them. */
export function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  if (seconds < 10) return `${seconds.toFixed(1)}${space}s`;
  return seconds < 120 ? `${Math.round(seconds)}${space}s` : `${Math.round(seconds / 60)}${space}min`;
}

/** Formats a time in the merchant's time zone. */
export const formatTime = (ms: number, offsetMinutes: number): string =>
  new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, 16).replace('T', ' ').replace(' 00:00', '');

/** Returns one of two words by number. */
export const plural = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
