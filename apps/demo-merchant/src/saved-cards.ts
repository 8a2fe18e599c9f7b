/** Cards that a customer saved at Plural. The shop stores who the customer is there, and nothing of a card. */

import type { Order, Plural } from '@plural-otp/core';
import { deleteToken, listTokens, type CardToken } from '@plural-otp/core/tokens';
import type { ShopRepository } from './repository.ts';
import type { TestCards } from './test-cards.ts';

/** Saved card that the customer may choose. Its token never leaves the server; the browser knows only the `id`. */
export interface SavedCard {
  readonly id: string;
  readonly tokenId: string;
  readonly network: string;
  readonly issuer: string;
  readonly lastDigits: string;
  /** The test card's. A real shop asks for it at each payment and stores it nowhere. */
  readonly cvv: string;
}

/** Dependencies of {@link createSavedCards}. */
export interface SavedCardsDeps {
  readonly plural: Plural;
  readonly repository: Pick<ShopRepository, 'saveCustomer' | 'findCustomer'>;
  readonly cards: () => Promise<TestCards>;
}

/** Operations on the saved cards of a browser. */
export interface SavedCards {
  /** Returns the cards that can be paid with, without a call for a browser that never saved one. */
  list(session: string): Promise<SavedCard[]>;
  /** Stores who the customer of an order is at Plural, so that the saved cards can be listed. */
  remember(session: string, order: Order): Promise<void>;
  /** Deletes a card at Plural. No-op for one that is not this browser's. */
  remove(session: string, cardId: string): Promise<void>;
}

/** Creates the saved cards. */
export function createSavedCards({ plural, repository, cards }: SavedCardsDeps): SavedCards {
  const list: SavedCards['list'] = async (session) => {
    const customerId = await repository.findCustomer(session);
    if (customerId === undefined) return [];
    const [tokens, { cards: testCards }] = await Promise.all([listTokens(plural, customerId), cards()]);
    const active = tokens.filter(({ status }) => status === 'ACTIVE');
    return Promise.all(
      active.map(async (token) => {
        const lastDigits = token.card_data?.last4_digit ?? '';
        return {
          ...(await describeCard(token)),
          lastDigits,
          cvv: testCards.find(({ number }) => number.endsWith(lastDigits))?.cvv ?? '123',
        };
      }),
    );
  };
  return {
    list,
    async remember(session, { purchase_details: details }) {
      const customer = details?.['customer'] as { customer_id?: unknown } | undefined;
      if (typeof customer?.customer_id === 'string') await repository.saveCustomer(session, customer.customer_id);
    },
    async remove(session, cardId) {
      const card = (await list(session)).find(({ id }) => id === cardId);
      if (card !== undefined) await deleteToken(plural, card.tokenId);
    },
  };
}

async function describeCard(token: CardToken): Promise<Omit<SavedCard, 'lastDigits' | 'cvv'>> {
  const { network_name: network = 'Card', issuer_name: issuer = '' } = token.card_data ?? {};
  return { id: `saved-${(await digest(token.token_id)).slice(0, 16)}`, tokenId: token.token_id, network, issuer };
}

/** Returns the customer's reference at Plural. Derived, because the session is a secret of the browser. */
export async function customerReference(session: string): Promise<string> {
  return `nilgiri-${(await digest(session)).slice(0, 32)}`;
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
