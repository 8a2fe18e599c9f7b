/** A repository in SQLite or Cloudflare D1. */

import type { SqlQuery, SqlRow } from '@plural-otp/edge/stores/sql';
import {
  type Attempt,
  type AttemptStage,
  type ActivityKind,
  type ListedEntry,
  maxEntries,
  type Refund,
  type RefundStage,
  type StoredVerdict,
  type OrderQuery,
  type OrderFacts,
  type ShopRepository,
} from './repository.ts';
import { toOptionalString } from './sql-columns.ts';

/** SQL that creates the shop's tables. Idempotent: run it at each start, or as a migration. */
export const shopTables = `
  CREATE TABLE IF NOT EXISTS orders (
    number TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    tea TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    amount_paise INTEGER NOT NULL,
    plural_order_id TEXT UNIQUE,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS orders_by_session ON orders (session, created_at_ms);

  CREATE TABLE IF NOT EXISTS attempts (
    reference TEXT PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (number),
    attempt INTEGER NOT NULL,
    card_id TEXT NOT NULL,
    pre_auth INTEGER NOT NULL,
    stage TEXT NOT NULL,
    plural_payment_id TEXT,
    started_at_ms INTEGER NOT NULL,
    UNIQUE (order_number, attempt)
  ) STRICT;

  CREATE TABLE IF NOT EXISTS verdicts (
    key TEXT PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (number),
    plural_payment_id TEXT NOT NULL,
    reference TEXT,
    outcome TEXT NOT NULL,
    order_open INTEGER NOT NULL,
    amount_paise INTEGER NOT NULL,
    fee_paise INTEGER NOT NULL,
    source TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS verdicts_by_order ON verdicts (order_number, received_at_ms);

  CREATE TABLE IF NOT EXISTS customers (
    session TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS payment_references (
    reference TEXT PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (number)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS payment_references_by_order ON payment_references (order_number);

  CREATE TABLE IF NOT EXISTS refunds (
    reference TEXT PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (number),
    amount_paise INTEGER NOT NULL,
    stage TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS refunds_by_order ON refunds (order_number, at_ms);

  CREATE TABLE IF NOT EXISTS activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    subject TEXT,
    at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS activity_by_subject ON activity (subject, id);
`;

const clauses = {
  number: 'WHERE number = ?',
  session: 'WHERE session = ? ORDER BY created_at_ms DESC, rowid DESC',
  latest: 'ORDER BY created_at_ms DESC, rowid DESC LIMIT ?',
};

/** Subjects of an order: its number, its id at Plural, and the references its customers see. */
const subjectsSql = `SELECT number FROM orders WHERE number = ?1
  UNION SELECT plural_order_id FROM orders WHERE number = ?1
  UNION SELECT reference FROM payment_references WHERE order_number = ?1`;

const entryOrderSql = `coalesce((SELECT number FROM orders WHERE number = subject),
  (SELECT number FROM orders WHERE plural_order_id = subject),
  (SELECT order_number FROM payment_references WHERE reference = subject)) AS order_number`;

/** Entries between two removals of the oldest: one removal for each would double the writes. */
const trimEvery = 200;

/** Creates a repository over SQLite: a file, memory, or D1. */
export function createSqlRepository(runQuery: SqlQuery, keptEntries = maxEntries): ShopRepository {
  const run = async (text: string, ...params: (string | number | null)[]): Promise<readonly SqlRow[]> =>
    runQuery(text, params);
  /** Inserts a row. Returns false if a row with its key exists. */
  const add = async (table: string, columns: Record<string, string | number | null>): Promise<boolean> => {
    const names = Object.keys(columns);
    const placeholders = names.map(() => '?').join(', ');
    const text = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${placeholders}) ON CONFLICT DO NOTHING RETURNING 1`;
    return (await run(text, ...Object.values(columns))).length === 1;
  };

  return {
    async addOrder({ number, session, teaId, quantity, amountPaise, createdAtMs }) {
      const columns = { number, session, tea: teaId, quantity, amount_paise: amountPaise, created_at_ms: createdAtMs };
      if (!(await add('orders', columns))) throw new Error(`Order ${number} already exists`);
    },
    async linkToPlural(number, pluralOrderId) {
      await run('UPDATE orders SET plural_order_id = ? WHERE number = ?', pluralOrderId, number);
    },
    addAttempt: ({ reference, orderNumber, attempt, cardId, preAuth, stage, pluralPaymentId, startedAtMs }) =>
      add('attempts', {
        reference,
        order_number: orderNumber,
        attempt,
        card_id: cardId,
        pre_auth: Number(preAuth),
        stage,
        plural_payment_id: pluralPaymentId ?? null,
        started_at_ms: startedAtMs,
      }),
    async markStarted(reference, pluralPaymentId) {
      await run(
        `UPDATE attempts SET stage = 'started', plural_payment_id = ? WHERE reference = ?`,
        pluralPaymentId,
        reference,
      );
    },
    async markRejected(reference) {
      await run(`UPDATE attempts SET stage = 'rejected' WHERE reference = ? AND stage = 'starting'`, reference);
    },
    addVerdict: ({ key, orderNumber, pluralPaymentId, reference, ...verdict }) =>
      add('verdicts', {
        key,
        order_number: orderNumber,
        plural_payment_id: pluralPaymentId,
        reference: reference ?? null,
        outcome: verdict.outcome,
        order_open: Number(verdict.orderOpen),
        amount_paise: verdict.amountPaise,
        fee_paise: verdict.feePaise,
        source: verdict.source,
        received_at_ms: verdict.receivedAtMs,
      }),
    async findOrders(query) {
      const [clause, value] = toClause(query);
      const inOrders = `order_number IN (SELECT number FROM orders ${clause})`;
      const [orders, attemptRows, verdictRows] = await Promise.all([
        run(`SELECT * FROM orders ${clause}`, value),
        run(`SELECT * FROM attempts WHERE ${inOrders} ORDER BY attempt DESC`, value),
        run(`SELECT * FROM verdicts WHERE ${inOrders} ORDER BY received_at_ms, rowid`, value),
      ]);
      const attempts = attemptRows.map(toAttempt);
      const verdicts = verdictRows.map(toVerdict);
      return orders.map((row): OrderFacts => {
        const number = String(row['number']);
        return {
          number,
          session: String(row['session']),
          teaId: String(row['tea']),
          quantity: Number(row['quantity']),
          amountPaise: Number(row['amount_paise']),
          pluralOrderId: toOptionalString(row['plural_order_id']),
          createdAtMs: Number(row['created_at_ms']),
          attempts: attempts.filter(({ orderNumber }) => orderNumber === number),
          verdicts: verdicts.filter(({ orderNumber }) => orderNumber === number),
        };
      });
    },
    async saveCustomer(session, customerId) {
      await run(
        'INSERT INTO customers VALUES (?, ?) ON CONFLICT (session) DO UPDATE SET customer_id = excluded.customer_id',
        session,
        customerId,
      );
    },
    async findCustomer(session) {
      const [row] = await run('SELECT customer_id FROM customers WHERE session = ?', session);
      return row && String(row['customer_id']);
    },
    async addReference(customerReference, orderNumber) {
      await add('payment_references', { reference: customerReference, order_number: orderNumber });
    },
    async findOrderByReference(customerReference) {
      const [row] = await run('SELECT order_number FROM payment_references WHERE reference = ?', customerReference);
      return row && String(row['order_number']);
    },
    addRefund: ({ reference, orderNumber, amountPaise, stage, atMs }) =>
      add('refunds', { reference, order_number: orderNumber, amount_paise: amountPaise, stage, at_ms: atMs }),
    async setRefundStage(reference, stage) {
      await run('UPDATE refunds SET stage = ? WHERE reference = ?', stage, reference);
    },
    async findRefunds(orderNumber) {
      const rows = await run('SELECT * FROM refunds WHERE order_number = ? ORDER BY at_ms, rowid', orderNumber);
      return rows.map((row): Refund => ({
        reference: String(row['reference']),
        orderNumber,
        amountPaise: Number(row['amount_paise']),
        stage: row['stage'] as RefundStage,
        atMs: Number(row['at_ms']),
      }));
    },
    async addEntry({ kind, text, subject, atMs }) {
      const insert = 'INSERT INTO activity (kind, text, subject, at_ms) VALUES (?, ?, ?, ?) RETURNING id';
      const [row] = await run(insert, kind, text, subject ?? null, atMs);
      const id = Number(row?.['id']);
      if (id % trimEvery === 0) await run('DELETE FROM activity WHERE id <= ?', id - keptEntries);
    },
    async listEntries(limit) {
      return (await run(`SELECT *, ${entryOrderSql} FROM activity ORDER BY id DESC LIMIT ?`, limit)).map(toEntry);
    },
    async findEntries(orderNumber) {
      const rows = await run(`SELECT * FROM activity WHERE subject IN (${subjectsSql}) ORDER BY id`, orderNumber);
      return rows.map((row) => ({ ...toEntry(row), orderNumber }));
    },
    async countEntries() {
      const [row] = await run('SELECT coalesce(max(id), 0) AS last FROM activity');
      return Number(row?.['last']);
    },
  };
}

function toEntry(row: SqlRow): ListedEntry {
  return {
    kind: row['kind'] as ActivityKind,
    text: String(row['text']),
    subject: toOptionalString(row['subject']),
    orderNumber: toOptionalString(row['order_number']),
    atMs: Number(row['at_ms']),
  };
}

function toClause(query: OrderQuery): [clause: string, value: string | number] {
  if ('number' in query) return [clauses.number, query.number];
  return 'session' in query ? [clauses.session, query.session] : [clauses.latest, query.latest];
}

function toAttempt(row: SqlRow): Attempt {
  return {
    reference: String(row['reference']),
    orderNumber: String(row['order_number']),
    attempt: Number(row['attempt']),
    cardId: String(row['card_id']),
    preAuth: row['pre_auth'] === 1,
    stage: row['stage'] as AttemptStage,
    pluralPaymentId: toOptionalString(row['plural_payment_id']),
    startedAtMs: Number(row['started_at_ms']),
  };
}

function toVerdict(row: SqlRow): StoredVerdict {
  return {
    key: String(row['key']),
    orderNumber: String(row['order_number']),
    pluralPaymentId: String(row['plural_payment_id']),
    reference: toOptionalString(row['reference']),
    outcome: row['outcome'] as StoredVerdict['outcome'],
    orderOpen: row['order_open'] === 1,
    amountPaise: Number(row['amount_paise']),
    feePaise: Number(row['fee_paise']),
    source: row['source'] as StoredVerdict['source'],
    receivedAtMs: Number(row['received_at_ms']),
  };
}
