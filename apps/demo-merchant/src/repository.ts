import type { PaymentVerdict } from '@plural-otp/edge';

/**
 * `starting`: sent, or about to be; repeat it under the same reference. `started`: Plural has it.
 * `refused`: surely never became a payment, so the next attempt takes a new reference.
 */
export type AttemptStage = 'starting' | 'started' | 'rejected';

/** One try at paying an order with one card. */
export interface Attempt {
  /** Plural's `merchant_payment_reference`: what makes a repeated start the same payment. */
  readonly reference: string;
  readonly orderNumber: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly cardId: string;
  /** Asked for with this attempt; the order goes by what its first one asked for. */
  readonly preAuth: boolean;
  readonly stage: AttemptStage;
  readonly pluralPaymentId: string | undefined;
  readonly startedAtMs: number;
}

/** A verdict as the shop keeps it. */
export interface StoredVerdict extends Pick<PaymentVerdict, 'key' | 'outcome' | 'orderOpen' | 'source'> {
  readonly orderNumber: string;
  readonly pluralPaymentId: string;
  readonly reference: string | undefined;
  readonly amountPaise: number;
  /** What the card's bank added. */
  readonly feePaise: number;
  readonly receivedAtMs: number;
}

/** What was ordered. */
export interface NewOrder {
  /** Shown to the customer, and Plural's `merchant_order_reference`. */
  readonly number: string;
  /** The browser it belongs to. */
  readonly session: string;
  readonly teaId: string;
  readonly quantity: number;
  readonly amountPaise: number;
  readonly createdAtMs: number;
}

/** An order with everything that was written down about it. */
export interface OrderFacts extends NewOrder {
  readonly pluralOrderId: string | undefined;
  /** The newest first. */
  readonly attempts: readonly Attempt[];
  /** The first first. */
  readonly verdicts: readonly StoredVerdict[];
}

/** Where a line of the journal came from. */
export type ActivityKind = 'webhook' | 'return' | 'flow' | 'verdict' | 'problem' | 'admin';

export interface ActivityEntry {
  readonly kind: ActivityKind;
  readonly text: string;
  readonly atMs: number;
}

/** Which orders to read; several come newest first. */
export type OrderQuery =
  | { readonly number: string }
  | { readonly session: string }
  | { readonly latest: number /* at most so many */ };

/**
 * Where the shop writes down what happens. Each write is one statement and kept when its promise resolves, so no engine
 * needs a transaction: facts are added, and `orders.ts` says what they come to.
 */
export interface ShopRepository {
  addOrder(order: NewOrder): Promise<void>;
  linkToPlural(number: string, pluralOrderId: string): Promise<void>;
  /** False when an attempt of that reference was there before; that one stays. */
  addAttempt(attempt: Attempt): Promise<boolean>;
  markStarted(reference: string, pluralPaymentId: string): Promise<void>;
  /** Leaves an attempt alone that Plural has. */
  markRejected(reference: string): Promise<void>;
  /** False when a verdict of that key was there before. */
  addVerdict(verdict: StoredVerdict): Promise<boolean>;
  findOrders(query: OrderQuery): Promise<OrderFacts[]>;
  /** How many orders have an attempt that may be a payment and has no verdict. */
  countPending(): Promise<number>;
  /** Keeps the newest 500. */
  addEntry(entry: ActivityEntry): Promise<void>;
  /** The newest first. */
  listEntries(limit: number): Promise<ActivityEntry[]>;
}

/** How many entries of the journal are kept. */
export const maxEntries = 500;

/** Whether a verdict is about an attempt; one that came before the start was written down knows only its reference. */
export function isVerdictFor(verdict: StoredVerdict, { reference, pluralPaymentId }: Attempt): boolean {
  return verdict.reference === reference || verdict.pluralPaymentId === pluralPaymentId;
}
