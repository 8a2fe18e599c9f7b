// The drawer of test cards: search, and a choice that fills in the form.
import { byId, checkout } from './data.js';

/** Sets up the drawer; `choose` receives the chosen card. */
export function setUpTestCards(choose) {
  const drawer = byId('test-cards');
  if (!drawer) return;
  const search = byId('card-search');
  const body = drawer.querySelector('.drawer-body');

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const item of body.querySelectorAll('li')) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of body.querySelectorAll('[data-group]')) group.hidden = !group.querySelector('li:not([hidden])');
    body.querySelector('.drawer-empty').hidden = body.querySelector('li:not([hidden])') !== null;
  };
  search.addEventListener('input', filter);
  drawer.addEventListener('click', (event) => {
    const id = event.target.closest('[data-card]')?.dataset.card;
    const card = checkout.cards.find((candidate) => candidate.id === id);
    if (!card) return;
    choose(card);
    drawer.close();
    const pay = byId('pay');
    if (!pay.hidden) pay.querySelector('button[type="submit"]:not([form])').focus();
  });
  drawer.addEventListener('close', () => {
    search.value = '';
    filter();
  });
}
