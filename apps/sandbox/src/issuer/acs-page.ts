/** HTML of the ACS page: the challenge, the return to the merchant, and the ends without either. */
import { Html, html, htmlResponse } from '../lib/html.ts';
import { acsStyle } from './acs-style.ts';

/** Data of the challenge page. */
export interface ChallengeView {
  readonly merchantName: string;
  readonly amount: string;
  readonly lastDigits: string;
  readonly reference: string;
  /** Message about the last rejected OTP. */
  readonly problem?: string;
  /** Message that an OTP was sent. */
  readonly notice?: string;
}

/** A signed return: its address and fields. */
export interface ReturnForm {
  /** Address of the merchant, or null when the order has none. */
  readonly action: string | null;
  readonly method: 'POST' | 'GET';
  readonly fields: Readonly<Record<string, string>>;
  readonly succeeded: boolean;
}

function renderPage(title: string, body: Html, script?: { readonly nonce: string; readonly code: Html }): Html {
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <link rel="icon" href="data:," />
      <title>${title} - Sandbox Bank</title>
      <style>
        ${acsStyle}
      </style>
      <header>
        <p>Sandbox Bank <span>fictional, for tests only</span></p>
      </header>
      ${body}
      <footer>This bank does not exist. This page is part of a payment emulator; no money moves.</footer>
      ${
        script === undefined
          ? html``
          : html`<script nonce="${script.nonce}">
              ${script.code};
            </script>`
      }
    </html>`;
}

const styleOnly =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'";

/** Renders the form for the OTP, without any script. */
export function challengePage(view: ChallengeView): Response {
  return htmlResponse(
    renderPage(
      'Confirm your payment',
      html`<main>
        <h1>Confirm your payment</h1>
        ${view.problem === undefined ? html`` : html`<p class="problem" role="alert" id="problem">${view.problem}</p>`}
        <dl>
          <dt>Merchant</dt>
          <dd>${view.merchantName}</dd>
          <dt>Amount</dt>
          <dd class="amount">${view.amount}</dd>
          <dt>Card</dt>
          <dd>ending ${view.lastDigits}</dd>
          <dt>Order</dt>
          <dd>${view.reference}</dd>
        </dl>
        ${view.notice === undefined ? html`` : html`<p class="notice">${view.notice}</p>`}
        <form method="post">
          <label for="otp">One-time password (OTP)</label>
          <input
            id="otp"
            name="otp"
            inputmode="numeric"
            autocomplete="one-time-code"
            maxlength="8"
            ${view.problem === undefined ? html`` : html`aria-invalid="true" aria-describedby="problem"`}
            autofocus
          />
          <button name="action" value="confirm">Confirm</button>
          <button class="quiet" name="action" value="resend">Send a new OTP</button>
          <button class="plain" name="action" value="cancel">Cancel the payment</button>
        </form>
      </main>`,
    ),
    styleOnly,
  );
}

/** Renders the return to the merchant: a form that submits itself, with a button where scripts are disabled. */
export function returnPage(form: ReturnForm, nonce: string): Response {
  if (form.action === null) return closingPage(form.succeeded);
  const title = form.succeeded ? 'Payment confirmed' : 'Payment not confirmed';
  const { action, queryFields } =
    form.method === 'GET' ? withoutQuery(form.action) : { action: form.action, queryFields: [] };
  const inputs = [...queryFields, ...Object.entries(form.fields)].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  const body = html`<main>
    <h1>${title}</h1>
    <p class="notice">You are being sent back to the shop.</p>
    <form id="return" method="${form.method.toLowerCase()}" action="${action}">
      ${inputs}
      <button>Back to the shop</button>
    </form>
  </main>`;
  // Called on the prototype, because a field of the merchant's query may be named "submit".
  const code = new Html("HTMLFormElement.prototype.submit.call(document.getElementById('return'))");
  return htmlResponse(renderPage(title, body, { nonce, code }), `${styleOnly}; script-src 'nonce-${nonce}'`);
}

// A GET form replaces the query of its action, so the merchant's own query is sent as fields.
function withoutQuery(address: string): { action: string; queryFields: [string, string][] } {
  const url = new URL(address);
  const queryFields = [...url.searchParams];
  url.search = '';
  return { action: url.href, queryFields };
}

function closingPage(succeeded: boolean): Response {
  const title = succeeded ? 'Payment confirmed' : 'Payment not confirmed';
  return htmlResponse(
    renderPage(
      title,
      html`<main>
        <h1>${title}</h1>
        <p>The order has no callback_url. You may close this page.</p>
      </main>`,
    ),
    styleOnly,
  );
}

/** Renders the page of a challenge that is unknown or can no longer be answered. */
export function expiredPage(): Response {
  const body = html`<main>
    <h1>This page has expired</h1>
    <p>There is no payment here. Go back to the shop and start again.</p>
  </main>`;
  return htmlResponse(renderPage('This page has expired', body), styleOnly, 404);
}
