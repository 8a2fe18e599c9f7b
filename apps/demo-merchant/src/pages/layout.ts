/** The frame of every page: head, navigation and footer. */

import { type Html, html } from '../html.ts';
import { lock, mark } from './artwork.ts';

/** Page of the shop. */
export interface Page {
  readonly title: string;
  readonly main: Html;
  /** Additional elements of the head, such as scripts. */
  readonly head?: Html;
  /** Entry of the navigation that is the current page. */
  readonly current?: 'teas' | 'orders' | 'merchant';
  /** Closes the frame around a payment: no navigation leads away from it. */
  readonly isEnclosed?: boolean;
  /** Unfinished payment that the page links to. */
  readonly unfinished?: { readonly orderNumber: string } | undefined;
}

/** Renders a whole page. */
export function layout({ title, main, head, current, isEnclosed, unfinished }: Page): Html {
  const link = (href: string, name: NonNullable<Page['current']>, text: string): Html =>
    html`<a href="${href}" ${current === name && html`aria-current="page"`}>${text}</a>`;
  return html`<!doctype html>
    <html lang="en-IN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Nilgiri Leaf</title>
        <link rel="icon" href="/assets/mark.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/shop.css" />
        ${head}
      </head>
      <body ${isEnclosed && html`class="enclosed"`}>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <div class="wide">
            <a class="brand" href="/">${mark}<span>Nilgiri Leaf</span></a>
            ${
              isEnclosed
                ? html`<p class="secure">${lock} Secure payment</p>`
                : html`<nav aria-label="Shop">
                    ${link('/', 'teas', 'Teas')} ${link('/orders', 'orders', 'Your orders')}
                    ${link('/merchant', 'merchant', 'Merchant')}
                  </nav>`
            }
          </div>
        </header>
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
        <footer class="bottom">
          <div class="wide">
            <p>Nilgiri Leaf is a demo shop: nothing is sold, and with the sandbox no money moves.</p>
            <p>
              For designers: the <a href="/playground">playground</a> shows every state of the step, in every theme.
            </p>
          </div>
        </footer>
      </body>
    </html>`;
}
