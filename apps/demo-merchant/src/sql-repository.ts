/** A repository in SQLite or Cloudflare D1. */

import type { SqlQuery, SqlRow } from '@plural-otp/edge/stores/sql';
import {
  type Attempt,
  type AttemptStage,
  type ActivityKind,
  maxEntries,
  precedence,
  type StoredVerdict,
  type OrderQuery,
  type OrderFacts,
  type ShopRepository,
} from './repository.ts';

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

  CREATE TABLE IF NOT EXISTS activity_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
`;

const clauses = {
  number: 'WHERE number = ?',
  session: 'WHERE session = ? ORDER BY created_at_ms DESC, rowid DESC',
  latest: 'ORDER BY created_at_ms DESC, rowid DESC LIMIT ?',
};

const pendingCountSql = `SELECT count(DISTINCT order_number) AS pending FROM attempts WHERE stage <> 'rejected' AND NOT EXISTS (
  SELECT 1 FROM verdicts WHERE verdicts.reference = attempts.reference
    OR verdicts.plural_payment_id = attempts.plural_payment_id)`;

const rank = `CASE outcome ${Object.entries(precedence)
  .map(([outcome, value]) => `WHEN '${outcome}' THEN ${value}`)
  .join(' ')} END`;

// SQLite counts in 64 bits, and the sums of a shop stay far below 2 ** 53, where a JavaScript number is exact.
const sumsSql = `SELECT count(*) AS count,
  coalesce(sum(CASE WHEN outcome = 'paid' THEN amount_paise + fee_paise END), 0) AS paid_paise,
  coalesce(sum(CASE WHEN outcome = 'authorized' THEN amount_paise + fee_paise END), 0) AS reserved_paise
  FROM (SELECT orders.amount_paise, strongest.outcome, strongest.fee_paise FROM orders
    LEFT JOIN (SELECT order_number, outcome, fee_paise,
      row_number() OVER (PARTITION BY order_number ORDER BY ${rank} DESC, received_at_ms, rowid) AS place FROM verdicts
    ) AS strongest ON strongest.order_number = orders.number AND strongest.place = 1)`;

/** Creates a repository over SQLite: a file, memory, or D1. */
export function createSqlRepository(runQuery: SqlQuery): ShopRepository {
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
    async sumOrders() {
      const [row] = await run(sumsSql);
      return {
        count: Number(row?.['count']),
        paidPaise: Number(row?.['paid_paise']),
        reservedPaise: Number(row?.['reserved_paise']),
      };
    },
    async countPending() {
      const [row] = await run(pendingCountSql);
      return Number(row?.['pending']);
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
    async addEntry({ kind, text, atMs }) {
      await run('INSERT INTO activity_log (kind, text, at_ms) VALUES (?, ?, ?)', kind, text, atMs);
      await run('DELETE FROM activity_log WHERE id <= (SELECT max(id) FROM activity_log) - ?', maxEntries);
    },
    async listEntries(limit) {
      const rows = await run('SELECT kind, text, at_ms FROM activity_log ORDER BY id DESC LIMIT ?', limit);
      return rows.map((row) => ({
        kind: row['kind'] as ActivityKind,
        text: String(row['text']),
        atMs: Number(row['at_ms']),
      }));
    },
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

function toOptionalString(column: unknown): string | undefined {
  return typeof column === 'string' ? column : undefined;
}
