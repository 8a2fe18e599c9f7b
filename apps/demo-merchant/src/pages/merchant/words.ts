/** Words and formats of the merchant's pages. */

import { type Html, html } from '../../html.ts';
import type { LineStatus, OrderLine } from '../../merchant/overview.ts';
import type { ActionResult } from '../../merchant/actions.ts';
import type { ListedEntry, RefundStage } from '../../repository.ts';
import type { TestCard } from '../../test-cards.ts';

/** Names of the statuses. */
export const statusWords: Readonly<Record<LineStatus, string>> = {
  paid: 'Paid',
  authorized: 'Reserved',
  waiting: 'Waiting for the bank',
  unfinished: 'Not finished',
  failed: 'Payment failed',
  cancelled: 'Cancelled',
  basket: 'Basket',
};

const sourceWords: Readonly<Record<string, string>> = {
  submit: 'the submit',
  return: 'the return from the bank’s page',
  webhook: 'webhook',
  status: 'polling',
  settle: 'reading the order',
  sweep: 'the check of due orders',
};

/** Says what told the shop of an outcome. */
export const sayLearned = (source: string): string => `learned from ${sourceWords[source] ?? source}`;

const stepWords: Readonly<Record<string, string>> = {
  started: 'Payment started',
  shown: 'OTP step shown',
  otpSent: 'OTP sent',
  otpNotSent: 'No OTP could be sent',
  submitted: 'OTP submitted',
  accepted: 'OTP accepted',
  refused: 'OTP was wrong',
  resent: 'OTP sent again',
  leftForBank: 'Left for the bank’s page',
  returned: 'Back from the bank’s page',
  cancelled: 'Cancelled by the customer',
  away: 'Page closed',
};

/** Names a step of the customer. */
export const sayStep = (step: string): string => stepWords[step] ?? step;

/** Names of the stages of a refund. */
export const refundWords: Readonly<Record<RefundStage, string>> = {
  starting: 'not known yet',
  pending: 'on its way',
  done: 'refunded',
  refused: 'refused, no money was sent',
};

const kindWords: Readonly<Record<ListedEntry['kind'], string>> = {
  flow: 'Customer',
  webhook: 'Webhook',
  return: 'Return',
  verdict: 'Outcome',
  problem: 'Problem',
  admin: 'Merchant',
};

/** Names who or what an entry is of. */
export const sayKind = (kind: ListedEntry['kind']): string => kindWords[kind];

/** Returns the words of an entry. */
export const sayEntry = ({ kind, text }: ListedEntry): string => (kind === 'flow' ? sayStep(text) : text);

/** Renders a status. */
export const lineBadge = (status: LineStatus): Html =>
  html`<span class="badge badge-${status}">${statusWords[status]}</span>`;

/** Names a card as staff know it: bank, network and last digits of a test card. */
export function sayCard(cardId: string | undefined, cards: readonly TestCard[]): string {
  if (cardId === undefined) return '';
  const card = cards.find(({ id }) => id === cardId);
  if (card !== undefined) return `${card.issuer} ${card.network} •• ${card.number.slice(-4)}`;
  return cardId.startsWith('saved-') ? 'saved card' : 'card';
}

const clock = new Intl.DateTimeFormat('en-IN', {
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'Asia/Kolkata',
});
const date = new Intl.DateTimeFormat('en-IN', { day: 'numeric', month: 'short', timeZone: 'Asia/Kolkata' });

/** Renders the time of a day, with seconds. */
export const timeOfDay = (atMs: number): Html =>
  html`<time datetime="${new Date(atMs).toISOString()}">${clock.format(atMs)}</time>`;

/** Renders a time: today by its clock, else with its day. */
export function shortTime(atMs: number, nowMs: number): Html {
  const isToday = date.format(atMs) === date.format(nowMs);
  const text = isToday ? clock.format(atMs) : `${date.format(atMs)}, ${clock.format(atMs)}`;
  return html`<time datetime="${new Date(atMs).toISOString()}">${text}</time>`;
}

/** Says how long ago something was. */
export function sayAge(atMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.round((nowMs - atMs) / 60_000));
  if (minutes < 60) return minutes === 0 ? 'less than a minute' : `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1440)} days`;
}

/** Says one of two words by number. */
export const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en-IN')} ${count === 1 ? one : many}`;

/** Renders the result of an action. */
export const noticeAlert = (notice: ActionResult | undefined): Html | false =>
  notice !== undefined &&
  html`<div class="alert ${notice.good ? 'alert-good' : ''}" role="status" tabindex="-1" id="notice">
    <p>${notice.text}</p>
  </div>`;

/** Renders a form that is one button. */
export const actionForm = (
  { number }: Pick<OrderLine, 'number'>,
  action: 'capture' | 'cancel' | 'check',
  label: string,
  { isQuiet = false, isFromList = false } = {},
): Html =>
  html`<form method="post" action="/merchant/orders/${number}/${action}" data-once>
    ${isFromList && html`<input type="hidden" name="from" value="list" />`}
    <button class="button small ${isQuiet ? 'quiet' : ''}" type="submit">
      ${label}<span class="visually-hidden"> order ${number}</span>
    </button>
  </form>`;
