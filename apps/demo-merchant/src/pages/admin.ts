import { formatRupees, findTea } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import { type ShopOrder, totalPaise } from '../orders.ts';
import type { ActivityEntry } from '../repository.ts';
import { emptyState, formatTime, statusBadge } from './orders.ts';

export interface AdminPage {
  readonly orders: readonly ShopOrder[];
  /** How many of all orders have a payment whose verdict the shop has not been given yet. */
  readonly pendingCount: number;
  /** What the last look at them found. */
  readonly lastSweep?:
    | { readonly checked: number; readonly delivered: number; readonly stillOpen: number; readonly atMs: number }
    | undefined;
  readonly activity: readonly ActivityEntry[];
  readonly message?: { readonly good: boolean; readonly text: string } | undefined;
}

/** The merchant's page: the orders and what may be done with them, what is pendingCount, and what happened last. */
export function adminPage({ orders, pendingCount, lastSweep, activity, message }: AdminPage): Html {
  return html`<div class="admin-head">
      <h1 class="page-title">Merchant</h1>
      <a class="button quiet small" href="/merchant">Refresh</a>
    </div>
    ${
      message && html`<div class="alert ${message.good ? 'alert-good' : ''}" role="status"><p>${message.text}</p></div>`
    }
    ${tiles(orders, pendingCount)}
    <section class="panel" aria-labelledby="pendingCount">
      <div class="admin-head">
        <h2 id="pendingCount">Owed verdicts</h2>
        <form method="post" action="/merchant/sweep">
          <button class="button quiet small" type="submit">Look now</button>
        </form>
      </div>
      <p>
        ${
          pendingCount === 0
            ? 'Nothing is pendingCount: every payment that was started has its verdict.'
            : `${pendingCount} ${pendingCount === 1 ? 'order waits' : 'orders wait'} for a verdict.`
        }
        What is due is looked at every 30 seconds, with or without a webhook.
      </p>
      ${
        lastSweep &&
        html`<p class="fine">
          Last look ${formatTime(lastSweep.atMs)}: ${lastSweep.checked} looked at, ${lastSweep.delivered} delivered,
          ${lastSweep.stillOpen} still open.
        </p>`
      }
    </section>
    <section aria-labelledby="orders">
      <h2 id="orders">Orders</h2>
      ${orders.length === 0 ? emptyState('No orders yet', 'Orders appear here as soon as someone goes to the checkout.') : orderTable(orders)}
    </section>
    <section class="panel" aria-labelledby="activity">
      <h2 id="activity">What happened last</h2>
      ${
        activity.length === 0
          ? html`<p>Nothing yet: webhooks, returns, verdicts and problems are listed here.</p>`
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

function tiles(orders: AdminPage['orders'], pendingCount: number): Html {
  const sum = (orderStatus: ShopOrder['orderStatus']): string =>
    formatRupees(
      orders.filter((order) => order.orderStatus === orderStatus).reduce((sum, order) => sum + totalPaise(order), 0),
    );
  return html`<dl class="tiles">
    <div>
      <dt>Paid</dt>
      <dd class="amount">${sum('paid')}</dd>
    </div>
    <div>
      <dt>Reserved</dt>
      <dd class="amount">${sum('authorized')}</dd>
    </div>
    <div>
      <dt>Orders</dt>
      <dd>${orders.length}</dd>
    </div>
    <div>
      <dt>Owed</dt>
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
          <th scope="col">Standing</th>
          <th scope="col">Verdicts</th>
          <th scope="col">Do</th>
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
    <td data-label="Standing">
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
                    <strong>${outcome}</strong> by ${source} <code class="fine">${key}</code>
                  </li>`,
              )}
            </ul>`
      }
    </td>
    <td data-label="Do">${order.orderStatus === 'authorized' && actions(order)}</td>
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
