import type { PaymentDisplay } from '@plural-otp/flow/contract';
import { moneyText } from './format.ts';
import type { PageDeed } from './form-fields.ts';
import { Html, html } from './html.ts';
import type { PageAct, Screen } from './view-model.ts';
import { pageStyles } from './styles.ts';
import { fill, type PageWords } from './messages.ts';

/** What every page and form is drawn with. */
export interface Frame {
  readonly words: PageWords;
  /** The merchant's own CSS, after the page's. */
  readonly styles: string;
}

/** What the forms of a page carry. */
export interface FormCarrier {
  /** Where the forms are sent. */
  readonly action: string;
  readonly session: string;
  readonly lang: string | undefined;
  readonly newId: () => string;
}

/** The text of the page's style element: its hash is in the policy. */
export const sheetOf = (merchantStyles: string): string => pageStyles + merchantStyles;

/** A form that does one deed, with an act of its own: sent twice, it is the same deed. */
export function deedForm(carrier: FormCarrier, deed: PageDeed, content: Html): Html {
  const { action, session, lang, newId } = carrier;
  // Without `autocomplete` Firefox puts the hidden fields of an earlier visit back.
  return html`<form method="post" action="${action}" autocomplete="off">
    ${Object.entries({ session, deed, idempotencyKey: newId(), lang }).map(([name, value]) =>
      value === undefined ? html`` : html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    ${content}
  </form>`;
}

export interface StepPage {
  readonly screen: Screen;
  readonly display: PaymentDisplay | undefined;
  readonly carrier: FormCarrier;
  /** Where the merchant goes on with the customer. */
  readonly shopUrl: string;
}

/** The step as it stands. */
export function stepPage(frame: Frame, { screen, display, carrier, shopUrl }: StepPage): Html {
  const { words } = frame;
  const { acts, main, error, title, reference } = screen;
  const asks = acts.submit !== undefined;
  const isLabel = asks && title === words.label;
  const button = (act: PageAct, deed: PageDeed): Html | false =>
    acts[act] !== undefined &&
    deedForm(
      carrier,
      deed,
      html`${act === 'resend' && html`<p>${screen.resendText}</p>`}
        <button class="${look(act, main)}" type="submit">${acts[act]}</button>`,
    );
  const body = html`${summary(display, words)} ${error !== '' && errorSummary(error)}
  ${screen.notices.map((notice) => html`<p class="note">${notice}</p>`)} ${!isLabel && panel(screen)}
  ${button('check', 'check')} ${button('start', 'generate')}
  ${asks && deedForm(carrier, 'submit', field(screen, words, isLabel))} ${button('bank', 'bank')}
  ${acts.shop !== undefined && html`<p><a class="${look('shop', main)} button" href="${shopUrl}">${acts.shop}</a></p>`}
  ${button('resend', 'resend')} ${button('cancel', 'cancel')}
  ${reference !== '' && html`<p>${words.reference} <code translate="no" dir="ltr">${reference}</code></p>`}`;
  // What is wrong comes first in the title too: it is the first thing a screen reader says of a page.
  return documentOf(frame, { title: error === '' ? title : error, display, body });
}

/** Where a page goes on to by itself, and what it says meanwhile. */
export interface Onward {
  readonly title: string;
  readonly text: string;
  readonly url: string;
  /** The words of the link, for browsers that do not go by themselves. */
  readonly link: string;
  readonly display: PaymentDisplay | undefined;
}

/** A page that goes on at once. A redirect would be held, at every hop, to the policy of the page the form is on. */
export function onwardPage(frame: Frame, { title, text, url, link, display }: Onward): Html {
  const head = html`<meta http-equiv="refresh" content="0; url=${url}" />`;
  const body = html`${summary(display, frame.words)}
    <div class="panel">
      <h1>${title}</h1>
      <p>${text}</p>
    </div>
    <p><a class="main button" href="${url}" rel="noreferrer">${link}</a></p>`;
  return documentOf(frame, { title, display, head, body });
}

/** A page that says why a request got no step, with the ways on. */
export function problemPage(
  frame: Frame,
  { title, text, again, shopUrl }: { title: string; text: string; again?: FormCarrier | undefined; shopUrl: string },
): Html {
  const { words } = frame;
  const merchant = words.shop;
  const body = html`<div class="panel">
      <h1>${title}</h1>
      <p>${fill(text, { merchant })}</p>
    </div>
    ${again && deedForm(again, 'check', html`<button class="main" type="submit">${words.retry}</button>`)}
    <p><a class="button" href="${shopUrl}">${fill(words.backLink, { merchant })}</a></p>`;
  return documentOf(frame, { title, display: undefined, body });
}

const look = (act: PageAct, main: PageAct | undefined): string => {
  if (act === main) return 'main';
  return act === 'cancel' ? 'plain' : 'aside';
};

function documentOf(
  frame: Frame,
  parts: { title: string; display: PaymentDisplay | undefined; head?: Html; body: Html },
): Html {
  const { words } = frame;
  const { title, display, head, body } = parts;
  const sheet = new Html(`<style>${sheetOf(frame.styles)}</style>`);
  return html`<!doctype html>
    <html lang="${words.language}" dir="${words.direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} – ${display?.merchantName ?? words.step}</title>
        ${head}${sheet}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`;
}

function summary(display: PaymentDisplay | undefined, words: PageWords): Html | false {
  if (display === undefined) return false;
  const { merchantName, amount, fee, network, issuer, lastDigits } = display;
  const money = (value: typeof fee): string => (value ? moneyText(value, words.money) : '');
  return html`<div class="summary">
    ${merchantName !== undefined && html`<p><bdi>${merchantName}</bdi></p>`}
    ${amount && html`<p class="amount">${money(amount)}</p>`}
    ${fee && html`<p>${fill(words.fee, { fee: money(fee) })}</p>`}
    <p>
      <bdi>${issuer}</bdi> <bdi>${network}</bdi>
      ${lastDigits !== undefined && html`${words.ending} <bdi>${lastDigits}</bdi>`}
    </p>
  </div>`;
}

/** `autofocus` takes a screen reader to what is wrong at once, as a script would. */
function errorSummary(error: string): Html {
  return html`<p class="errors" role="alert" tabindex="-1" autofocus><a href="#otp">${error}</a></p>`;
}

function panel({ tone, title, text }: Screen): Html {
  return html`<div class="panel ${tone}">
    <h1>${title}</h1>
    <p>${text}</p>
  </div>`;
}

/** The field is always drawn empty: a code is never sent back. */
function field({ error, hint, acts, main }: Screen, words: PageWords, isHeading: boolean): Html {
  const label = html`<label for="otp">${words.label}</label>`;
  const isWrong = error !== '';
  return html`${isHeading ? html`<h1>${label}</h1>` : html`<h2>${label}</h2>`}
    <p id="otp-hint">${hint}</p>
    ${isWrong && html`<p class="error" id="otp-error">${error}</p>`}
    <input
      id="otp"
      name="otp"
      type="text"
      inputmode="numeric"
      autocomplete="one-time-code"
      autocapitalize="off"
      spellcheck="false"
      enterkeyhint="done"
      dir="ltr"
      aria-describedby="otp-hint${isWrong && ' otp-error'}"
      ${isWrong && html`aria-invalid="true"`}
    />
    <button class="${look('submit', main)}" type="submit">${acts.submit}</button>`;
}
