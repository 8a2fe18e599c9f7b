/** The summary of an order: its tea, fee and total. */

import { formatRupees, type Tea } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import { type ShopOrder, totalPaise } from '../orders.ts';
import { tin } from './artwork.ts';

/** Renders the summary at the side of the checkout. */
export function orderSummary(order: ShopOrder, tea: Tea): Html {
  return html`<section class="panel summary" aria-labelledby="summary">
    <h2 id="summary">Your order</h2>
    ${orderLine(order, tea)}
    <dl class="totals">${orderTotals(order)}</dl>
  </section>`;
}

/** Renders the line of the ordered tea. */
export function orderLine(order: ShopOrder, tea: Tea): Html {
  return html`<div class="summary-line">
    <div class="summary-art">${tin(tea)}</div>
    <p><strong>${tea.name}</strong><br />${order.quantity} × ${tea.grams} g</p>
    <p class="amount">${formatRupees(order.amountPaise)}</p>
  </div>`;
}

/** Renders delivery, fee and total, for a list of terms. */
export function orderTotals(order: ShopOrder, totalLabel = 'Total'): Html {
  return html`<div>
      <dt>Delivery</dt>
      <dd>Free</dd>
    </div>
    ${
      order.feePaise > 0 &&
      html`<div>
        <dt>Card fee</dt>
        <dd class="amount">${formatRupees(order.feePaise)}</dd>
      </div>`
    }
    <div class="total">
      <dt>${totalLabel}</dt>
      <dd class="amount">${formatRupees(totalPaise(order))}</dd>
    </div>`;
}
