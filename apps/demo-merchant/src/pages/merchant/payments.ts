/** The merchant's page "Payments": sums, what needs somebody, where customers stop, and the list of orders. */

import type { InsightReport } from '@plural-otp/insight';
import { findTea, formatRupees } from '../../catalogue.ts';
import { type Html, html } from '../../html.ts';
import type { ActionResult, LastSweep } from '../../merchant/actions.ts';
import { lineStatuses, type OverviewSums, type LinePage, type OrderLine } from '../../merchant/overview.ts';
import { linesPerPage, spans, toUrl, type PageQuery, type Span } from '../../merchant/query.ts';
import type { ListedEntry } from '../../repository.ts';
import type { TestCard } from '../../test-cards.ts';
import { emptyState } from '../orders.ts';
import { activity } from './activity.ts';
import { banks, funnel } from './funnel.ts';
import {
  actionForm,
  lineBadge,
  noticeAlert,
  plural,
  sayAge,
  sayCard,
  sayLearned,
  sayStep,
  shortTime,
  statusWords,
  timeOfDay,
} from './words.ts';

/** Data of the page. */
export interface PaymentsPage {
  readonly query: PageQuery;
  readonly nowMs: number;
  readonly sums: OverviewSums;
  readonly list: LinePage;
  readonly attention: Attention;
  /** Report on what customers do at the step; absent when its store cannot be read. */
  readonly report: InsightReport | undefined;
  readonly entries: readonly ListedEntry[];
  readonly cards: readonly TestCard[];
  readonly lastSweep: LastSweep | undefined;
  readonly notice: ActionResult | undefined;
}

/** Orders that need somebody. */
interface Attention {
  readonly troubled: readonly { readonly line: OrderLine; readonly problem: string }[];
  readonly late: readonly OrderLine[];
  readonly reserved: readonly OrderLine[];
  /** Number of those that are not shown. */
  readonly more: number;
}

const spanWords: Readonly<Record<Span, string>> = { '1d': '24 hours', '7d': '7 days', '30d': '30 days' };

/** Renders the page. */
export function paymentsPage(page: PaymentsPage): Html {
  const { query, nowMs, sums, attention, report } = page;
  return html`<div class="merchant" data-live-url="/merchant/live">
    <header class="merchant-head">
      <h1>Payments</h1>
      <p class="live" id="live" data-live>
        <span data-live-state>Updated</span> ${timeOfDay(nowMs)}
        <noscript>· <a href="${toUrl(query)}">Refresh</a></noscript>
      </p>
      <nav class="segments" aria-label="Span">
        ${spans.map((span) => html`<a href="${toUrl(query, { span })}" ${span === query.span && html`aria-current="true"`}>${spanWords[span]}</a>`)}
      </nav>
      <a class="button quiet small" href="/merchant/insight?range=${query.span}">Insight</a>
      <form method="post" action="/merchant/logout">
        <button class="button quiet small" type="submit">Log out</button>
      </form>
    </header>
    ${noticeAlert(page.notice)} ${tiles(sums, report, nowMs)} ${needsYou(attention, page)}
    ${
      report === undefined
        ? html`<section class="panel">
            <p>Where customers stop cannot be shown now: its storage could not be read. Payments are not affected.</p>
          </section>`
        : html`<div class="pair" id="insight" data-live>${funnel(sums, report)}${banks(report)}</div>`
    }
    ${orders(page)} ${activity(page.entries, nowMs)}
  </div>`;
}

function tiles(sums: OverviewSums, report: InsightReport | undefined, nowMs: number): Html {
  const { nativePaid, bankPaid, difference } = report ?? {};
  const hasBoth = (nativePaid?.of ?? 0) > 0 && (bankPaid?.of ?? 0) > 0;
  const points = Math.round((difference?.difference ?? 0) * 100);
  return html`<dl class="tiles" id="tiles" data-live>
    <div>
      <dt>Paid</dt>
      <dd class="amount">${formatRupees(sums.paidPaise)}</dd>
      <dd class="fine">
        ${plural(sums.paidCount, 'order', 'orders')}${sums.refundedPaise > 0 && html`, ${formatRupees(sums.refundedPaise)} refunded`}
      </dd>
    </div>
    <div>
      <dt>Reserved, not captured</dt>
      <dd class="amount">${formatRupees(sums.reservedPaise)}</dd>
      <dd class="fine">
        ${plural(sums.reservedCount, 'order', 'orders')}${sums.oldestReservedAtMs !== undefined && html`, the oldest ${sayAge(sums.oldestReservedAtMs, nowMs)} ago`}
      </dd>
    </div>
    <div>
      <dt>Paid with native OTP</dt>
      <dd class="amount">
        ${nativePaid === undefined || nativePaid.of === 0 ? '–' : `${Math.round(nativePaid.rate * 100)} %`}
      </dd>
      <dd class="fine">
        ${
          hasBoth
            ? `${points < 0 ? '−' : '+'}${Math.abs(points)} points against the bank’s page, with other cards`
            : plural(nativePaid?.of ?? 0, 'finished payment', 'finished payments')
        }
      </dd>
    </div>
    <div class="${sums.waitingCount > 0 ? 'tile-warn' : ''}">
      <dt>Waiting for the bank’s answer</dt>
      <dd class="amount">${sums.waitingCount}</dd>
      <dd class="fine">
        ${sums.oldestWaitingAtMs === undefined ? 'nobody waits' : `the oldest ${sayAge(sums.oldestWaitingAtMs, nowMs)}`}
      </dd>
    </div>
  </dl>`;
}

function needsYou({ troubled, late, reserved, more }: Attention, { nowMs, cards, lastSweep }: PaymentsPage): Html {
  const isEmpty = troubled.length + late.length + reserved.length === 0;
  return html`<section class="panel needs" aria-labelledby="needs" id="needs-you" data-live>
    <div class="section-head">
      <h2 id="needs">Needs you</h2>
      <form method="post" action="/merchant/sweep" data-once>
        <button class="button quiet small" type="submit">Check now</button>
      </form>
    </div>
    ${
      isEmpty
        ? html`<p>Nothing needs you.</p>`
        : html`<ul>
            ${troubled.map(({ line, problem }) =>
              need(
                line,
                cards,
                html`<span class="badge badge-failed">${toTrouble(problem)}</span>`,
                html`<a class="button quiet small" href="/merchant/orders/${line.number}"
                  >Open<span class="visually-hidden"> order ${line.number}</span></a
                >`,
                sayAge(line.changedAtMs, nowMs),
              ),
            )}
            ${late.map((line) =>
              need(
                line,
                cards,
                html`<span class="badge badge-authorized">No answer for ${sayAge(line.changedAtMs, nowMs)}</span>`,
                actionForm(line, 'check', 'Check now', { isQuiet: true, isFromList: true }),
                line.step === undefined ? '' : sayStep(line.step).toLowerCase(),
              ),
            )}
            ${reserved.map((line) =>
              need(
                line,
                cards,
                lineBadge('authorized'),
                html`${actionForm(line, 'capture', 'Capture', { isFromList: true })}${actionForm(line, 'cancel', 'Release', { isQuiet: true, isFromList: true })}`,
                `${sayAge(line.changedAtMs, nowMs)} ago`,
              ),
            )}
          </ul>`
    }
    ${more > 0 && html`<p><a href="/merchant?status=authorized#orders">And ${more} more</a></p>`}
    <p class="fine">
      Open payments are checked every 30 seconds, with or without a
      webhook.${lastSweep && html` Last: ${timeOfDay(lastSweep.atMs)}, ${lastSweep.checked} checked, ${lastSweep.stillOpen} still open.`}
    </p>
  </section>`;
}

function toTrouble(problem: string): string {
  if (problem.startsWith('PAID_TWICE')) return 'Paid twice: refund one';
  return problem.startsWith('AMOUNT_MISMATCH') ? 'Amount differs' : 'Paid elsewhere';
}

const need = (line: OrderLine, cards: readonly TestCard[], badge: Html, actions: Html, about: string): Html =>
  html`<li>
    ${badge}
    <p>
      <a href="/merchant/orders/${line.number}"><strong>${line.number}</strong></a> ·
      <span class="amount">${formatRupees(line.totalPaise)}</span> ·
      ${[sayCard(line.cardId, cards), about].filter(Boolean).join(' · ')}
    </p>
    <div class="row-actions">${actions}</div>
  </li>`;

function orders({ query, list, nowMs, cards }: PaymentsPage): Html {
  const { lines, count } = list;
  const first = (query.page - 1) * linesPerPage + 1;
  const isFiltered = query.status !== undefined || query.search !== undefined;
  return html`<section aria-labelledby="orders">
    <div class="section-head">
      <h2 id="orders">Orders</h2>
      <a class="button quiet small" href="${toUrl(query, {}, '/merchant/orders.csv')}">Export CSV</a>
    </div>
    <form class="order-filter" method="get" action="/merchant" role="search" aria-label="Orders">
      <input type="hidden" name="span" value="${query.span}" />
      <label
        >Order, Plural’s id or payment reference
        <input name="q" type="search" maxlength="64" autocomplete="off" value="${query.search}"
      /></label>
      <label
        >Status
        <select name="status">
          <option value="">All that somebody tried to pay</option>
          ${lineStatuses.map((status) => html`<option value="${status}" ${status === query.status && html`selected`}>${statusWords[status]}</option>`)}
        </select></label
      >
      <button class="button quiet small" type="submit">Show</button>
      ${isFiltered && html`<a href="${toUrl({ ...query, status: undefined, search: undefined })}">Clear</a>`}
    </form>
    <div id="order-list" data-live>
      ${
        lines.length === 0
          ? isFiltered || query.page > 1
            ? emptyState(
                'No order fits',
                'Choose another status or a longer span, or check the number letter by letter.',
              )
            : emptyState('No orders yet', 'Orders appear here once a customer presses Pay.')
          : html`<div class="table-frame panel">
                <table class="order-table">
                  <thead>
                    <tr>
                      <th scope="col">Order</th>
                      <th scope="col">Tea</th>
                      <th scope="col">Card</th>
                      <th scope="col">Status</th>
                      <th scope="col" class="number">Amount</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${lines.map((line) => orderRow(line, cards, nowMs))}
                  </tbody>
                </table>
              </div>
              <nav class="pager" aria-label="Pages of orders">
                ${query.page > 1 && html`<a class="button quiet small" rel="prev" href="${toUrl(query, { page: query.page - 1 })}#orders">Newer</a>`}
                <p class="fine">
                  ${first.toLocaleString('en-IN')}–${(first + lines.length - 1).toLocaleString('en-IN')} of
                  ${plural(count, 'order', 'orders')}${query.search === undefined && html` of the last ${spanWords[query.span]}`}
                </p>
                ${first + lines.length <= count && html`<a class="button quiet small" rel="next" href="${toUrl(query, { page: query.page + 1 })}#orders">Older</a>`}
              </nav>`
      }
    </div>
  </section>`;
}

function orderRow(line: OrderLine, cards: readonly TestCard[], nowMs: number): Html {
  return html`<tr data-order="${line.number}">
    <th scope="row">
      <a href="/merchant/orders/${line.number}">${line.number}</a>
      <span class="fine">${shortTime(line.createdAtMs, nowMs)}</span>
    </th>
    <td class="line-tea">${line.quantity} × ${findTea(line.teaId)?.name ?? line.teaId}</td>
    <td class="line-card">${sayCard(line.cardId, cards)}</td>
    <td>
      ${lineBadge(line.status)}
      <span class="fine"
        >${line.source === undefined ? line.step !== undefined && sayStep(line.step) : sayLearned(line.source)}</span
      >
    </td>
    <td class="number">
      <span class="amount">${formatRupees(line.totalPaise)}</span>
      ${line.refundedPaise > 0 && html`<span class="fine">−${formatRupees(line.refundedPaise)} refunded</span>`}
    </td>
  </tr>`;
}
