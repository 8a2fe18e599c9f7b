import { type Html, html } from '../html.ts';
import { mark } from './artwork.ts';

export interface Page {
  readonly title: string;
  readonly main: Html;
  /** More of the head: the scripts of a page that has some. */
  readonly head?: Html;
  /** Which entry of the navigation the page is. */
  readonly current?: 'teas' | 'orders' | 'merchant';
  /** Something the customer left unfinished, with the way back to it. */
  readonly unfinished?: { readonly orderNumber: string } | undefined;
}

/** A whole page of the shop. */
export function layout({ title, main, head, current, unfinished }: Page): Html {
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
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <div class="wide">
            <a class="brand" href="/">${mark}<span>Nilgiri Leaf</span></a>
            <nav aria-label="Shop">
              ${link('/', 'teas', 'Teas')} ${link('/orders', 'orders', 'Your orders')}
              ${link('/merchant', 'merchant', 'Merchant')}
            </nav>
          </div>
        </header>
        ${
          unfinished &&
          html`<aside class="unfinished" aria-label="Unfinished payment">
            <div class="wide">
              <p>The payment for order <strong>${unfinished.orderNumber}</strong> is not finished.</p>
              <a class="button small" href="/checkout">Go to the payment</a>
            </div>
          </aside>`
        }
        <main id="main" class="wide" tabindex="-1">${main}</main>
        <footer class="bottom">
          <div class="wide">
            <p>Nilgiri Leaf is a demonstration shop: nothing is sold, and with the sandbox no money moves.</p>
            <p>For designers: the <a href="/playground">playground</a> has every state and every look of the step.</p>
          </div>
        </footer>
      </body>
    </html>`;
}
