/** One order for staff: what it holds, what can be done, and all that happened as one timeline. */

import { findTea, formatRupees } from '../../catalogue.ts';
import { type Html, html } from '../../html.ts';
import { refundablePaise, type ActionResult } from '../../merchant/actions.ts';
import type { OrderLine } from '../../merchant/overview.ts';
import type { ShopOrder } from '../../orders.ts';
import type { ListedEntry, Refund } from '../../repository.ts';
import type { TestCard } from '../../test-cards.ts';
import {
  actionForm,
  lineBadge,
  noticeAlert,
  refundWords,
  sayCard,
  sayEntry,
  sayKind,
  sayLearned,
  shortTime,
} from './words.ts';

/** Data of the page. */
export interface MerchantOrderPage {
  readonly order: ShopOrder;
  readonly line: OrderLine;
  readonly entries: readonly ListedEntry[];
  readonly refunds: readonly Refund[];
  readonly cards: readonly TestCard[];
  readonly sandboxOrigin: string | undefined;
  readonly nowMs: number;
  readonly notice: ActionResult | undefined;
}

interface Moment {
  readonly atMs: number;
  readonly who: string;
  readonly kind: ListedEntry['kind'];
  readonly what: Html;
}

/** Renders the page. */
export function merchantOrderPage(page: MerchantOrderPage): Html {
  const { order, line, notice, nowMs } = page;
  const { number } = order;
  return html`<div class="merchant merchant-order" data-live-url="/merchant/live">
    <p><a href="/merchant">All payments</a></p>
    ${noticeAlert(notice)}
    <header class="merchant-head" id="order-head" data-live data-order-status="${order.orderStatus}">
      <h1>Order ${number}</h1>
      ${lineBadge(line.status)}
      <p class="amount order-total">${formatRupees(line.totalPaise)}</p>
    </header>
    <div class="pair">
      <section class="panel" aria-labelledby="do" id="actions" data-live>
        <h2 id="do">Actions</h2>
        ${actions(page)}
      </section>
      <section class="panel" aria-labelledby="facts" id="facts-panel" data-live>
        <h2 id="facts">The order</h2>
        ${facts(page)}
      </section>
    </div>
    <section class="panel" aria-labelledby="timeline" id="timeline-panel" data-live>
      <h2 id="timeline">What happened</h2>
      <ol class="timeline">
        ${toMoments(page).map(
          ({ atMs, who, kind, what }) =>
            html`<li>
              <span class="offset">${sayOffset(atMs - order.createdAtMs)}</span>
              <span class="kind kind-${kind}">${who}</span>
              <span>${what}</span>
              ${shortTime(atMs, nowMs)}
            </li>`,
        )}
      </ol>
    </section>
  </div>`;
}

function actions({ order, line, refunds }: MerchantOrderPage): Html {
  const { number, orderStatus } = order;
  const left = refundablePaise(order, refunds);
  const isRefundOpen = refunds.some(({ stage }) => stage === 'starting' || stage === 'pending');
  const check = html`<div class="action">
    ${actionForm(order, 'check', 'Check now', { isQuiet: true })}
    <p class="fine">Reads the order at Plural. Nothing is charged.</p>
  </div>`;
  if (orderStatus === 'authorized') {
    return html`<div class="action">
        ${amountForm(number, 'capture', 'Capture', order.amountPaise, '')}
        <p class="fine">Takes this amount. The bank releases the rest, once and for all.</p>
      </div>
      <div class="action">
        ${actionForm(order, 'cancel', 'Release', { isQuiet: true })}
        <p class="fine">Gives the whole reservation back to the customer.</p>
      </div>
      ${check}`;
  }
  if (orderStatus === 'paid') {
    return html`${
      left > 0
        ? html`<div class="action">
            ${amountForm(number, 'refund', 'Refund', left, html`<input type="hidden" name="refund" value="${refunds.length + 1}" />`)}
            <p class="fine">Sends this amount back to the customer’s card. It cannot be undone.</p>
          </div>`
        : html`<p>Everything was refunded.</p>`
    }
    ${isRefundOpen && check}`;
  }
  if (order.pluralOrderId !== undefined && (line.status === 'waiting' || line.status === 'unfinished')) return check;
  return html`<p>There is nothing to do.</p>`;
}

function amountForm(
  number: string,
  action: 'capture' | 'refund',
  label: string,
  paise: number,
  hidden: Html | '',
): Html {
  return html`<form class="amount-form" method="post" action="/merchant/orders/${number}/${action}" data-once>
    ${hidden}
    <label for="${action}-amount">Amount in rupees</label>
    <input
      id="${action}-amount"
      name="amount"
      inputmode="decimal"
      autocomplete="off"
      required
      value="${(paise / 100).toFixed(2)}"
    />
    <button class="button small" type="submit">${label}<span class="visually-hidden"> order ${number}</span></button>
  </form>`;
}

function facts({ order, line, cards, sandboxOrigin, refunds, nowMs }: MerchantOrderPage): Html {
  const { quantity, teaId, pluralOrderId, feePaise, verdicts } = order;
  const rows: (readonly [name: string, value: Html | string] | false)[] = [
    ['Tea', `${quantity} × ${findTea(teaId)?.name ?? teaId}, ${formatRupees(order.amountPaise)}`],
    feePaise > 0 && ['Fee of the card', formatRupees(feePaise)],
    ['Placed', shortTime(order.createdAtMs, nowMs)],
    line.cardId !== undefined && ['Card', sayCard(line.cardId, cards)],
    pluralOrderId !== undefined && [
      'At Plural',
      html`<code>${pluralOrderId}</code
        >${sandboxOrigin !== undefined && html` <a href="${sandboxOrigin}/#order-${pluralOrderId}" rel="noreferrer">In the sandbox</a>`}`,
    ],
  ];
  return html`<dl class="facts">
      ${rows
        .filter((row) => row !== false)
        .map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
    </dl>
    ${
      verdicts.length > 0 &&
      html`<h3>Outcome</h3>
        <ul class="verdicts">
          ${verdicts.map(
            ({ outcome, source }) =>
              html`<li data-verdict="${outcome}" data-source="${source}">
                <strong>${outcomeWords[outcome]}</strong> · ${sayLearned(source)}
              </li>`,
          )}
        </ul>`
    }
    ${
      refunds.length > 0 &&
      html`<h3>Refunds</h3>
        <ul class="verdicts">
          ${refunds.map(({ amountPaise, stage }) => html`<li data-refund="${stage}"><strong class="amount">${formatRupees(amountPaise)}</strong> · ${refundWords[stage]}</li>`)}
        </ul>`
    }`;
}

const outcomeWords: Readonly<Record<ShopOrder['verdicts'][number]['outcome'], string>> = {
  paid: 'Paid',
  authorized: 'Reserved',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** Returns all that happened, oldest first. */
function toMoments({ order, entries, refunds, cards }: MerchantOrderPage): Moment[] {
  const moments: Moment[] = [
    { atMs: order.createdAtMs, who: 'Customer', kind: 'flow', what: html`Went to the checkout` },
    ...order.attempts.map(({ attempt, cardId, startedAtMs, stage, preAuth }): Moment => {
      const about = [
        `payment ${attempt}`,
        sayCard(cardId, cards),
        preAuth && 'reserve',
        stage === 'rejected' && 'rejected',
      ];
      return {
        atMs: startedAtMs,
        who: 'Customer',
        kind: 'flow',
        what: html`Pressed Pay: ${about.filter(Boolean).join(', ')}`,
      };
    }),
    ...order.verdicts.map(({ outcome, source, amountPaise, feePaise, receivedAtMs }): Moment => {
      const hasMoney = outcome === 'paid' || outcome === 'authorized';
      const what = html`<strong
          >${outcomeWords[outcome]}${hasMoney && `, ${formatRupees(amountPaise + feePaise)}`}</strong
        >, ${sayLearned(source)}`;
      return { atMs: receivedAtMs, who: 'Outcome', kind: 'verdict', what };
    }),
    ...refunds.map(({ amountPaise, stage, atMs, reference }): Moment => {
      const what = html`Refund of ${formatRupees(amountPaise)}, ${refundWords[stage]} <code>${reference}</code>`;
      return { atMs, who: 'Merchant', kind: 'admin', what };
    }),
    ...entries
      .filter(({ kind, text }) => kind !== 'verdict' && !(kind === 'admin' && text.startsWith('refund')))
      .map((entry): Moment => {
        const isReference = entry.kind === 'flow' && entry.subject !== undefined;
        const what = html`${sayEntry(entry)}${isReference && html` <code class="fine">${entry.subject}</code>`}`;
        return { atMs: entry.atMs, who: sayKind(entry.kind), kind: entry.kind, what };
      }),
  ];
  return moments.toSorted((one, other) => one.atMs - other.atMs);
}

function sayOffset(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `+${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `+${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  return seconds < 172_800 ? `+${Math.floor(seconds / 3600)} h` : `+${Math.floor(seconds / 86_400)} d`;
}
