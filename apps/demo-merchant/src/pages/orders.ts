import type { Phase } from '@plural-otp/flow/contract';
import { formatRupees, type Tea, findTea } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import { type ShopOrder, type OrderStatus, totalPaise } from '../orders.ts';
import { orderSummary } from './checkout.ts';

/** A moment as the shop writes it, in the shop's time zone. */
const timeFormat = new Intl.DateTimeFormat('en-IN', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'Asia/Kolkata',
});

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

export function statusBadge(orderStatus: OrderStatus): Html {
  return html`<span class="badge badge-${orderStatus}">${statusLabels[orderStatus]}</span>`;
}

interface Receipt {
  readonly title: string;
  readonly text: string;
  /** Money is taken or held: the stamp may be drawn. */
  readonly isConfirmed: boolean;
}

function toReceipt(order: ShopOrder): Receipt {
  const amount = formatRupees(totalPaise(order));
  if (order.orderStatus === 'paid') {
    return {
      title: 'Thank you, it is paid',
      text: `${amount} was charged. The tea leaves us tomorrow.`,
      isConfirmed: true,
    };
  }
  if (order.orderStatus === 'authorized') {
    return {
      title: 'Thank you, the amount is reserved',
      text: `Your bank holds ${amount} for us. It is charged when the tea ships, or let go if it does not.`,
      isConfirmed: true,
    };
  }
  if (order.orderStatus === 'cancelled') {
    return {
      title: 'This order was cancelled',
      text: `The ${amount} your bank held for us were let go.`,
      isConfirmed: false,
    };
  }
  return { title: 'This order is not paid yet', text: 'Nothing is shipped before it is.', isConfirmed: false };
}

/** What became of an order, for its customer. */
export function orderPage(order: ShopOrder, tea: Tea): Html {
  const { title, text, isConfirmed } = toReceipt(order);
  return html`<div class="checkout">
    <div class="checkout-main">
      <section class="panel receipt ${isConfirmed ? 'receipt-settled' : ''}" aria-labelledby="receipt">
        ${isConfirmed && stamp} ${statusBadge(order.orderStatus)}
        <h1 id="receipt">${title}</h1>
        <p class="lead">${text}</p>
        <dl class="totals">
          <div>
            <dt>Order</dt>
            <dd><code>${order.number}</code></dd>
          </div>
          <div>
            <dt>Placed</dt>
            <dd>${formatTime(order.createdAtMs)}</dd>
          </div>
          <div class="total">
            <dt>${order.orderStatus === 'authorized' ? 'Reserved' : 'Total'}</dt>
            <dd class="amount">${formatRupees(totalPaise(order))}</dd>
          </div>
        </dl>
        <p class="actions">
          ${
            isConfirmed || order.orderStatus === 'cancelled'
              ? html`<a class="button" href="/">More tea</a>`
              : html`<a class="button" href="/checkout?order=${order.number}">Go to the payment</a>`
          }
          <a href="/orders">Your orders</a>
        </p>
      </section>
    </div>
    <aside class="checkout-side" aria-label="Your order">${orderSummary(order, tea)}</aside>
  </div>`;
}

const stamp: Html = html`<svg class="stamp" viewBox="0 0 64 64" aria-hidden="true">
  <circle cx="32" cy="32" r="29" />
  <path d="m20 33 9 9 16-19" />
</svg>`;

/** What may be told to whoever holds a payment's reference, which is no secret: where it stands, and no more. */
export function paymentStatePage(phase: Phase, reference: string): Html {
  const isConfirmed = phase === 'authorized';
  const title: Partial<Record<Phase, string>> = {
    authorized: 'Thank you, your bank confirmed the payment',
    failed: 'The payment did not go through',
    exhausted: 'The payment ended after too many wrong codes',
    cancelled: 'The payment was given up',
    superseded: 'This order was paid another way',
  };
  return html`<section class="panel receipt ${isConfirmed ? 'receipt-settled' : ''}">
    ${isConfirmed && stamp}
    <h1>${title[phase] ?? 'The payment is not decided yet'}</h1>
    <p class="lead">
      ${
        phase in title
          ? 'Open your order in the browser you ordered from to see the rest.'
          : 'We keep asking, and never charge twice. Open your order in the browser you ordered from.'
      }
    </p>
    <p>Payment reference <code>${reference}</code></p>
    <p class="actions"><a class="button" href="/orders">Your orders</a></p>
  </section>`;
}

/** The orders of one browser. */
export function ordersPage(orders: readonly ShopOrder[]): Html {
  return html`<h1 class="page-title">Your orders</h1>
    ${
      orders.length === 0
        ? emptyState('No orders yet', 'What you order from this browser is listed here.')
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

/** A page, or a part of one, that has nothing to show yet. */
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
