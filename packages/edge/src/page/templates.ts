/** HTML of every page without script. */
import type { PaymentDisplay } from '@plural-otp/flow/contract';
import { fill, formatMoney, type PageMessages, toMonogram } from '@plural-otp/flow/presentation';
import type { FormAction } from './form-fields.ts';
import { Html, html } from './html.ts';
import type { PageAction, ViewModel } from './view-model.ts';
import { pageStyles } from './styles.ts';

/** Layout that all pages share. */
export interface PageLayout {
  readonly messages: PageMessages;
  /** The merchant's own CSS, after the page's. */
  readonly styles: string;
}

/** Values that each form of a page submits. */
export interface FormContext {
  /** Path or URL that the forms are sent to. */
  readonly path: string;
  readonly session: string;
  readonly lang: string | undefined;
  readonly newId: () => string;
}

/** Returns the text of the page's style element, whose hash is in the content security policy. */
export const styleSheet = (merchantStyles: string): string => pageStyles + merchantStyles;

/** Renders a form for one action, with an idempotency key of its own: sent twice, it is done once. */
export function actionForm(formContext: FormContext, action: FormAction, content: Html): Html {
  const { path, session, lang, newId } = formContext;
  // Without `autocomplete` Firefox puts the hidden fields of an earlier visit back.
  return html`<form method="post" action="${path}" autocomplete="off">
    ${Object.entries({ session, action, idempotencyKey: newId(), lang }).map(([name, value]) =>
      value === undefined ? html`` : html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    ${content}
  </form>`;
}

/** Data of the page that shows the step. */
export interface StepPage {
  readonly viewModel: ViewModel;
  readonly display: PaymentDisplay | undefined;
  readonly formContext: FormContext;
  /** URL at which the merchant continues with the customer. */
  readonly shopUrl: string;
}

/** Renders the step. */
export function stepPage(layout: PageLayout, { viewModel, display, formContext, shopUrl }: StepPage): Html {
  const { messages } = layout;
  const { actions, primary, error, title, reference } = viewModel;
  const asks = actions.submit !== undefined;
  const isLabel = asks && title === viewModel.label;
  const button = (name: PageAction, action: FormAction): Html | false =>
    actions[name] !== undefined &&
    actionForm(
      formContext,
      action,
      html`<div class="row">
        ${name === 'resend' && html`<p>${viewModel.resendText}</p>`}
        <button class="${buttonClass(name, primary)}" type="submit">${actions[name]}</button>
      </div>`,
    );
  const hasWays = (primary !== 'bank' && actions.bank !== undefined) || actions.cancel !== undefined;
  const body = html`${summary(display, messages)} ${error !== '' && errorSummary(error)} ${!isLabel && panel(viewModel)}
  ${!asks && viewModel.notices.map((notice) => html`<p class="note">${notice}</p>`)} ${button('check', 'check')}
  ${button('start', 'generate')} ${primary === 'bank' && button('bank', 'bank')}
  ${asks && actionForm(formContext, 'submit', field(viewModel, isLabel))} ${button('resend', 'resend')}
  ${actions.shop !== undefined && html`<p><a class="${buttonClass('shop', primary)} button" href="${shopUrl}">${actions.shop}</a></p>`}
  ${
    hasWays &&
    html`<div class="row">${primary !== 'bank' && button('bank', 'bank')} ${button('cancel', 'cancel')}</div>`
  }
  ${reference !== '' && html`<p class="reference">${messages.reference} <code translate="no" dir="ltr">${reference}</code></p>`}`;
  // The error comes first in the title too, because a screen reader announces the title of a page first.
  return renderDocument(layout, { title: error === '' ? title : error, display, body });
}

/** The target of a page that redirects, and what it says until then. */
export interface Redirect {
  readonly title: string;
  readonly text: string;
  readonly url: string;
  /** Text of the link, for browsers that do not redirect by themselves. */
  readonly link: string;
  readonly display: PaymentDisplay | undefined;
}

/**
 * Renders a page that redirects with `<meta refresh>`, because the `form-action` policy of the submitting page would apply
 * to every hop of a 303.
 */
export function redirectPage(layout: PageLayout, { title, text, url, link, display }: Redirect): Html {
  const head = html`<meta http-equiv="refresh" content="0; url=${url}" />`;
  const body = html`${summary(display, layout.messages)}
    <div class="panel">
      <h1>${title}</h1>
      <p>${text}</p>
    </div>
    <p><a class="primary button" href="${url}" rel="noreferrer">${link}</a></p>`;
  return renderDocument(layout, { title, display, head, body });
}

/** Renders the reason why a request got no step, with the ways to continue. */
export function problemPage(
  layout: PageLayout,
  {
    title,
    text,
    retryForm,
    shopUrl,
  }: { title: string; text: string; retryForm?: FormContext | undefined; shopUrl: string },
): Html {
  const { messages } = layout;
  const merchant = messages.shop;
  const body = html`<div class="panel">
      <h1>${title}</h1>
      <p>${fill(text, { merchant })}</p>
    </div>
    ${retryForm && actionForm(retryForm, 'check', html`<button class="primary" type="submit">${messages.retry}</button>`)}
    <p><a class="button" href="${shopUrl}">${fill(messages.backLink, { merchant })}</a></p>`;
  return renderDocument(layout, { title, display: undefined, body });
}

const buttonClass = (action: PageAction, primary: PageAction | undefined): string => {
  if (action === primary) return 'primary';
  if (action === 'bank' || action === 'resend') return 'plain link';
  return action === 'cancel' ? 'plain' : 'secondary';
};

/** Marks that isolate a value in a sentence. The title of a window may show them. */
const isolates = /[\u2068\u2069]/g;

function renderDocument(
  layout: PageLayout,
  page: { title: string; display: PaymentDisplay | undefined; head?: Html; body: Html },
): Html {
  const { messages } = layout;
  const { title, display, head, body } = page;
  const sheet = new Html(`<style>${styleSheet(layout.styles)}</style>`);
  return html`<!doctype html>
    <html lang="${messages.language}" dir="${messages.direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title.replaceAll(isolates, '')} – ${display?.merchantName ?? messages.step}</title>
        ${head}${sheet}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`;
}

/** Renders who asks, how much, and from which card, as the element does. */
function summary(display: PaymentDisplay | undefined, messages: PageMessages): Html | false {
  if (display === undefined) return false;
  const { merchantName, amount, fee, network, issuer, lastDigits } = display;
  const money = (value: typeof fee): string => (value ? formatMoney(value, messages.money) : '');
  return html`<div class="summary">
    ${issuer !== undefined && html`<span class="tile" aria-hidden="true">${toMonogram(issuer)}</span>`}
    <div>
      <p>
        <b class="amount">${money(amount)}</b>
        ${merchantName !== undefined && html`<bdi class="quiet">${merchantName}</bdi>`}
      </p>
      <p class="quiet">
        <span
          ><bdi>${issuer}</bdi> ${
            lastDigits !== undefined &&
            html`<span role="img" dir="ltr" aria-label="${messages.ending} ${lastDigits.replace(/\B/g, ' ')}"
              >•• ${lastDigits}</span
            >`
          }</span
        >
        ${network !== undefined && html`<span class="mark">${network}</span>`}
      </p>
      ${fee && html`<p class="quiet">${fill(messages.fee, { fee: money(fee) })}</p>`}
    </div>
  </div>`;
}

/** Renders the error above all else; `autofocus` moves a screen reader there at once, as a script would. */
function errorSummary(error: string): Html {
  return html`<p class="errors" role="alert" tabindex="-1" autofocus><a href="#otp">${error}</a></p>`;
}

function panel({ tone, title, text }: ViewModel): Html {
  return html`<div class="panel ${tone}">
    <h1>${title}</h1>
    <p>${text}</p>
  </div>`;
}

/** Renders the field, always empty: a code is never sent back. What happened to the last one stands below it. */
function field({ error, hint, label: name, notices, actions, primary }: ViewModel, isHeading: boolean): Html {
  const label = html`<label for="otp">${name}</label>`;
  const isWrong = error !== '';
  return html`${isHeading ? html`<h1>${label}</h1>` : html`<h2>${label}</h2>`}
    <p id="otp-hint">${hint}</p>
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
      aria-describedby="otp-hint${isWrong && ' otp-error'}${notices.length > 0 && ' otp-status'}"
      ${isWrong && html`aria-invalid="true"`}
    />
    ${isWrong && html`<p class="error" id="otp-error">${error}</p>`}
    ${notices.length > 0 && html`<div id="otp-status">${notices.map((notice) => html`<p>${notice}</p>`)}</div>`}
    <button class="${buttonClass('submit', primary)}" type="submit">${actions.submit}</button>`;
}
