/** The storage of the shop: orders, attempts to pay them, verdicts and the activity log, each fact stored once. */

import type { PaymentVerdict } from '@plural-otp/edge';

/**
 * `starting`: sent or about to be sent, so a retry uses the same reference. `started`: Plural created the payment.
 * `rejected`: certainly never became a payment, so the next attempt uses a new reference.
 */
export type AttemptStage = 'starting' | 'started' | 'rejected';

/** Attempt to pay an order with one card. */
export interface Attempt {
  /** Plural's `merchant_payment_reference`, which makes a repeated start idempotent. */
  readonly reference: string;
  readonly orderNumber: string;
  /** Number of the attempt, starting at 1. */
  readonly attempt: number;
  readonly cardId: string;
  /** Choice of this attempt; the order uses the choice of its first one. */
  readonly preAuth: boolean;
  readonly stage: AttemptStage;
  readonly pluralPaymentId: string | undefined;
  readonly startedAtMs: number;
}

/** Verdict in the shop's storage. */
export interface StoredVerdict extends Pick<PaymentVerdict, 'key' | 'outcome' | 'orderOpen' | 'source'> {
  readonly orderNumber: string;
  readonly pluralPaymentId: string;
  readonly reference: string | undefined;
  readonly amountPaise: number;
  /** Convenience fee of the card, in paise. */
  readonly feePaise: number;
  readonly receivedAtMs: number;
}

/** Order before any attempt to pay it. */
export interface NewOrder {
  /** Number shown to the customer, also Plural's `merchant_order_reference`. */
  readonly number: string;
  /** Session of the browser it belongs to. */
  readonly session: string;
  readonly teaId: string;
  readonly quantity: number;
  readonly amountPaise: number;
  readonly createdAtMs: number;
}

/** Order with everything that is stored about it. */
export interface OrderFacts extends NewOrder {
  readonly pluralOrderId: string | undefined;
  /** Attempts, newest first. */
  readonly attempts: readonly Attempt[];
  /** Verdicts, oldest first. */
  readonly verdicts: readonly StoredVerdict[];
}

/** Source of an activity log entry. */
export type ActivityKind = 'webhook' | 'return' | 'flow' | 'verdict' | 'problem' | 'admin';

/** Entry of the activity log. */
export interface ActivityEntry {
  readonly kind: ActivityKind;
  readonly text: string;
  readonly atMs: number;
  /** Subject of the entry: an order number, the id of an order at Plural, or the reference that a customer sees. */
  readonly subject?: string | undefined;
}

/** Entry with the order that its subject leads to. */
export interface ListedEntry extends ActivityEntry {
  readonly orderNumber?: string | undefined;
}

/**
 * `starting`: sent or about to be sent. `pending`: Plural has it, and the bank has not confirmed it. `refused`: certainly
 * no money was sent.
 */
export type RefundStage = 'starting' | 'pending' | 'done' | 'refused';

/** Refund of a paid order. */
export interface Refund {
  /** Reference of the refund at Plural, which makes a repeated one harmless. */
  readonly reference: string;
  readonly orderNumber: string;
  readonly amountPaise: number;
  readonly stage: RefundStage;
  readonly atMs: number;
}

/** Selection of orders; several are returned newest first. */
export type OrderQuery =
  | { readonly number: string }
  | { readonly session: string }
  | { readonly latest: number /* maximum number */ };

/**
 * Storage of the shop. Each write is one statement and durable when its promise resolves, so no engine needs a
 * transaction: facts are only added, and `orders.ts` derives the status from them.
 */
export interface ShopRepository {
  /** Adds an order; rejects if its number exists. */
  addOrder(order: NewOrder): Promise<void>;
  linkToPlural(number: string, pluralOrderId: string): Promise<void>;
  /** Adds an attempt. Returns false, and changes nothing, if its reference exists. */
  addAttempt(attempt: Attempt): Promise<boolean>;
  markStarted(reference: string, pluralPaymentId: string): Promise<void>;
  /** Marks an attempt as rejected, unless Plural created its payment. */
  markRejected(reference: string): Promise<void>;
  /** Adds a verdict. Returns false, and changes nothing, if its key exists. */
  addVerdict(verdict: StoredVerdict): Promise<boolean>;
  findOrders(query: OrderQuery): Promise<OrderFacts[]>;
  /** Stores the customer id at Plural of a browser; a later one replaces it. */
  saveCustomer(session: string, customerId: string): Promise<void>;
  findCustomer(session: string): Promise<string | undefined>;
  /** Stores the reference that the customer of a payment sees, by which entries and staff find its order. */
  addReference(customerReference: string, orderNumber: string): Promise<void>;
  /** Returns the number of the order of a reference, or `undefined`. */
  findOrderByReference(customerReference: string): Promise<string | undefined>;
  /** Adds a refund. Returns false, and changes nothing, if its reference exists. */
  addRefund(refund: Refund): Promise<boolean>;
  setRefundStage(reference: string, stage: RefundStage): Promise<void>;
  /** Returns the refunds of an order, oldest first. */
  findRefunds(orderNumber: string): Promise<Refund[]>;
  /** Adds an entry to the activity log, which keeps about the newest {@link maxEntries}. */
  addEntry(entry: ActivityEntry): Promise<void>;
  /** Returns at most `limit` entries of the activity log, newest first. */
  listEntries(limit: number): Promise<ListedEntry[]>;
  /** Returns the entries about one order, oldest first. */
  findEntries(orderNumber: string): Promise<ListedEntry[]>;
  /** Returns a number that grows whenever an entry is added. */
  countEntries(): Promise<number>;
}

/** Number of entries that the activity log keeps. */
export const maxEntries = 10_000;

/** Precedence of verdicts on one order, independent of arrival: a late message never undoes a payment. */
export const precedence = { failed: 0, authorized: 1, cancelled: 2, paid: 3 } as const;

/** Returns the verdict that decides the status of an order: of equally strong ones the first that arrived. */
export function findStrongest(verdicts: readonly StoredVerdict[]): StoredVerdict | undefined {
  return verdicts.reduce<StoredVerdict | undefined>(
    (best, verdict) => (best && precedence[best.outcome] >= precedence[verdict.outcome] ? best : verdict),
    undefined,
  );
}

/** Returns true if a verdict belongs to an attempt; by reference, if it arrived before the start was stored. */
export function isVerdictFor(verdict: StoredVerdict, { reference, pluralPaymentId }: Attempt): boolean {
  return verdict.reference === reference || verdict.pluralPaymentId === pluralPaymentId;
}
