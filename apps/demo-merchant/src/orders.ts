/** The orders of the shop: what the stored attempts and verdicts on an order amount to. */

import type { PaymentVerdict } from '@plural-otp/edge';
import {
  type Attempt,
  findStrongest,
  isVerdictFor,
  type NewOrder,
  type OrderFacts,
  type ShopRepository,
} from './repository.ts';

/** Payment status of an order. Only verdicts change it, except that a new attempt after a failed one reopens it. */
export type OrderStatus = 'open' | 'failed' | 'authorized' | 'cancelled' | 'paid';

/** Order with the status derived from its facts. */
export interface ShopOrder extends OrderFacts {
  readonly orderStatus: OrderStatus;
  /** Convenience fee of the card in paise; 0 until a verdict reports one. */
  readonly feePaise: number;
  /** True to reserve now and capture later. Fixed by the first attempt, because it belongs to the Plural order. */
  readonly preAuth: boolean | undefined;
  /** False once Plural accepts no further payment on the order. */
  readonly pluralOpen: boolean;
}

/** Returns the total with the fee, in paise. */
export const totalPaise = ({ amountPaise, feePaise }: ShopOrder): number => amountPaise + feePaise;

/** Members of a verdict that {@link Orders.record} reads. */
export type RecordedVerdict = Pick<
  PaymentVerdict,
  | 'key'
  | 'outcome'
  | 'merchantOrderReference'
  | 'merchantPaymentReference'
  | 'paymentId'
  | 'amount'
  | 'orderOpen'
  | 'source'
> & { readonly feePaise: number };

/** Stored attempt with its order. */
export interface NewAttempt {
  readonly order: ShopOrder;
  readonly attempt: Attempt;
  /** True for the call that stored it; false for a retry. */
  readonly isNew: boolean;
}

/** Operations on orders. */
export interface Orders {
  /** Creates an order with a new number. */
  create(order: Pick<NewOrder, 'session' | 'teaId' | 'quantity' | 'amountPaise'>): Promise<ShopOrder>;
  /** Returns an order, or `undefined`. */
  byNumber(number: string): Promise<ShopOrder | undefined>;
  /** Returns the orders of a browser, newest first. */
  bySession(session: string): Promise<ShopOrder[]>;
  /** Stores the reference that the customer of a payment sees. */
  linkReference(customerReference: string, number: string): Promise<void>;
  /** Stores the id of the Plural order. */
  linkToPlural(number: string, pluralOrderId: string): Promise<void>;
  /** Stores an attempt before anything is sent to Plural; a retry returns what was stored first. */
  beginAttempt(number: string, attempt: Pick<Attempt, 'attempt' | 'cardId' | 'preAuth'>): Promise<NewAttempt>;
  /** Records that Plural created the payment. */
  markStarted(reference: string, pluralPaymentId: string): Promise<void>;
  /** Records that the attempt never became a payment. */
  markRejected(reference: string): Promise<void>;
  /** Stores a verdict, which updates its order. Returns false if it is a duplicate, or its order is unknown. */
  record(verdict: RecordedVerdict): Promise<boolean>;
}

/** Creates the orders over a repository. */
export function createOrders(repository: ShopRepository, now: () => number, newNumber: () => string): Orders {
  const byNumber = async (number: string): Promise<ShopOrder | undefined> => {
    const [facts] = await repository.findOrders({ number });
    return facts && toShopOrder(facts);
  };

  return {
    async create(order) {
      const created = { ...order, number: newNumber(), createdAtMs: now() };
      await repository.addOrder(created);
      return toShopOrder({ ...created, pluralOrderId: undefined, attempts: [], verdicts: [] });
    },
    byNumber,
    bySession: async (session) => (await repository.findOrders({ session })).map(toShopOrder),
    linkReference: (customerReference, number) => repository.addReference(customerReference, number),
    linkToPlural: (number, pluralOrderId) => repository.linkToPlural(number, pluralOrderId),
    async beginAttempt(number, requested) {
      const reference = `${number}-${requested.attempt}`;
      const isNew = await repository.addAttempt({
        ...requested,
        reference,
        orderNumber: number,
        stage: 'starting',
        pluralPaymentId: undefined,
        startedAtMs: now(),
      });
      const order = await byNumber(number);
      const attempt = order?.attempts.find((candidate) => candidate.reference === reference);
      if (order === undefined || attempt === undefined) {
        throw new Error(`${reference} could not be read right after it was stored; check the database.`);
      }
      return { order, attempt, isNew };
    },
    markStarted: (reference, pluralPaymentId) => repository.markStarted(reference, pluralPaymentId),
    markRejected: (reference) => repository.markRejected(reference),
    async record({ merchantOrderReference, merchantPaymentReference, paymentId, amount, ...verdict }) {
      if ((await byNumber(merchantOrderReference)) === undefined) return false;
      return repository.addVerdict({
        key: verdict.key,
        orderNumber: merchantOrderReference,
        pluralPaymentId: paymentId,
        reference: merchantPaymentReference,
        outcome: verdict.outcome,
        orderOpen: verdict.orderOpen,
        amountPaise: amount.value,
        feePaise: verdict.feePaise,
        source: verdict.source,
        receivedAtMs: now(),
      });
    },
  };
}

/** Derives the status of an order from its facts, independent of the order in which verdicts arrived. */
export function toShopOrder(facts: OrderFacts): ShopOrder {
  const { attempts, verdicts } = facts;
  const strongest = findStrongest(verdicts);
  const holdsMoney = strongest !== undefined && strongest.outcome !== 'failed';
  // A cancelled payment may fail long after another one was started, which says nothing about the other one.
  const latest = attempts.find(({ stage }) => stage !== 'rejected');
  const hasFailed = latest !== undefined && verdicts.some((verdict) => isVerdictFor(verdict, latest));
  return {
    ...facts,
    orderStatus: holdsMoney ? strongest.outcome : hasFailed ? 'failed' : 'open',
    feePaise: holdsMoney ? strongest.feePaise : 0,
    preAuth: attempts.at(-1)?.preAuth,
    pluralOpen: verdicts.every(({ orderOpen }) => orderOpen),
  };
}
