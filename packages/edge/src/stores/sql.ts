/** The store in one SQL table: PostgreSQL, SQLite, D1. */

import type { ClaimedRecord, PaymentStore, SaveTerms, SqlQuery, SqlRow, StoredRecord } from './payment-store.ts';
import { createStatements, createTable, type StatementName } from './sql-statements.ts';

export { createTable } from './sql-statements.ts';
export type { SqlQuery, SqlRow } from './payment-store.ts';

/**
 * Runs `work` in a transaction: commits when it resolves, rolls back when it rejects. Every statement of `work` goes
 * through the `query` it is given, and no other statement of the process may come between them.
 */
export type SqlTransaction = <T>(work: (query: SqlQuery) => Promise<T>) => Promise<T>;

/** Options of `sqlStore`. */
export interface SqlStoreOptions {
  /** Placeholder style of the engine: `$` for numbered parameters (PostgreSQL), `?` for plain ones (SQLite, D1). */
  placeholder: '$' | '?';
  /** Opens transactions. With it, `onVerdict` runs in the transaction that also marks its verdict delivered. */
  transaction?: SqlTransaction;
  /** Returns the time in epoch milliseconds. Records expire by this clock and never by the engine's. */
  now?: () => number;
  /** Creates versions. */
  newId?: () => string;
}

const dayMs = 86_400_000;
type Param = string | number | null;
type Execute = (name: StatementName, ...params: Param[]) => Promise<readonly SqlRow[]>;

/**
 * Returns the text of a column. One of another type, as a BLOB in SQLite, becomes the empty string, which no record can
 * be read from: thrown, it would fail the claim of all other rows.
 */
const getText = (row: SqlRow, column: string): string => {
  const value = row[column];
  if (value === undefined) throw new TypeError(`the SQL store expected a string in column "${column}"`);
  return typeof value === 'string' ? value : '';
};

interface ClaimedRow {
  record: ClaimedRecord;
  undelivered: boolean;
  dueAtMs: number;
}

/** Reads a claimed row; drivers of PostgreSQL return a BIGINT as a string. */
function toClaimedRow(row: SqlRow): ClaimedRow {
  const dueAtMs = Number(row['due_before_claim_ms']);
  const key = getText(row, 'id');
  // Nothing finds a row again whose key is no text, so that its record counts as unreadable too.
  const value = key && getText(row, 'value');
  const record = { key, value, version: getText(row, 'version'), dueAtMs };
  return { record, undelivered: Number(row['undelivered']) === 1, dueAtMs };
}

const compareClaimed = (one: ClaimedRow, other: ClaimedRow): number =>
  Number(other.undelivered) - Number(one.undelivered) || one.dueAtMs - other.dueAtMs;

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
  const { placeholder, transaction, now = Date.now, newId = () => crypto.randomUUID() } = options;
  const statements = createStatements(placeholder);
  const executeOn =
    (on: SqlQuery): Execute =>
    (name, ...params) =>
      on(statements[name], params);
  const execute = executeOn(query);

  let isReady = false;
  const load = async (run: Execute, key: string): Promise<StoredRecord | undefined> => {
    const [row] = await run('load', key, now());
    isReady = true;
    return row && { value: getText(row, 'value'), version: getText(row, 'version') };
  };
  const save = async (run: Execute, key: string, value: string, terms: SaveTerms): Promise<boolean> => {
    const { version, keepSeconds, dueAtMs, undelivered = false, newVersion = newId() } = terms;
    const keepUntilMs = now() + keepSeconds * 1000;
    const clearDay = Math.ceil(keepUntilMs / dayMs);
    const columns = [value, newVersion, keepUntilMs, clearDay, dueAtMs, Number(undelivered), key];
    const rows =
      version === undefined ? await run('insert', ...columns, now()) : await run('update', ...columns, version, now());
    return rows.length > 0;
  };

  /**
   * Runs a statement of `createTable`, and ignores its failure: of several processes that create the table at once,
   * PostgreSQL lets all but one fail, despite IF NOT EXISTS. The read that follows fails where there is no table.
   */
  const create = async (statement: string): Promise<void> => {
    await query(statement, []).catch(() => undefined);
  };
  /** Reads a record. Creates the table when the first read of this process fails; a read may be repeated. */
  const loadSafely = (key: string): Promise<StoredRecord | undefined> =>
    load(execute, key).catch(async (error: unknown) => {
      if (isReady) throw error;
      for (const statement of createTable.split(';')) if (statement) await create(statement);
      return load(execute, key);
    });
  const prepare = async (): Promise<void> => {
    if (!isReady) await loadSafely('');
  };

  let isClearing = false;
  /** Deletes some expired rows. A failure is nobody's: expired rows are invisible, and the next claim tries again. */
  const clear = async (): Promise<void> => {
    if (isClearing) return;
    isClearing = true;
    const today = Math.floor(now() / dayMs);
    await execute('clear', today, today).catch(() => undefined);
    isClearing = false;
  };

  const store: PaymentStore = {
    keepsVersions: true,
    load: loadSafely,
    async save(key, value, terms) {
      await prepare();
      return save(execute, key, value, terms);
    },
    async claim(nowMs, untilMs, limit) {
      await prepare();
      const rows = await execute('claim', nowMs, limit, nowMs, limit, limit, untilMs, newId());
      const cleared = clear();
      // Claimed records do not wait for it; after an empty claim the process may end, as a serverless one does.
      if (rows.length === 0) await cleared;
      return rows
        .map(toClaimedRow)
        .sort(compareClaimed)
        .map(({ record }) => record);
    },
  };
  if (!transaction) return store;
  return {
    ...store,
    async transaction(work) {
      // A statement that fails would end a transaction of PostgreSQL, so the table exists before.
      await prepare();
      return transaction((inside) => {
        const run = executeOn(inside);
        return work({
          query: inside,
          load: (key) => load(run, key),
          save: (key, value, terms) => save(run, key, value, terms),
        });
      });
    },
  };
}
