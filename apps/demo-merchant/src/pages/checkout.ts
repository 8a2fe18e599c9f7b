/** The checkout page: the order, the card form, and the OTP step in its place once the payment has started. */

import type { StartedPayment } from '@plural-otp/edge';
import type { OtpPage } from '@plural-otp/edge/page';
import type { Tea } from '../catalogue.ts';
import { dataBlock, type Html, html } from '../html.ts';
import type { Language } from '../languages.ts';
import type { ShopOrder } from '../orders.ts';
import type { SavedCard } from '../saved-cards.ts';
import type { TestCards } from '../test-cards.ts';
import { cardForm, toShownCard } from './card-form.ts';
import {
  alertBox,
  type OrderAgain,
  orderAgainPanel,
  type UnknownOutcome,
  unknownOutcomePanel,
} from './checkout-panels.ts';
import { orderSummary } from './order-summary.ts';
import { otpStep, phone } from './otp-step.ts';
import { testCardsDrawer } from './test-cards.ts';

/** Data of the checkout page. */
export interface CheckoutPage {
  readonly order: ShopOrder;
  readonly tea: Tea;
  readonly language: Language;
  /** Addresses of the component's languages, which the page may load later. */
  readonly localeUrls: Readonly<Record<string, string>>;
  /** Cards to choose from; `undefined` if they could not be read. */
  readonly cards: TestCards | undefined;
  /** Cards that this browser's customer saved. */
  readonly savedCards: readonly SavedCard[];
  readonly chosenCardId?: string | undefined;
  readonly problem?: { readonly title: string; readonly text: string } | undefined;
  /** Session and view of the current or last payment, for the OTP step. */
  readonly step?: StartedPayment['client'] | undefined;
  /** Renders the form that leads to the step without scripts. */
  readonly noScriptForm: OtpPage['form'];
  /** Card form; `later` hides it until the payment above has ended. */
  readonly form?:
    | { readonly attempt: number; readonly shown: 'now' | 'later'; readonly declinedCardId: string | undefined }
    | undefined;
  /** Attempt whose start has an unknown outcome; it can only be continued, with the same number and card. */
  readonly unknownOutcome?: UnknownOutcome | undefined;
  /** Offers to order again, for when this order accepts no further payment. */
  readonly orderAgain?: readonly OrderAgain[];
}

/** Renders the checkout page. */
export function checkoutPage(page: CheckoutPage): Html {
  const { order, tea, language, cards, problem, step, noScriptForm, form, unknownOutcome, orderAgain = [] } = page;
  return html`<div class="checkout-page" id="checkout-page" data-view="${getView(page)}">
    <h1 class="page-title">Checkout <span>${order.number}</span></h1>
    <div class="checkout">
      <div class="checkout-main">
        ${alertBox(problem)} ${otpStep(step, order, language, noScriptForm)}
        ${unknownOutcome && unknownOutcomePanel(order, unknownOutcome)} ${form && payPanel(page, form)}
        ${orderAgain.map((panel) => orderAgainPanel(order, panel))}
      </div>
      <aside class="checkout-side" aria-label="Your order">${orderSummary(order, tea)}</aside>
    </div>
    ${phone()} ${form && cards && testCardsDrawer(cards.cards)} ${checkoutData(page)}
  </div>`;
}

/** Returns what the page shows: the card form, the step, or the end of a payment with the form for another one. */
function getView({ step, form }: CheckoutPage): 'form' | 'step' | 'ended' {
  if (step === undefined) return 'form';
  return form?.shown === 'now' ? 'ended' : 'step';
}

/** Returns the data for the page's script. */
function checkoutData({ order, localeUrls, step, cards, form, savedCards }: CheckoutPage): Html {
  return html`${step && dataBlock('otp-step', step)}
  ${dataBlock('checkout', {
    order: order.number,
    receiptUrl: `/orders/${order.number}`,
    hasPhone: cards?.sandboxUrl !== undefined,
    localeUrls,
    cards: form && cards ? cards.cards.map((card) => toShownCard(card, cards)) : [],
    savedCards: savedCards.map(({ id }) => id),
  })}`;
}

function payPanel(page: CheckoutPage, { attempt, shown, declinedCardId }: NonNullable<CheckoutPage['form']>): Html {
  const { order, cards, savedCards, step, chosenCardId } = page;
  return html`<section
    class="panel"
    id="pay"
    tabindex="-1"
    aria-labelledby="pay-title"
    ${shown === 'later' && html`hidden`}
  >
    <h2 id="pay-title">${step === undefined ? 'Pay by card' : 'Pay again'}</h2>
    <p class="declined-note" id="declined-note" ${declinedCardId === undefined && html`hidden`}>
      <span class="tag-declined">declined</span> The card below was not charged. Try it again, or use another one.
    </p>
    ${
      cards === undefined
        ? html`<p>
            The cards cannot be listed right now, because the payment service is not responding. Your order is saved.
            Please <a href="/checkout">try again</a> in a minute.
          </p>`
        : cardForm({ order, attempt, cards, savedCards, chosenCardId, declinedCardId })
    }
  </section>`;
}
