/** The store in one SQLite file, by Node's own driver: nothing to install, nothing to start. */

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { sqlInsight } from './sql.ts';
import type { InsightStore } from './stores/insight-store.ts';

/**
 * Creates a store in a SQLite file. Several processes of one machine may share it.
 *
 * @example
 * ```ts
 * import { createInsight } from '@plural-otp/insight';
 * import { sqliteInsight } from '@plural-otp/insight/node';
 *
 * export const createShopInsight = (secret: string) =>
 *   createInsight({ store: sqliteInsight('insight.sqlite'), secret });
 * ```
 */
export function sqliteInsight(file: string): InsightStore {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 3000');
  const prepared = new Map<string, StatementSync>();
  return sqlInsight(
    async (text, params) => {
      let statement = prepared.get(text);
      if (!statement) prepared.set(text, (statement = database.prepare(text)));
      return statement.all(...params);
    },
    { placeholder: '?' },
  );
}
