/** The shop on SQLite with a timer for the sweep, for the recipes on Node. */

import { DatabaseSync } from 'node:sqlite';
import { createTable, sqlStore } from '@plural-otp/edge/stores/sql';
import { createShop, shopEnv, type Shop } from './shop.ts';
import { retryLocked } from './sqlite-query.ts';
import { createVerdictTable, sqlVerdicts } from './verdicts.ts';

/** Creates the shop on one machine. For several machines use PostgreSQL, see docs/stores.md. */
export function openSqliteShop(): Shop {
  const database = new DatabaseSync(process.env['DATABASE_FILE'] ?? 'shop.sqlite');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 50');
  database.exec(createTable + createVerdictTable);
  const query = retryLocked(async (text, params) => database.prepare(text).all(...params));

  const shop = createShop(shopEnv(process.env), sqlStore(query, { placeholder: '?' }), sqlVerdicts(query));
  setInterval(() => {
    shop.sweep().catch((error: unknown) => console.error('sweep:', error));
  }, 30_000);
  return shop;
}
