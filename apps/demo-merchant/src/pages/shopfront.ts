/** The front page and the page of a tea. */

import { maxQuantity, formatRupees, type Tea, teas } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import { hills, tin } from './artwork.ts';

/** Renders the front page. */
export function shopfront(): Html {
  return html`<section class="hero">
      ${hills}
      <div class="hero-text">
        <h1>Tea from two thousand metres</h1>
        <p>Small lots from the high Nilgiris, packed the week they are fired.</p>
      </div>
    </section>
    <section aria-labelledby="teas">
      <h2 id="teas">This season</h2>
      <ul class="teas">
        ${teas.map(
          (tea) =>
            html`<li class="tea">
              <a class="tea-art" href="/teas/${tea.id}" tabindex="-1" aria-hidden="true">${tin(tea)}</a>
              <div class="tea-text">
                <h3><a href="/teas/${tea.id}">${tea.name}</a></h3>
                <p>${tea.summary}</p>
                <p class="price"><strong>${formatRupees(tea.pricePaise)}</strong> <span>for ${tea.grams} g</span></p>
              </div>
            </li>`,
        )}
      </ul>
    </section>`;
}

/** Renders a tea with its order form. */
export function teaPage(tea: Tea): Html {
  const quantities = Array.from({ length: maxQuantity }, (_, index) => index + 1);
  return html`<article class="product">
    <div class="product-art">${tin(tea)}</div>
    <div class="product-text">
      <p class="crumb"><a href="/">All teas</a></p>
      <h1>${tea.name}</h1>
      <p class="lead">${tea.summary}</p>
      <p class="price large">
        <strong>${formatRupees(tea.pricePaise)}</strong> <span>for ${tea.grams} g, taxes included</span>
      </p>
      <form class="buy" method="post" action="/basket">
        <input type="hidden" name="tea" value="${tea.id}" />
        <label for="quantity">Tins</label>
        <select id="quantity" name="quantity">
          ${quantities.map((quantity) => html`<option value="${quantity}">${quantity}</option>`)}
        </select>
        <button class="button" type="submit">Go to checkout</button>
      </form>
      <dl class="facts">
        <div>
          <dt>The leaf</dt>
          <dd>${tea.story}</dd>
        </div>
        <div>
          <dt>In the cup</dt>
          <dd>${tea.brewing}</dd>
        </div>
      </dl>
    </div>
  </article>`;
}
