import type { PaymentVerdict } from '@plural-otp/edge';
import type { Database, Row } from './database.ts';

/** Where an order stands with its money; only a verdict moves it, but for a new attempt after a failed one. */
export type Standing = 'open' | 'failed' | 'authorized' | 'cancelled' | 'paid';

export interface ShopOrder {
  /** Shown to the customer, and Plural's `merchant_order_reference`. */
  readonly number: string;
  /** The browser it belongs to. */
  readonly session: string;
  readonly teaId: string;
  readonly quantity: number;
  readonly amountPaise: number;
  /** What the card's bank added; 0 until a verdict says otherwise. */
  readonly feePaise: number;
  /** Chosen with the first payment; fixed from then on, since it is the Plural order's. */
  readonly preAuth: boolean | undefined;
  readonly pluralOrderId: string | undefined;
  /** False once Plural takes no further payment on the order. */
  readonly pluralOpen: boolean;
  readonly standing: Standing;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** What the customer pays in all, in paise. */
export const totalPaise = ({ amountPaise, feePaise }: ShopOrder): number => amountPaise + feePaise;

/**
 * `starting`: sent, or about to be; repeat it under the same reference. `started`: Plural has it.
 * `refused`: surely never became a payment, so the next attempt takes a new reference.
 */
export type AttemptStage = 'starting' | 'started' | 'refused';

/** One try at paying an order with one card. */
export interface Attempt {
  /** Plural's `merchant_payment_reference`: what makes a repeated start the same payment. */
  readonly reference: string;
  readonly orderNumber: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly cardId: string;
  readonly stage: AttemptStage;
  readonly pluralPaymentId: string | undefined;
}

/** A verdict as the shop keeps it. */
export interface KeptVerdict {
  readonly key: string;
  readonly orderNumber: string;
  readonly outcome: PaymentVerdict['outcome'];
  readonly amountPaise: number;
  readonly source: PaymentVerdict['source'];
  readonly receivedAtMs: number;
}

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

export interface Orders {
  create(order: Pick<ShopOrder, 'session' | 'teaId' | 'quantity' | 'amountPaise'>): ShopOrder;
  byNumber(number: string): ShopOrder | undefined;
  /** The newest first. */
  ofSession(session: string): ShopOrder[];
  /** The newest first, at most `limit`. */
  latest(limit: number): ShopOrder[];
  linkToPlural(number: string, pluralOrderId: string): void;
  /** Writes the attempt down before anything is sent; the same attempt again gives what was written the first time. */
  begin(number: string, attempt: { attempt: number; cardId: string; preAuth: boolean }): Attempt;
  markStarted(reference: string, pluralPaymentId: string): void;
  markRefused(reference: string): void;
  /** The attempts of an order, the newest first. */
  attempts(number: string): Attempt[];
  /** Keeps a verdict and moves its order, in one transaction. False when it was kept before, or names no order here. */
  record(verdict: RecordedVerdict): boolean;
  /** The verdicts of an order, the first first. */
  verdicts(number: string): KeptVerdict[];
}

/** Of two verdicts on one order the stronger stays, whichever came first: money taken is never untaken by a message. */
const strength: Record<Standing, number> = { open: 0, failed: 1, authorized: 2, cancelled: 3, paid: 4 };

/** The orders, their attempts at payment and the verdicts on them, in SQLite. */
export function createOrders(database: Database, now: () => number, newNumber: () => string): Orders {
  const find = (number: string): ShopOrder | undefined => {
    const [row] = database.all('SELECT * FROM orders WHERE number = ?', number);
    return row && orderFrom(row);
  };
  const attempts = (number: string): Attempt[] =>
    database.all('SELECT * FROM attempts WHERE order_number = ? ORDER BY attempt DESC', number).map(attemptFrom);
  const standingAfter = (order: ShopOrder, verdict: RecordedVerdict): Standing => {
    // A payment that was given up may fail long after another one was begun; that says nothing about the other.
    const latest = attempts(order.number).find(({ stage }) => stage !== 'refused');
    const ofLatest =
      latest?.reference === verdict.merchantPaymentReference || latest?.pluralPaymentId === verdict.paymentId;
    if (verdict.outcome === 'failed' && !ofLatest) return order.standing;
    if (strength[verdict.outcome] < strength[order.standing]) return order.standing;
    return verdict.outcome;
  };

  return {
    create({ session, teaId, quantity, amountPaise }) {
      const number = newNumber();
      const atMs = now();
      database.change(
        `INSERT INTO orders (number, session, tea, quantity, amount_paise, created_at_ms, updated_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        number,
        session,
        teaId,
        quantity,
        amountPaise,
        atMs,
        atMs,
      );
      return known(find(number), number);
    },
    byNumber: find,
    ofSession: (session) =>
      database
        .all('SELECT * FROM orders WHERE session = ? ORDER BY created_at_ms DESC, rowid DESC', session)
        .map(orderFrom),
    latest: (limit) =>
      database.all('SELECT * FROM orders ORDER BY created_at_ms DESC, rowid DESC LIMIT ?', limit).map(orderFrom),
    linkToPlural(number, pluralOrderId) {
      database.change(
        'UPDATE orders SET plural_order_id = ?, updated_at_ms = ? WHERE number = ?',
        pluralOrderId,
        now(),
        number,
      );
    },
    begin: (number, { attempt, cardId, preAuth }) =>
      database.transaction(() => {
        const reference = `${number}-${attempt}`;
        const atMs = now();
        const isNew = database.change(
          `INSERT OR IGNORE INTO attempts (reference, order_number, attempt, card_id, stage, started_at_ms)
           VALUES (?, ?, ?, ?, 'starting', ?)`,
          reference,
          number,
          attempt,
          cardId,
          atMs,
        );
        if (isNew === 1) {
          database.change(
            `UPDATE orders SET standing = iif(standing = 'failed', 'open', standing), updated_at_ms = ?,
                    pre_auth = coalesce(pre_auth, ?) WHERE number = ?`,
            atMs,
            Number(preAuth),
            number,
          );
        }
        return known(
          attempts(number).find((candidate) => candidate.reference === reference),
          reference,
        );
      }),
    markStarted(reference, pluralPaymentId) {
      database.change(
        `UPDATE attempts SET stage = 'started', plural_payment_id = ? WHERE reference = ?`,
        pluralPaymentId,
        reference,
      );
    },
    markRefused(reference) {
      database.change(`UPDATE attempts SET stage = 'refused' WHERE reference = ? AND stage = 'starting'`, reference);
    },
    attempts,
    record: (verdict) =>
      database.transaction(() => {
        const order = find(verdict.merchantOrderReference);
        if (order === undefined) return false;
        const isNew = database.change(
          `INSERT OR IGNORE INTO verdicts
             (key, order_number, plural_payment_id, outcome, amount_paise, source, received_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          verdict.key,
          order.number,
          verdict.paymentId,
          verdict.outcome,
          verdict.amount.value,
          verdict.source,
          now(),
        );
        if (isNew === 0) return false;
        const standing = standingAfter(order, verdict);
        const holdsMoney = standing === verdict.outcome && standing !== 'failed';
        database.change(
          'UPDATE orders SET standing = ?, plural_open = ?, fee_paise = ?, updated_at_ms = ? WHERE number = ?',
          standing,
          Number(verdict.orderOpen),
          holdsMoney ? verdict.feePaise : order.feePaise,
          now(),
          order.number,
        );
        return true;
      }),
    verdicts: (number) =>
      database
        .all('SELECT * FROM verdicts WHERE order_number = ? ORDER BY received_at_ms, rowid', number)
        .map(verdictFrom),
  };
}

function known<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`The database lost ${name} right after it was written; check its file.`);
  return value;
}

function orderFrom(row: Row): ShopOrder {
  return {
    number: String(row['number']),
    session: String(row['session']),
    teaId: String(row['tea']),
    quantity: Number(row['quantity']),
    amountPaise: Number(row['amount_paise']),
    feePaise: Number(row['fee_paise']),
    preAuth: row['pre_auth'] === null ? undefined : row['pre_auth'] === 1,
    pluralOrderId: textFrom(row['plural_order_id']),
    pluralOpen: row['plural_open'] === 1,
    standing: row['standing'] as Standing,
    createdAtMs: Number(row['created_at_ms']),
    updatedAtMs: Number(row['updated_at_ms']),
  };
}

function attemptFrom(row: Row): Attempt {
  return {
    reference: String(row['reference']),
    orderNumber: String(row['order_number']),
    attempt: Number(row['attempt']),
    cardId: String(row['card_id']),
    stage: row['stage'] as AttemptStage,
    pluralPaymentId: textFrom(row['plural_payment_id']),
  };
}

function verdictFrom(row: Row): KeptVerdict {
  return {
    key: String(row['key']),
    orderNumber: String(row['order_number']),
    outcome: row['outcome'] as KeptVerdict['outcome'],
    amountPaise: Number(row['amount_paise']),
    source: row['source'] as KeptVerdict['source'],
    receivedAtMs: Number(row['received_at_ms']),
  };
}

function textFrom(column: unknown): string | undefined {
  return typeof column === 'string' ? column : undefined;
}
