/** The shop on SQLite with a timer for the sweep, for the recipes on Node. */

import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { createTable, sqlStore, type SqlQuery } from '@plural-otp/edge/stores/sql';
import { createShop, shopEnv, type Shop } from './shop.ts';
import { createVerdictTable, sqlVerdicts } from './verdicts.ts';

/** Creates the shop on one machine. For several machines use PostgreSQL, see docs/stores.md. */
export function openSqliteShop(): Shop {
  const database = new DatabaseSync(process.env['DATABASE_FILE'] ?? 'shop.sqlite');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 50');
  database.exec(createTable + createVerdictTable);
  // SQLite waits for another process on the event loop, where it stops every customer: for a moment only, then a timer.
  const query: SqlQuery = async (text, params) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return database.prepare(text).all(...params);
      } catch (error) {
        if (attempt === 40 || !/is locked/.test(String(error))) throw error;
        await setTimeout(50);
      }
    }
  };

  const shop = createShop(shopEnv(process.env), sqlStore(query, { placeholder: '?' }), sqlVerdicts(query));
  setInterval(() => {
    shop.sweep().catch((error: unknown) => console.error('sweep:', error));
  }, 30_000);
  return shop;
}
