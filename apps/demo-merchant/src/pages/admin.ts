/** The merchant's page: orders with their actions, pending verdicts, and recent activity. */

import { findTea, formatRupees } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import { type ShopOrder, totalPaise } from '../orders.ts';
import type { ActivityEntry, OrderSums } from '../repository.ts';
import { emptyState, formatTime, statusBadge } from './orders.ts';

/** Data of the merchant's page. */
export interface AdminPage {
  /** Newest orders. */
  readonly orders: readonly ShopOrder[];
  readonly sums: OrderSums;
  /** Number of orders, of all, with a payment that has no verdict yet. */
  readonly pendingCount: number;
  /** Result of the last check of due orders. */
  readonly lastSweep?:
    | { readonly checked: number; readonly delivered: number; readonly stillOpen: number; readonly atMs: number }
    | undefined;
  readonly activity: readonly ActivityEntry[];
  readonly message?: { readonly good: boolean; readonly text: string } | undefined;
}

/** Renders the merchant's page. */
export function adminPage({ orders, sums, pendingCount, lastSweep, activity, message }: AdminPage): Html {
  return html`<div class="admin-head">
      <h1 class="page-title">Payments and orders</h1>
      <a class="button quiet small" href="/merchant">Refresh</a>
    </div>
    ${
      message && html`<div class="alert ${message.good ? 'alert-good' : ''}" role="status"><p>${message.text}</p></div>`
    }
    ${tiles(sums, pendingCount)}
    <section class="panel" aria-labelledby="pending">
      <div class="admin-head">
        <h2 id="pending">Pending verdicts</h2>
        <form method="post" action="/merchant/sweep">
          <button class="button quiet small" type="submit">Check now</button>
        </form>
      </div>
      <p>
        ${
          pendingCount === 0
            ? 'No verdict is pending: every payment that was started has one.'
            : `${pendingCount} ${pendingCount === 1 ? 'order waits' : 'orders wait'} for a verdict.`
        }
        Due orders are checked every 30 seconds, with or without a webhook.
      </p>
      ${
        lastSweep &&
        html`<p class="fine">
          Last check ${formatTime(lastSweep.atMs)}: ${lastSweep.checked} checked, ${lastSweep.delivered} delivered,
          ${lastSweep.stillOpen} still open.
        </p>`
      }
    </section>
    <section aria-labelledby="orders">
      <h2 id="orders">Orders</h2>
      ${orders.length < sums.count && html`<p class="fine">The newest ${orders.length} of ${sums.count} orders.</p>`}
      ${orders.length === 0 ? emptyState('No orders yet', 'Orders appear here once a customer goes to the checkout.') : orderTable(orders)}
    </section>
    <section class="panel" aria-labelledby="activity">
      <h2 id="activity">Recent activity</h2>
      ${
        activity.length === 0
          ? html`<p>Nothing yet. Webhooks, returns, verdicts and problems will be listed here.</p>`
          : html`<ol class="activity">
              ${activity.map(
                ({ kind, text, atMs }) =>
                  html`<li>
                    <span class="kind kind-${kind}">${kind}</span> <span>${text}</span> ${formatTime(atMs)}
                  </li>`,
              )}
            </ol>`
      }
    </section>`;
}

function tiles({ count, paidPaise, reservedPaise }: OrderSums, pendingCount: number): Html {
  return html`<dl class="tiles">
    <div>
      <dt>Paid</dt>
      <dd class="amount">${formatRupees(paidPaise)}</dd>
    </div>
    <div>
      <dt>Reserved</dt>
      <dd class="amount">${formatRupees(reservedPaise)}</dd>
    </div>
    <div>
      <dt>Orders</dt>
      <dd>${count}</dd>
    </div>
    <div>
      <dt>Pending</dt>
      <dd>${pendingCount}</dd>
    </div>
  </dl>`;
}

function orderTable(orders: AdminPage['orders']): Html {
  return html`<div class="table-frame panel" role="region" aria-label="Table of orders" tabindex="0">
    <table class="admin-table">
      <thead>
        <tr>
          <th scope="col">Order</th>
          <th scope="col">Tea</th>
          <th scope="col" class="amount">Amount</th>
          <th scope="col">Status</th>
          <th scope="col">Verdicts</th>
          <th scope="col">Actions</th>
        </tr>
      </thead>
      <tbody>
        ${orders.map(orderRow)}
      </tbody>
    </table>
  </div>`;
}

function orderRow(order: ShopOrder): Html {
  const payments = order.attempts.filter(({ stage }) => stage === 'started').length;
  return html`<tr data-order="${order.number}">
    <th scope="row">
      <code>${order.number}</code>
      <span class="fine">${formatTime(order.createdAtMs)}</span>
      ${order.pluralOrderId !== undefined && html`<span class="fine">${order.pluralOrderId}</span>`}
    </th>
    <td data-label="Tea">${order.quantity} × ${findTea(order.teaId)?.name ?? order.teaId}</td>
    <td data-label="Amount" class="amount">${formatRupees(totalPaise(order))}</td>
    <td data-label="Status">
      ${statusBadge(order.orderStatus)}
      <span class="fine"
        >${payments === 1 ? '1 payment' : `${payments} payments`}${order.preAuth === true && ', pre-authorised'}</span
      >
    </td>
    <td data-label="Verdicts">
      ${
        order.verdicts.length === 0
          ? html`<span class="fine">none yet</span>`
          : html`<ul class="verdicts">
              ${order.verdicts.map(
                ({ key, outcome, source }) =>
                  html`<li data-verdict="${outcome}" data-source="${source}">
                    <strong>${outcome}</strong> via ${source} <code class="fine">${key}</code>
                  </li>`,
              )}
            </ul>`
      }
    </td>
    <td data-label="Actions">${order.orderStatus === 'authorized' && actions(order)}</td>
  </tr>`;
}

function actions(order: ShopOrder): Html {
  const name = html`<span class="visually-hidden"> order ${order.number}</span>`;
  return html`<div class="row-actions">
    <form method="post" action="/merchant/orders/${order.number}/capture">
      <button class="button small" type="submit">Capture${name}</button>
    </form>
    <form method="post" action="/merchant/orders/${order.number}/cancel">
      <button class="button quiet small" type="submit">Cancel${name}</button>
    </form>
  </div>`;
}
