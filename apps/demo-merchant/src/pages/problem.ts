/** The page for a request that cannot be served. */

import { type Html, html } from '../html.ts';

/** Renders what is wrong, and links to continue. */
export function problemPage(title: string, text: string): Html {
  return html`<section class="empty">
    <h1>${title}</h1>
    <p>${text}</p>
    <p class="actions"><a class="button" href="/">See the teas</a> <a href="/orders">Your orders</a></p>
  </section>`;
}
