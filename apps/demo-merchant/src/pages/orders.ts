/** The customer's pages about orders: the receipt, the list, and the status of a payment. */

import type { Phase } from '@plural-otp/flow/contract';
import { formatRupees, type Tea, findTea } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import { type ShopOrder, type OrderStatus, totalPaise } from '../orders.ts';
import { findStrongest } from '../repository.ts';
import { orderLine, orderTotals } from './order-summary.ts';

/** Format of times, in the shop's time zone. */
const timeFormat = new Intl.DateTimeFormat('en-IN', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'Asia/Kolkata',
});

/** Renders a time. */
export function formatTime(atMs: number): Html {
  return html`<time datetime="${new Date(atMs).toISOString()}">${timeFormat.format(atMs)}</time>`;
}

const statusLabels: Record<OrderStatus, string> = {
  open: 'Not paid',
  failed: 'Payment failed',
  authorized: 'Reserved',
  cancelled: 'Cancelled',
  paid: 'Paid',
};

/** Renders the status of an order. */
export function statusBadge(orderStatus: OrderStatus): Html {
  return html`<span class="badge badge-${orderStatus}">${statusLabels[orderStatus]}</span>`;
}

/** Card that an order was paid with, as far as the shop knows it. */
export interface PaidWith {
  readonly network: string;
  readonly issuer: string;
  readonly lastDigits: string;
  /** Name on the card; unknown for a saved one. */
  readonly holder?: string | undefined;
}

interface Receipt {
  readonly title: string;
  readonly text: string;
  /** True if money is taken or reserved, so that the check mark is shown. */
  readonly isConfirmed: boolean;
}

function toReceipt(order: ShopOrder, holder: string | undefined): Receipt {
  const amount = formatRupees(totalPaise(order));
  const firstName = holder?.trim().split(/\s+/)[0];
  const thanks = firstName ? `Thank you, ${firstName}.` : 'Thank you.';
  if (order.orderStatus === 'paid') {
    return {
      title: `Payment received. ${thanks}`,
      text: `${amount} was charged. Your tea ships tomorrow.`,
      isConfirmed: true,
    };
  }
  if (order.orderStatus === 'authorized') {
    return {
      title: `The amount is reserved. ${thanks}`,
      text: `Your bank holds ${amount} for us: the amount is reserved, charged when the tea ships, or released if it does not.`,
      isConfirmed: true,
    };
  }
  if (order.orderStatus === 'cancelled') {
    return {
      title: 'This order was cancelled',
      text: `Your bank released the ${amount} that it held for us.`,
      isConfirmed: false,
    };
  }
  return { title: 'This order is not paid yet', text: 'We ship once it is paid.', isConfirmed: false };
}

/** Renders the receipt of an order. */
export function orderPage(order: ShopOrder, tea: Tea, paidWith: PaidWith | undefined): Html {
  const { title, text, isConfirmed } = toReceipt(order, paidWith?.holder);
  const verdict = findStrongest(order.verdicts);
  const paid = isConfirmed && verdict;
  const isReserved = order.orderStatus === 'authorized';
  return html`<section class="panel receipt ${isConfirmed ? 'receipt-settled' : ''}" aria-labelledby="receipt">
    ${isConfirmed && stamp} ${statusBadge(order.orderStatus)}
    <h1 id="receipt">${title}</h1>
    <p class="lead">${text}</p>
    ${orderLine(order, tea)}
    <dl class="totals">${orderTotals(order, isReserved ? 'Reserved' : 'Total')}</dl>
    <dl class="totals receipt-facts">
      ${fact('Order', html`<code>${order.number}</code>`)} ${fact('Placed', formatTime(order.createdAtMs))}
      ${paid && fact(isReserved ? 'Reserved at' : 'Paid at', formatTime(paid.receivedAtMs))}
      ${
        paid &&
        paidWith &&
        fact(
          'Card',
          html`${paidWith.issuer} ${paidWith.network} <span aria-hidden="true">••</span> ${paidWith.lastDigits}`,
        )
      }
      ${paid && fact('Payment reference', html`<code>${paid.reference ?? paid.pluralPaymentId}</code>`)}
    </dl>
    <p class="actions">
      ${
        isConfirmed || order.orderStatus === 'cancelled'
          ? html`<a class="button" href="/">More tea</a>`
          : html`<a class="button" href="/checkout?order=${order.number}">Continue the payment</a>`
      }
      ${isConfirmed && html`<button type="button" class="button quiet with-script" data-print>Print or save</button>`}
      <a href="/orders">Your orders</a>
    </p>
  </section>`;
}

function fact(term: string, description: Html): Html {
  return html`<div>
    <dt>${term}</dt>
    <dd>${description}</dd>
  </div>`;
}

const stamp: Html = html`<svg class="stamp" viewBox="0 0 64 64" aria-hidden="true">
  <circle cx="32" cy="32" r="29" />
  <path d="m20 33 9 9 16-19" />
</svg>`;

/** Renders the status of a payment and nothing else of its order, because a payment's reference is not a secret. */
export function paymentStatePage(phase: Phase, reference: string): Html {
  const isConfirmed = phase === 'authorized';
  const title: Partial<Record<Phase, string>> = {
    authorized: 'Thank you, your bank confirmed the payment',
    failed: 'The payment did not go through',
    exhausted: 'The payment ended after too many wrong codes',
    cancelled: 'The payment was cancelled',
    superseded: 'This order was paid another way',
  };
  return html`<section class="panel receipt ${isConfirmed ? 'receipt-settled' : ''}">
    ${isConfirmed && stamp}
    <h1>${title[phase] ?? 'The payment is not decided yet'}</h1>
    <p class="lead">
      ${
        phase in title
          ? 'To see the details, open your order in the browser that you ordered with.'
          : 'We check automatically and never charge twice. To see the details, open your order in the browser that you ordered with.'
      }
    </p>
    <p>Payment reference <code>${reference}</code></p>
    <p class="actions"><a class="button" href="/orders">Your orders</a></p>
  </section>`;
}

/** Renders the orders of one browser. */
export function ordersPage(orders: readonly ShopOrder[]): Html {
  return html`<h1 class="page-title">Your orders</h1>
    ${
      orders.length === 0
        ? emptyState('No orders yet', 'Orders from this browser are listed here.')
        : html`<ul class="order-list">
            ${orders.map(
              (order) =>
                html`<li class="panel">
                  <p>
                    <a href="/orders/${order.number}"><strong>${order.number}</strong></a>
                    ${statusBadge(order.orderStatus)}
                  </p>
                  <p>${order.quantity} × ${findTea(order.teaId)?.name ?? order.teaId}</p>
                  <p class="fine">${formatTime(order.createdAtMs)}</p>
                  <p class="amount">${formatRupees(totalPaise(order))}</p>
                </li>`,
            )}
          </ul>`
    }`;
}

/** Renders a page or section that has nothing to show yet. */
export function emptyState(title: string, text: string): Html {
  return html`<section class="empty">
    <svg viewBox="0 0 96 72" aria-hidden="true">
      <path d="M18 26h48v14a22 22 0 0 1-22 22h-4a22 22 0 0 1-22-22Z" />
      <path d="M66 30h6a9 9 0 0 1 0 18h-7M30 18c-4-6 4-8 0-14M42 18c-4-6 4-8 0-14M54 18c-4-6 4-8 0-14M12 68h60" />
    </svg>
    <h2>${title}</h2>
    <p>${text}</p>
    <p><a class="button" href="/">See the teas</a></p>
  </section>`;
}
