import { DatabaseSync } from 'node:sqlite';
import { createTable, sqlStore, type SqlQuery } from '@plural-otp/edge/stores/sql';
import { createShop, shopEnv, type Shop } from './shop.ts';
import { createVerdictTable, sqlVerdicts } from './verdicts.ts';

/** The shop on one machine. With more than one, take PostgreSQL: see the page on stores. */
export function openSqliteShop(): Shop {
  const database = new DatabaseSync(process.env['DATABASE_FILE'] ?? 'shop.sqlite');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000');
  database.exec(createTable + createVerdictTable);
  const query: SqlQuery = async (text, params) => database.prepare(text).all(...params);

  const shop = createShop(shopEnv(process.env), sqlStore(query, { placeholder: '?' }), sqlVerdicts(query));
  setInterval(() => {
    shop.sweep().catch((error: unknown) => console.error('sweep:', error));
  }, 30_000);
  return shop;
}
