/** The store in one SQL table: PostgreSQL, SQLite, D1. */

import type { PaymentStore, SaveTerms, SqlQuery, SqlRow } from './payment-store.ts';

export type { SqlQuery, SqlRow } from './payment-store.ts';

/** Options of `sqlStore`. */
export interface SqlStoreOptions {
  /** Placeholder style of the engine: `$` for numbered parameters (PostgreSQL), `?` for plain ones (SQLite, D1). */
  placeholder: '$' | '?';
  /** Returns the time in epoch milliseconds. Records expire by this clock and never by the engine's. */
  now?: () => number;
  /** Creates versions. */
  newId?: () => string;
}

/** Statements that create the table and its index. Idempotent. */
export const createTable: string = `CREATE TABLE IF NOT EXISTS plural_otp_payments (
  id TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  version TEXT NOT NULL,
  keep_until_ms BIGINT NOT NULL,
  due_at_ms BIGINT
);
CREATE INDEX IF NOT EXISTS plural_otp_payments_due ON plural_otp_payments (due_at_ms, keep_until_ms);`;

const isExpired = 'due_at_ms IS NULL AND keep_until_ms <= ?';
const statements = {
  load: `SELECT value, version FROM plural_otp_payments WHERE id = ? AND NOT (${isExpired})`,
  insert: `INSERT INTO plural_otp_payments (id, value, version, keep_until_ms, due_at_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO NOTHING RETURNING id`,
  update: `UPDATE plural_otp_payments SET value = ?, version = ?, keep_until_ms = ?, due_at_ms = ?
    WHERE id = ? AND version = ? AND NOT (${isExpired}) RETURNING id`,
  expire: `DELETE FROM plural_otp_payments WHERE id = ? AND ${isExpired} RETURNING id`,
  clear: `DELETE FROM plural_otp_payments WHERE ${isExpired} RETURNING id`,
  claim: `UPDATE plural_otp_payments SET due_at_ms = ?, version = ? WHERE due_at_ms <= ? AND id IN
    (SELECT id FROM plural_otp_payments WHERE due_at_ms <= ? ORDER BY due_at_ms LIMIT ?) RETURNING id, value, version`,
} as const;

const numberPlaceholders = (text: string): string => {
  let count = 0;
  return text.replaceAll('?', () => `$${(count += 1)}`);
};

const getText = (row: SqlRow, column: string): string => {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`the SQL store expected a string in column "${column}"`);
  return value;
};

/**
 * Creates a store in one SQL table (see `createTable`): PostgreSQL, SQLite 3.35 or later, D1. When the very first
 * statement fails, it creates the table and retries.
 *
 * @example
 * ```ts
 * import { sqlStore } from '@plural-otp/edge/stores/sql';
 * import { Pool } from 'pg';
 *
 * const pool = new Pool();
 * export const store = sqlStore(async (text, params) => (await pool.query(text, [...params])).rows, {
 *   placeholder: '$',
 * });
 * ```
 */
export function sqlStore(query: SqlQuery, options: SqlStoreOptions): PaymentStore {
  const { placeholder, now = Date.now, newId = () => crypto.randomUUID() } = options;
  const run = (name: keyof typeof statements, ...params: (string | number | null)[]): Promise<readonly SqlRow[]> =>
    query(placeholder === '$' ? numberPlaceholders(statements[name]) : statements[name], params);

  let isReady = false;
  /** Runs a statement that may be retried: one that failed may have taken effect all the same. */
  const runSafely = async (name: 'load' | 'clear', ...params: (string | number)[]): Promise<readonly SqlRow[]> => {
    const rows = await run(name, ...params).catch(async (error: unknown) => {
      if (isReady) throw error;
      for (const statement of createTable.split(';')) if (statement) await query(statement, []);
      return run(name, ...params);
    });
    isReady = true;
    return rows;
  };

  const insert = async (key: string, value: string, { keepSeconds, dueAtMs }: SaveTerms): Promise<boolean> => {
    const params = [key, value, newId(), now() + keepSeconds * 1000, dueAtMs] as const;
    if ((await run('insert', ...params)).length > 0) return true;
    if ((await run('expire', key, now())).length === 0) return false;
    return (await run('insert', ...params)).length > 0;
  };

  return {
    async load(key) {
      const [row] = await runSafely('load', key, now());
      return row && { value: getText(row, 'value'), version: getText(row, 'version') };
    },
    async save(key, value, terms) {
      if (!isReady) await runSafely('load', key, now());
      const { version, keepSeconds, dueAtMs } = terms;
      if (version === undefined) return insert(key, value, terms);
      const keepUntilMs = now() + keepSeconds * 1000;
      return (await run('update', value, newId(), keepUntilMs, dueAtMs, key, version, now())).length > 0;
    },
    async claim(nowMs, untilMs, limit) {
      await runSafely('clear', nowMs);
      const rows = await run('claim', untilMs, newId(), nowMs, nowMs, limit);
      return rows.map((row) => ({
        key: getText(row, 'id'),
        value: getText(row, 'value'),
        version: getText(row, 'version'),
      }));
    },
  };
}
