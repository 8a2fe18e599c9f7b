/** The checkout page: the order, the card form, and the OTP step. */

import type { StartedPayment } from '@plural-otp/edge';
import type { OtpPage } from '@plural-otp/edge/page';
import { formatRupees, type Tea } from '../catalogue.ts';
import type { BrowserFiles } from '../browser-files.ts';
import { dataBlock, type Html, html, rawHtml } from '../html.ts';
import { type ShopOrder, totalPaise } from '../orders.ts';
import type { SavedCard } from '../saved-cards.ts';
import type { TestCard, TestCards } from '../test-cards.ts';
import { lock, tin } from './artwork.ts';

/** Data of the checkout page. */
export interface CheckoutPage {
  readonly order: ShopOrder;
  readonly tea: Tea;
  /** Cards to choose from; `undefined` if they could not be read. */
  readonly cards: TestCards | undefined;
  /** Cards that this browser's customer saved. */
  readonly savedCards: readonly SavedCard[];
  readonly problem?: { readonly title: string; readonly text: string } | undefined;
  /** Session and view of the current or last payment, for the OTP step. */
  readonly step?: StartedPayment['client'] | undefined;
  /** Renders the form that leads to the step without scripts. */
  readonly noScriptForm: OtpPage['form'];
  /** Card form; `later` hides it until the payment above has ended. */
  readonly form?: { readonly attempt: number; readonly shown: 'now' | 'later' } | undefined;
  /** Attempt whose start has an unknown outcome; it can only be continued, with the same number and card. */
  readonly unknownOutcome?: { readonly attempt: number; readonly cardId: string } | undefined;
  /** Offers to order again, for when this order accepts no further payment; `later` as with the form. */
  readonly orderAgain?: readonly { readonly reason: keyof typeof orderAgainReasons; readonly shown: 'now' | 'later' }[];
}

/** Renders the checkout page. */
export function checkoutPage(page: CheckoutPage): Html {
  const { order, tea, cards, problem, step, noScriptForm, form, unknownOutcome, orderAgain = [] } = page;
  const looks = step === undefined ? 'page-title' : 'visually-hidden';
  return html`<h1 class="${looks}">Checkout <span>${order.number}</span></h1>
    <div class="checkout ${step && 'checkout-step'}">
      <div class="checkout-main">
        ${problem && alertBox(problem)} ${step && otpStep(step, order, noScriptForm)}
        ${unknownOutcome && unknownOutcomePanel(order, unknownOutcome)} ${form && payForm(page, form)}
        ${orderAgain.map((panel) => orderAgainPanel(order, panel))}
      </div>
      <aside class="checkout-side" aria-label="Your order">
        ${orderSummary(order, tea)} ${cards?.otp !== undefined && testBank(cards)}
      </aside>
    </div>`;
}

/** Returns the head of a page with the OTP step: the component as a merchant loads it, then the shop's script. */
export function otpStepHead({ element, styles }: BrowserFiles['component']): Html {
  return html`<link rel="stylesheet" href="${styles.url}" integrity="${styles.integrity}" />
    <noscript><link rel="stylesheet" href="/assets/no-script.css" /></noscript>
    <script type="module" src="${element.url}" integrity="${element.integrity}" crossorigin="anonymous"></script>
    <script type="module" src="/assets/otp-step.js"></script>`;
}

/** Returns the head of a page with a payment form. The import map must precede all module scripts. */
export function payFormHead({ text }: BrowserFiles['importMap']): Html {
  return html`${rawHtml(`<script type="importmap">${text}</script>`)}
    <script type="module" src="/assets/pay-form.js"></script>`;
}

function alertBox({ title, text }: NonNullable<CheckoutPage['problem']>): Html {
  return html`<div class="alert" role="alert">
    <h2>${title}</h2>
    <p>${text}</p>
  </div>`;
}

/** Renders the component, with the session and first view that the shop's script passes to it, and its fallbacks. */
function otpStep(client: StartedPayment['client'], order: ShopOrder, noScriptForm: OtpPage['form']): Html {
  const { challengeUrl, next } = client.view;
  const isOver = next.length === 0 || next.includes('payAgain');
  return html`<section class="otp" aria-label="Confirm with your bank">
    <plural-otp endpoint="/plural" lang="en">
      <a slot="pay-again" href="#pay">Pay again</a>
      <p slot="trust">${lock} The OTP is used once, for this payment, and never stored.</p>
    </plural-otp>
    <noscript>
      <div class="panel">
        ${
          isOver
            ? html`<h2>This payment has ended</h2>
                <p>The next page shows what your bank decided.</p>`
            : html`<h2>Confirm with your bank</h2>
                <p>The next page asks for the OTP from your bank. It works without scripts.</p>`
        }
        ${rawHtml(noScriptForm(client))}
      </div>
    </noscript>
    <div class="panel otp-unavailable" role="alert" hidden>
      <p>The field for your bank's OTP could not be loaded. Nothing was charged. Please use the plain page instead.</p>
      ${rawHtml(noScriptForm(client))}
      <p class="actions">
        ${challengeUrl !== undefined && bankLink(challengeUrl)}
        <a href="/checkout?order=${order.number}">Reload this page</a>
      </p>
    </div>
    ${dataBlock('otp-step', { ...client, order: order.number, receiptUrl: `/orders/${order.number}` })}
  </section>`;
}

function bankLink(challengeUrl: string): Html {
  return html`<a class="button" href="${challengeUrl}" rel="noreferrer">Continue on your bank's page</a>`;
}

function unknownOutcomePanel(order: ShopOrder, { attempt, cardId }: NonNullable<CheckoutPage['unknownOutcome']>): Html {
  return html`<section class="panel" aria-labelledby="unknown-outcome">
    <h2 id="unknown-outcome">Your payment is being checked</h2>
    <p>
      Our payment partner did not respond while the payment was being prepared. No code was requested, so nothing was
      charged. Press Continue to go on with the same payment; no second one will be started.
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

function payForm(page: CheckoutPage, { attempt, shown }: NonNullable<CheckoutPage['form']>): Html {
  const { order, cards, savedCards, step } = page;
  const heading = step === undefined ? 'Pay by card' : 'Pay again';
  return html`<section
    class="panel"
    id="pay"
    tabindex="-1"
    aria-labelledby="pay-title"
    ${shown === 'later' && html`hidden`}
  >
    <h2 id="pay-title">${heading}</h2>
    ${
      step !== undefined &&
      html`<p>Order ${order.number} is saved. This starts a new payment for it; the one above has ended.</p>`
    }
    ${
      cards === undefined
        ? html`<p>
            The cards cannot be listed right now, because the payment service is not responding. Your order is saved.
            Please <a href="/checkout">try again</a> in a minute.
          </p>`
        : html`<form class="pay" method="post" action="/checkout/pay">
              <input type="hidden" name="order" value="${order.number}" />
              <input type="hidden" name="attempt" value="${attempt}" />
              <input type="hidden" name="device" value="" />
              <fieldset class="choices">
                <legend>Card</legend>
                ${savedCards.map(savedCardChoice)}
                ${cards.cards.slice(0, visibleCards).map((card, index) => cardChoice(card, index + savedCards.length))}
                ${
                  cards.cards.length > visibleCards &&
                  html`<details class="more-cards">
                    <summary>${cards.cards.length - visibleCards} more cards, for failures and special cases</summary>
                    ${cards.cards.slice(visibleCards).map((card) => cardChoice(card))}
                  </details>`
                }
              </fieldset>
              <label class="save-card">
                <input type="checkbox" name="save" value="yes" />
                Save the card for next time
              </label>
              ${chargeChoice(order)}
              <button class="button wide-button" type="submit" data-busy="Contacting your bank…">
                Pay ${formatRupees(order.amountPaise)}
              </button>
              <p class="fine">Your bank will send you an OTP. Nothing is charged before you enter it.</p>
            </form>
            ${savedCards.length > 0 && removeForm(order)}`
    }
  </section>`;
}

/** Number of cards that are visible at once; the others are in a disclosure. */
const visibleCards = 3;

/** The form of the buttons that remove a saved card: not the payment's, whose Enter key must only ever pay. */
function removeForm(order: ShopOrder): Html {
  return html`<form id="remove-card" method="post" action="/cards/delete">
    <input type="hidden" name="order" value="${order.number}" />
  </form>`;
}

function savedCardChoice({ id, issuer, network, lastDigits }: SavedCard, index: number): Html {
  return html`<div class="saved-card">
    <label class="choice">
      <input type="radio" name="card" value="${id}" required ${index === 0 && html`checked`} />
      <span class="choice-text">
        <span class="choice-title">Saved card</span>
        <span class="choice-note">${issuer}</span>
      </span>
      <span class="card-digits">${network} <span aria-hidden="true">••</span>${lastDigits}</span>
    </label>
    <button
      class="remove-card"
      type="submit"
      form="remove-card"
      name="card"
      value="${id}"
      aria-label="Remove the saved card ending in ${lastDigits}"
    >
      Remove
    </button>
  </div>`;
}

function cardChoice(card: TestCard, index?: number): Html {
  return html`<label class="choice">
    <input type="radio" name="card" value="${card.id}" required ${index === 0 && html`checked`} />
    <span class="choice-text">
      <span class="choice-title">${card.title}</span>
      <span class="choice-note">${card.description}</span>
    </span>
    <span class="card-digits">${card.network} <span aria-hidden="true">••</span>${card.number.slice(-4)}</span>
  </label>`;
}

function chargeChoice(order: ShopOrder): Html {
  if (order.preAuth !== undefined) {
    return html`<input type="hidden" name="charge" value="${order.preAuth ? 'later' : 'now'}" />
      <p class="fine">
        ${order.preAuth ? 'The amount is reserved now and charged when the tea ships.' : 'The amount is charged now.'}
      </p>`;
  }
  return html`<fieldset class="choices">
    <legend>When to charge</legend>
    <label class="choice">
      <input type="radio" name="charge" value="now" checked />
      <span class="choice-text"><span class="choice-title">Pay now</span></span>
    </label>
    <label class="choice">
      <input type="radio" name="charge" value="later" />
      <span class="choice-text">
        <span class="choice-title">Reserve now, pay when it ships</span>
        <span class="choice-note">Your bank holds the amount until we charge or release it.</span>
      </span>
    </label>
  </fieldset>`;
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

function orderAgainPanel(
  order: ShopOrder,
  { reason: why, shown }: NonNullable<CheckoutPage['orderAgain']>[number],
): Html {
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

/** Renders the summary of an order: its tea, fee and total. */
export function orderSummary(order: ShopOrder, tea: Tea): Html {
  return html`<section class="panel summary" aria-labelledby="summary">
    <h2 id="summary">Your order</h2>
    <div class="summary-line">
      <div class="summary-art">${tin(tea)}</div>
      <p><strong>${tea.name}</strong><br />${order.quantity} × ${tea.grams} g</p>
      <p class="amount">${formatRupees(order.amountPaise)}</p>
    </div>
    <dl class="totals">
      <div>
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
        <dt>Total</dt>
        <dd class="amount">${formatRupees(totalPaise(order))}</dd>
      </div>
    </dl>
  </section>`;
}

function testBank({ otp, sandboxUrl }: TestCards): Html {
  return html`<section class="note" aria-labelledby="test-bank">
    <h2 id="test-bank">Test bank</h2>
    <p>
      These cards belong to the sandbox. Its bank sends no real message. The OTP is always <code>${otp}</code>; any
      other is wrong.
    </p>
    ${
      sandboxUrl !== undefined &&
      html`<p>
        <a href="${sandboxUrl}" target="_blank" rel="noreferrer">Sandbox: phone, orders and faults</a> (new tab)
      </p>`
    }
  </section>`;
}
