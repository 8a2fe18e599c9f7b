/** The frame of every page: head, navigation, footer and the demo's bar. */

import { merchantName } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import { type Language, languages } from '../languages.ts';
import { lock, mark } from './artwork.ts';
import { type DemoBar, demoBar, showDemoBarForm } from './demo-bar.ts';

/** Page of the shop. */
export interface Page {
  readonly title: string;
  readonly main: Html;
  /** One sentence for search engines and link previews. */
  readonly description?: string | undefined;
  /** Additional elements of the head, such as scripts. */
  readonly head?: Html;
  /** Entry of the navigation that is the current page. */
  readonly current?: 'teas' | 'orders' | 'merchant';
  /** `checkout`: no navigation leads away from a payment. `tool`: the page fills the window, without a footer. */
  readonly frame?: 'checkout' | 'tool';
  /** True for a page with its own script, which contains that of every page. */
  readonly hasScript?: boolean;
}

/** Content of the frame around the page. */
export interface Frame {
  /** Origin of the shop, because programs that show a shared link need a whole address. */
  readonly origin: string;
  /** URLs of the shop's own files. */
  readonly own: Readonly<Record<string, string>>;
  readonly language: Language;
  /** Path and query of the page. */
  readonly path: string;
  /** Unfinished payment that the page links to. */
  readonly unfinished?: { readonly orderNumber: string } | undefined;
  /** Demo bar; absent if the visitor hid it. */
  readonly demo?: DemoBar | undefined;
}

const defaultDescription =
  'Nilgiri Leaf, a demo shop: pay for tea by card with the OTP of your bank, on the page of the shop.';

/** Renders a whole page. */
export function layout(page: Page, frame: Frame): Html {
  const { title, main, head, description = defaultDescription, hasScript } = page;
  const { origin, own, unfinished, demo } = frame;
  return html`<!doctype html>
    <html lang="en-IN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#fffdf9" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#18201b" media="(prefers-color-scheme: dark)" />
        <title>${title} · ${merchantName}</title>
        <meta name="description" content="${description}" />
        <meta property="og:title" content="${title} · ${merchantName}" />
        <meta property="og:description" content="${description}" />
        <meta property="og:image" content="${origin}${own['share.png'] ?? ''}" />
        <meta name="twitter:card" content="summary_large_image" />
        <link rel="apple-touch-icon" href="${own['touch-icon.png'] ?? ''}" />
        <link rel="icon" href="${own['mark.svg'] ?? ''}" type="image/svg+xml" />
        <link rel="stylesheet" href="${own['styles.css'] ?? ''}" />
        <noscript><link rel="stylesheet" href="${own['no-script.css'] ?? ''}" /></noscript>
        ${head} ${hasScript !== true && html`<script type="module" src="${own['site.js'] ?? ''}"></script>`}
      </head>
      <body ${page.frame === 'checkout' && html`class="enclosed"`} ${page.frame === 'tool' && html`class="tool"`}>
        <a class="skip" href="#main">Skip to the content</a>
        ${header(page)}
        ${
          unfinished &&
          html`<aside class="unfinished" aria-label="Unfinished payment">
            <div class="wide">
              <p>Your payment for order <strong>${unfinished.orderNumber}</strong> is not finished.</p>
              <a class="button small" href="/checkout">Continue the payment</a>
            </div>
          </aside>`
        }
        <main id="main" class="wide" tabindex="-1">${main}</main>
        ${page.frame !== 'tool' && footer(frame)} ${demo && demoBar(demo)}
      </body>
    </html>`;
}

function header({ current, frame }: Page): Html {
  const link = (href: string, name: NonNullable<Page['current']>, text: string): Html =>
    html`<a href="${href}" ${current === name && html`aria-current="page"`}>${text}</a>`;
  return html`<header class="top">
    <div class="wide">
      <a class="brand" href="/">${mark}<span>${merchantName}</span></a>
      ${
        frame === 'checkout'
          ? html`<p class="secure">${lock} Secure payment</p>`
          : html`<nav aria-label="Shop">
              ${link('/', 'teas', 'Teas')} ${link('/orders', 'orders', 'Your orders')}
              ${link('/merchant', 'merchant', 'Merchant')}
            </nav>`
      }
    </div>
  </header>`;
}

function footer({ language, path, demo }: Frame): Html {
  return html`<footer class="bottom">
    <div class="wide">
      <form class="language" method="post" action="/language">
        <input type="hidden" name="to" value="${path}" />
        <label for="language">Language of the OTP step</label>
        <select id="language" name="language">
          ${languages.map(
            ({ tag, name }) =>
              html`<option value="${tag}" lang="${tag}" ${tag === language && html`selected`}>${name}</option>`,
          )}
        </select>
        <button class="button quiet small without-script" type="submit">Change</button>
      </form>
      <p>${merchantName} is a demo shop: nothing is sold, and with the sandbox no money moves.</p>
      ${
        demo === undefined
          ? showDemoBarForm(path)
          : html`<p>
              For designers: the <a href="/playground">playground</a> shows every state of the step, in every theme.
            </p>`
      }
    </div>
  </footer>`;
}
