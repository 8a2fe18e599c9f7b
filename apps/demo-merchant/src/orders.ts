import type { PaymentVerdict } from '@plural-otp/edge';
import {
  type Attempt,
  isVerdictFor,
  type StoredVerdict,
  type NewOrder,
  type OrderFacts,
  type ShopRepository,
} from './repository.ts';

/** Where an order stands with its money; only a verdict moves it, but for a new attempt after a failed one. */
export type OrderStatus = 'open' | 'failed' | 'authorized' | 'cancelled' | 'paid';

/** An order, and what its facts come to. */
export interface ShopOrder extends OrderFacts {
  readonly orderStatus: OrderStatus;
  /** What the card's bank added; 0 until a verdict says otherwise. */
  readonly feePaise: number;
  /** Chosen with the first attempt; fixed from then on, since it is the Plural order's. */
  readonly preAuth: boolean | undefined;
  /** False once Plural takes no further payment on the order. */
  readonly pluralOpen: boolean;
}

/** What the customer pays in all, in paise. */
export const totalPaise = ({ amountPaise, feePaise }: ShopOrder): number => amountPaise + feePaise;

/** What {@link Orders.record} reads of a verdict. */
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

/** An attempt that is written down, with its order as it now is. */
export interface NewAttempt {
  readonly order: ShopOrder;
  readonly attempt: Attempt;
  /** True for the one call that wrote it down: whoever else begins it repeats it. */
  readonly isNew: boolean;
}

export interface Orders {
  create(order: Pick<NewOrder, 'session' | 'teaId' | 'quantity' | 'amountPaise'>): Promise<ShopOrder>;
  byNumber(number: string): Promise<ShopOrder | undefined>;
  /** The newest first. */
  bySession(session: string): Promise<ShopOrder[]>;
  /** The newest first, at most `limit`. */
  latest(limit: number): Promise<ShopOrder[]>;
  linkToPlural(number: string, pluralOrderId: string): Promise<void>;
  /** Writes the attempt down before anything is sent; the same attempt again gives what was written the first time. */
  begin(number: string, attempt: Pick<Attempt, 'attempt' | 'cardId' | 'preAuth'>): Promise<NewAttempt>;
  markStarted(reference: string, pluralPaymentId: string): Promise<void>;
  markRejected(reference: string): Promise<void>;
  /** Keeps a verdict, which moves its order. False when it was kept before, or names no order here. */
  record(verdict: RecordedVerdict): Promise<boolean>;
  /** How many orders wait for a verdict. */
  countPending(): Promise<number>;
}

/** The orders, their attempts at payment and the verdicts on them. */
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
    latest: async (limit) => (await repository.findOrders({ latest: limit })).map(toShopOrder),
    linkToPlural: (number, pluralOrderId) => repository.linkToPlural(number, pluralOrderId),
    async begin(number, requested) {
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
        throw new Error(`The database lost ${reference} right after it was written; check where it is kept.`);
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
    countPending: () => repository.countPending(),
  };
}

/** Of the verdicts on one order the strongest counts, whichever came first: money taken is never untaken by a message. */
const precedence = { failed: 0, authorized: 1, cancelled: 2, paid: 3 } as const;

/** What the facts come to. In which order the verdicts came makes no difference. */
function toShopOrder(facts: OrderFacts): ShopOrder {
  const { attempts, verdicts } = facts;
  const strongest = verdicts.reduce<StoredVerdict | undefined>(
    (best, verdict) => (best && precedence[best.outcome] >= precedence[verdict.outcome] ? best : verdict),
    undefined,
  );
  const holdsMoney = strongest !== undefined && strongest.outcome !== 'failed';
  // A payment that was given up may fail long after another one was begun; that says nothing about the other.
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
