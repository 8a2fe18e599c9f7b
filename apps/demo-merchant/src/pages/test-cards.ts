/** The drawer of test cards: fills in the card form. */

import { type Html, html } from '../html.ts';
import type { TestCard } from '../test-cards.ts';

/** Renders the drawer, with the cards in their own groups. */
export function testCardsDrawer(cards: readonly TestCard[]): Html {
  const groups = Map.groupBy(cards, ({ group }) => group);
  return html`<dialog class="drawer" id="test-cards" aria-labelledby="test-cards-title">
    <div class="drawer-head">
      <h2 id="test-cards-title">Test cards</h2>
      <button type="button" class="drawer-close" data-close aria-label="Close">×</button>
      <p class="fine">Each plays one situation at the test bank. Choosing one fills in the form.</p>
      <label class="visually-hidden" for="card-search">Search the test cards</label>
      <input type="search" id="card-search" placeholder="Search, for example: declined" autocomplete="off" />
    </div>
    <div class="drawer-body" tabindex="-1">
      ${[...groups].map(
        ([group, members]) =>
          html`<section data-group>
            <h3>${group}</h3>
            <ul>
              ${members.map(
                ({ id, title, description, network, number }) =>
                  html`<li>
                    <button type="button" data-card="${id}">
                      <span class="choice-title">${title}</span>
                      <span class="card-digits">${network} <span aria-hidden="true">••</span>${number.slice(-4)}</span>
                      <span class="choice-note">${description}</span>
                    </button>
                  </li>`,
              )}
            </ul>
          </section>`,
      )}
      <p class="drawer-empty" role="status" hidden>No test card matches.</p>
    </div>
  </dialog>`;
}
