/** The form that pays by card. Its card fields have no names: what is typed into them is never posted. */

import { formatRupees } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import type { ShopOrder } from '../orders.ts';
import type { SavedCard } from '../saved-cards.ts';
import type { TestCard, TestCards } from '../test-cards.ts';

/** Data of the card form. */
export interface CardForm {
  readonly order: ShopOrder;
  readonly attempt: number;
  readonly cards: TestCards;
  readonly savedCards: readonly SavedCard[];
  /** Card that is chosen at first; the default is a saved one, or the first test card. */
  readonly chosenCardId?: string | undefined;
  /** Card of the payment that has just failed. */
  readonly declinedCardId?: string | undefined;
}

/** Renders the form. */
export function cardForm(form: CardForm): Html {
  const { order, attempt, cards, savedCards } = form;
  const chosen = findChosen(form);
  const testCard = cards.cards.find(({ id }) => id === chosen) ?? cards.cards[0];
  return html`<form class="pay" id="card-form" method="post" action="/checkout/pay" autocomplete="on">
      <input type="hidden" name="order" value="${order.number}" />
      <input type="hidden" name="attempt" value="${attempt}" />
      <input type="hidden" name="device" value="" />
      ${cardSelect(form, chosen)} ${savedCards.length > 0 && savedCardChoices(form, chosen)}
      ${
        testCard &&
        cardFields(
          toShownCard(testCard, cards),
          savedCards.some(({ id }) => id === chosen),
        )
      }
      ${chargeChoice(order)}
      <button class="button wide-button" type="submit" data-busy="Contacting your bank…">
        Pay ${formatRupees(order.amountPaise)}
      </button>
      <p class="fine">Your bank will send you an OTP. Nothing is charged before you enter it.</p>
    </form>
    ${savedCards.length > 0 && removeForm(order)}`;
}

function findChosen({ cards, savedCards, chosenCardId, declinedCardId }: CardForm): string | undefined {
  const known = [...savedCards, ...cards.cards].map(({ id }) => id);
  return [chosenCardId, declinedCardId].find((id) => id !== undefined && known.includes(id)) ?? known[0];
}

/** Card as the form shows it, for the page's script. */
export interface ShownCard {
  readonly id: string;
  readonly title: string;
  readonly network: string;
  readonly number: string;
  readonly expiry: string;
  readonly cvv: string;
  readonly name: string;
}

/** Returns what the form shows of a test card: of one that is not the sandbox's, no number. */
export function toShownCard(card: TestCard, { sandboxUrl }: TestCards): ShownCard {
  const isPublic = sandboxUrl !== undefined;
  return {
    id: card.id,
    title: card.title,
    network: card.network,
    number: isPublic ? card.number.replaceAll(/.{4}(?=.)/g, '$& ') : `•••• •••• •••• ${card.number.slice(-4)}`,
    expiry: `${card.expiryMonth} / ${card.expiryYear.slice(-2)}`,
    cvv: isPublic ? card.cvv : '•••',
    name: card.name,
  };
}

/** The one field with the card that is posted: chosen by the script, or without scripts by the customer. */
function cardSelect({ cards, savedCards }: CardForm, chosen: string | undefined): Html {
  const option = (id: string, label: string): Html =>
    html`<option value="${id}" ${id === chosen && html`selected`}>${label}</option>`;
  const toLabel = (card: TestCard): string => `${card.title} (${card.network} ${card.number.slice(-4)})`;
  return html`<label class="card-select without-script">
    Card
    <select name="card" required>
      ${savedCards.map(({ id, network, lastDigits }) => option(id, `Saved card: ${network} ${lastDigits}`))}
      ${[...Map.groupBy(cards.cards, ({ group }) => group)].map(
        ([group, members]) =>
          html`<optgroup label="${group}">${members.map((card) => option(card.id, toLabel(card)))}</optgroup>`,
      )}
    </select>
  </label>`;
}

function savedCardChoices({ savedCards, declinedCardId }: CardForm, chosen: string | undefined): Html {
  const isSaved = savedCards.some(({ id }) => id === chosen);
  return html`<fieldset class="choices">
    <legend>Pay with</legend>
    ${savedCards.map((card) => savedCardChoice(card, card.id === chosen, card.id === declinedCardId))}
    <label class="choice with-script">
      <input type="radio" name="with" value="" ${!isSaved && html`checked`} />
      <span class="choice-text"><span class="choice-title">Another card</span></span>
    </label>
  </fieldset>`;
}

function savedCardChoice({ id, issuer, network, lastDigits }: SavedCard, isChosen: boolean, isDeclined: boolean): Html {
  return html`<div class="saved-card">
    <label class="choice">
      <input type="radio" name="with" value="${id}" ${isChosen && html`checked`} />
      <span class="choice-text">
        <span class="choice-title">${issuer}</span>
        <span class="choice-note">Saved card ${isDeclined && html`<span class="tag-declined">declined</span>`}</span>
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

/** The form of the buttons that remove a saved card: not the payment's, whose Enter key must only ever pay. */
function removeForm(order: ShopOrder): Html {
  return html`<form id="remove-card" method="post" action="/cards/delete">
    <input type="hidden" name="order" value="${order.number}" />
  </form>`;
}

function cardFields({ title, network, number, expiry, cvv, name }: ShownCard, isHidden: boolean): Html {
  return html`<fieldset class="card-fields with-script" ${isHidden && html`hidden`}>
      <legend class="visually-hidden">Card details</legend>
      <div class="field field-number">
        <label for="card-number">Card number</label>
        <div class="field-box">
          <input
            id="card-number"
            type="text"
            inputmode="numeric"
            autocomplete="cc-number"
            spellcheck="false"
            maxlength="24"
            aria-describedby="card-note card-number-error"
            value="${number}"
          />
          <span class="network" id="card-network">${network}</span>
        </div>
        <p class="field-note" id="card-note">
          <span class="test-tag" id="test-tag">Test card: ${title}</span>
          <button type="button" class="link-button" data-open="test-cards">Choose another</button>
        </p>
        <p class="field-error" id="card-number-error" hidden></p>
      </div>
      ${field('card-expiry', 'Expires', { inputmode: 'numeric', autocomplete: 'cc-exp', max: 7, value: expiry, placeholder: 'MM / YY' })}
      ${field('card-cvv', 'CVV', { inputmode: 'numeric', autocomplete: 'cc-csc', max: 4, value: cvv, placeholder: '123' })}
      ${field('card-name', 'Name on the card', { inputmode: 'text', autocomplete: 'cc-name', max: 60, value: name, placeholder: '' })}
    </fieldset>
    <label class="save-card" ${isHidden && html`hidden`}>
      <input type="checkbox" name="save" value="yes" />
      Save the card for next time
    </label>`;
}

interface FieldOptions {
  readonly inputmode: string;
  readonly autocomplete: string;
  readonly max: number;
  readonly value: string;
  readonly placeholder: string;
}

function field(id: string, label: string, { inputmode, autocomplete, max, value, placeholder }: FieldOptions): Html {
  return html`<div class="field ${id}">
    <label for="${id}">${label}</label>
    <input
      id="${id}"
      type="text"
      inputmode="${inputmode}"
      autocomplete="${autocomplete}"
      spellcheck="false"
      maxlength="${max}"
      placeholder="${placeholder}"
      aria-describedby="${id}-error"
      value="${value}"
    />
    <p class="field-error" id="${id}-error" hidden></p>
  </div>`;
}

/** Choice that the first attempt makes for the order, as its first payment belongs to an order at Plural of one kind. */
const chargeNotes = {
  now: 'The amount is charged now.',
  later: 'The amount is reserved now and charged when the tea ships.',
} as const;

function chargeChoice(order: ShopOrder): Html {
  if (order.preAuth !== undefined) {
    const charge = order.preAuth ? 'later' : 'now';
    return html`<input type="hidden" name="charge" value="${charge}" />
      <p class="fine">${chargeNotes[charge]}</p>`;
  }
  return html`<fieldset class="charge">
      <legend>When to charge</legend>
      <label><input type="radio" name="charge" value="now" checked /> <span>Pay now</span></label>
      <label><input type="radio" name="charge" value="later" /> <span>Reserve, pay when it ships</span></label>
    </fieldset>
    ${Object.entries(chargeNotes).map(([charge, text]) => html`<p class="fine" data-charge="${charge}" hidden>${text}</p>`)}`;
}
