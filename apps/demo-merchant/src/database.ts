import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const schema = `
  CREATE TABLE IF NOT EXISTS orders (
    number TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    tea TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    amount_paise INTEGER NOT NULL,
    fee_paise INTEGER NOT NULL DEFAULT 0,
    pre_auth INTEGER,
    plural_order_id TEXT UNIQUE,
    plural_open INTEGER NOT NULL DEFAULT 1,
    standing TEXT NOT NULL DEFAULT 'open',
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS orders_by_session ON orders (session, created_at_ms);

  CREATE TABLE IF NOT EXISTS attempts (
    reference TEXT PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (number),
    attempt INTEGER NOT NULL,
    card_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    plural_payment_id TEXT,
    started_at_ms INTEGER NOT NULL,
    UNIQUE (order_number, attempt)
  ) STRICT;

  CREATE TABLE IF NOT EXISTS verdicts (
    key TEXT PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (number),
    plural_payment_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    amount_paise INTEGER NOT NULL,
    source TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS verdicts_by_order ON verdicts (order_number, received_at_ms);

  CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
`;

/** A result row by column name. */
export type Row = Record<string, unknown>;

/** The shop's one SQLite file. */
export interface Database {
  /** Runs one statement, prepared once per text; gives its rows, none for a plain write. */
  all(text: string, ...params: readonly SQLInputValue[]): Row[];
  /** Runs one write; gives how many rows it changed. */
  change(text: string, ...params: readonly SQLInputValue[]): number;
  /** Runs `work` in one transaction: all of it is kept, or, when it throws, none. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/**
 * Opens or creates the file, and makes the tables that are missing. A write is on the disk when it returns.
 * @param path a file, whose folder is made when missing, or `:memory:`
 * @param moreTables `CREATE … IF NOT EXISTS` statements of others who keep their rows in the same file
 */
export function openDatabase(path: string, moreTables = ''): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const connection = new DatabaseSync(path);
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  connection.exec('PRAGMA busy_timeout = 5000;');
  connection.exec(schema);
  connection.exec(moreTables);

  const statements = new Map<string, StatementSync>();
  const prepared = (text: string): StatementSync => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const statement = connection.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  return {
    all: (text, ...params) => prepared(text).all(...params),
    change: (text, ...params) => Number(prepared(text).run(...params).changes),
    transaction(work) {
      connection.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        connection.exec('COMMIT');
        return result;
      } catch (error) {
        connection.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => connection.close(),
  };
}
