/** The page that a link to the checkout with a test card leads to while there is nothing to pay for. */

import { teas } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import type { TestCard } from '../test-cards.ts';

/** Renders a button for each tea, whose checkout begins with the card filled in. */
export function basketForCardPage({ id, title }: Pick<TestCard, 'id' | 'title'>): Html {
  return html`<section class="empty">
    <h1>What would you like to pay for?</h1>
    <p>The checkout will be filled in with the test card <strong>${title}</strong>.</p>
    <form class="actions" method="post" action="/basket">
      <input type="hidden" name="card" value="${id}" />
      <input type="hidden" name="quantity" value="1" />
      ${teas.map((tea) => html`<button class="button" name="tea" value="${tea.id}">${tea.name}</button>`)}
    </form>
  </section>`;
}
