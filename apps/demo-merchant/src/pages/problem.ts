import { type Html, html } from '../html.ts';

/** A page for what cannot be shown: what is wrong, and where to go from here. */
export function problemPage(title: string, text: string): Html {
  return html`<section class="empty">
    <h1>${title}</h1>
    <p>${text}</p>
    <p class="actions"><a class="button" href="/">To the teas</a> <a href="/orders">Your orders</a></p>
  </section>`;
}
