/** The card that an order was paid with. The shop stores its id only. */

import type { ShopOrder } from './orders.ts';
import type { PaidWith } from './pages/orders.ts';
import { findStrongest, isVerdictFor } from './repository.ts';
import type { SavedCard } from './saved-cards.ts';
import type { TestCards } from './test-cards.ts';

/** Sources of cards. */
export interface CardSources {
  readonly cards: () => Promise<TestCards>;
  readonly listSaved: (session: string) => Promise<SavedCard[]>;
}

/** Returns the card of the payment that decided an order, or `undefined`, also for a saved card that was removed. */
export async function findPaidWith(order: ShopOrder, { cards, listSaved }: CardSources): Promise<PaidWith | undefined> {
  const verdict = findStrongest(order.verdicts);
  const cardId = verdict && order.attempts.find((attempt) => isVerdictFor(verdict, attempt))?.cardId;
  if (cardId === undefined) return undefined;
  if (cardId.startsWith('saved-')) return (await listSaved(order.session)).find(({ id }) => id === cardId);
  const card = (await cards()).cards.find(({ id }) => id === cardId);
  return card && { ...card, lastDigits: card.number.slice(-4), holder: card.name };
}
