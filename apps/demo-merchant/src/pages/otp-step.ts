/** The OTP step on the checkout page: the component, the phone of the demo, and the ways without scripts. */

import type { StartedPayment } from '@plural-otp/edge';
import type { OtpPage } from '@plural-otp/edge/page';
import type { BrowserFiles } from '../browser-files.ts';
import { type Html, html, rawHtml } from '../html.ts';
import type { Language } from '../languages.ts';
import type { ShopOrder } from '../orders.ts';
import { lock } from './artwork.ts';

type Client = StartedPayment['client'];

/**
 * Returns the head of the checkout: the component as a merchant loads it, already on the page with the card form, so that
 * nothing is left to load once the customer pays. Then the shop's own script.
 */
export function checkoutHead({ component, own }: BrowserFiles, language: Language): Html {
  const { element, styles, more } = component;
  const modules = [element, ...more.filter(({ name }) => [`locales/${language}.js`, 'marks.js'].includes(name))];
  return html`<link rel="stylesheet" href="${styles.url}" integrity="${styles.integrity}" crossorigin="anonymous" />
    ${modules.map(
      ({ url, integrity }) =>
        html`<script type="module" src="${url}" integrity="${integrity}" crossorigin="anonymous"></script> `,
    )}
    <script type="module" src="${own['checkout.js'] ?? ''}"></script>`;
}

/** Renders the step. Without a client it waits, hidden, for the payment that the form starts. */
export function otpStep(
  client: Client | undefined,
  order: ShopOrder,
  language: Language,
  noScriptForm: OtpPage['form'],
): Html {
  return html`<section class="otp" aria-label="Confirm with your bank" ${client === undefined && html`hidden`}>
    <plural-otp endpoint="/plural" lang="${language}" autofocus autosubmit web-otp>
      <p slot="trust">${lock} <span>The OTP is used once, for this payment, and never stored.</span></p>
    </plural-otp>
    ${client && withoutComponent(client, order, (payment) => noScriptForm(payment, { lang: language }))}
  </section>`;
}

/** Renders what replaces the component if there are no scripts, or its file could not be loaded. */
function withoutComponent(client: Client, order: ShopOrder, toForm: (client: Client) => string): Html {
  const { challengeUrl, next } = client.view;
  const isOver = next.length === 0 || next.includes('payAgain');
  return html`<noscript>
      <div class="panel">
        ${
          isOver
            ? html`<h2>This payment has ended</h2>
                <p>The next page shows what your bank decided.</p>`
            : html`<h2>Confirm with your bank</h2>
                <p>The next page asks for the OTP from your bank.</p>`
        }
        ${rawHtml(toForm(client))}
      </div>
    </noscript>
    <div class="panel otp-unavailable" role="alert" hidden>
      <p>The field for your bank's OTP could not be loaded. Nothing was charged. Please use the plain page instead.</p>
      ${rawHtml(toForm(client))}
      <p class="actions">
        ${
          challengeUrl !== undefined &&
          html`<a class="button" href="${challengeUrl}" rel="noreferrer">Continue on your bank's page</a>`
        }
        <a href="/checkout?order=${order.number}">Reload this page</a>
      </p>
    </div>`;
}

/** Renders the phone of the demo: the text message of the bank, which slides in over the page. */
export function phone(): Html {
  return html`<section class="phone" id="phone" aria-label="Your phone, in this demo" hidden>
    <p class="phone-from"><span aria-hidden="true">✉</span> Text message <span class="phone-now">now</span></p>
    <p class="phone-text" role="status"></p>
    <p class="phone-actions">
      <button type="button" class="phone-copy">Copy OTP</button>
      <button type="button" class="phone-close" aria-label="Close the message">×</button>
    </p>
  </section>`;
}
