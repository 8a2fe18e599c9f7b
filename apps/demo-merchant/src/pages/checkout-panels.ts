/** Panels of the checkout for payments that need attention. */

import { type Html, html } from '../html.ts';
import type { ShopOrder } from '../orders.ts';

/** Renders a problem. Without one the box is empty and hidden, for a problem that the page's script shows. */
export function alertBox(problem: { readonly title: string; readonly text: string } | undefined): Html {
  return html`<div class="alert" role="alert" id="problem" tabindex="-1" ${problem === undefined && html`hidden`}>
    <h2>${problem?.title}</h2>
    <p>${problem?.text}</p>
  </div>`;
}

/** Attempt whose start has an unknown outcome. */
export interface UnknownOutcome {
  readonly attempt: number;
  readonly cardId: string;
}

/** Renders the way on with a payment that may exist: the same attempt and card, and no other. */
export function unknownOutcomePanel(order: ShopOrder, { attempt, cardId }: UnknownOutcome): Html {
  return html`<section class="panel" aria-labelledby="unknown-outcome">
    <h2 id="unknown-outcome">Your payment is being checked</h2>
    <p>
      Our payment partner has not responded yet. Nothing was charged, because that takes your OTP. Press Continue to go
      on with the same payment; no second one will be started.
    </p>
    <form class="pay" method="post" action="/checkout/pay">
      <input type="hidden" name="order" value="${order.number}" />
      <input type="hidden" name="attempt" value="${attempt}" />
      <input type="hidden" name="card" value="${cardId}" />
      <input type="hidden" name="charge" value="${order.preAuth === true ? 'later' : 'now'}" />
      <input type="hidden" name="device" value="" />
      <button class="button wide-button" type="submit" data-busy="Contacting our payment partner…">Continue</button>
    </form>
  </section>`;
}

const orderAgainReasons = {
  closed: {
    id: 'order-closed',
    title: 'This order is closed',
    text: 'Our payment partner accepts no further payment for it. You can place the same order again.',
  },
  // A cancelled payment may still be confirmed at the bank, so a second one for the same order could be charged too.
  cancelled: {
    id: 'order-again',
    title: 'Changed your mind?',
    text: 'So that you never pay twice, this order accepts no other payment until your bank has closed the cancelled one. You can place the same order again, with any card.',
  },
} as const;

/** Offer to place the same order again; `later` hides it until the payment above has ended. */
export interface OrderAgain {
  readonly reason: keyof typeof orderAgainReasons;
  readonly shown: 'now' | 'later';
}

/** Renders an offer to place the same order again. */
export function orderAgainPanel(order: ShopOrder, { reason: why, shown }: OrderAgain): Html {
  const { id, title, text } = orderAgainReasons[why];
  return html`<section class="panel" id="${id}" aria-labelledby="${id}-title" ${shown === 'later' && html`hidden`}>
    <h2 id="${id}-title">${title}</h2>
    <p>${text}</p>
    <form method="post" action="/basket">
      <input type="hidden" name="tea" value="${order.teaId}" />
      <input type="hidden" name="quantity" value="${order.quantity}" />
      <button class="button" type="submit">Order again</button>
    </form>
  </section>`;
}
