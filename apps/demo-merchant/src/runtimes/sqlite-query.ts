/** Queries of a SQLite file that another process may hold. */

import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import type { SqlQuery } from '@plural-otp/edge/stores/sql';

// SQLite itself waits on the event loop, where it would stop every other customer, so it waits for a moment only.
const busyTimeoutMs = 50;
const retryMs = 50;
const maxRetries = 100;

/** Creates the query of a database. A statement that finds the file locked is tried again for about ten seconds. */
export function createSqliteQuery(database: DatabaseSync): SqlQuery {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  return async (text, params) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return database.prepare(text).all(...params);
      } catch (error) {
        if (attempt === maxRetries || !isLocked(error)) throw error;
        await setTimeout(retryMs);
      }
    }
  };
}

/** Returns true for SQLITE_BUSY and SQLITE_LOCKED, which SQLite reports before it has changed anything. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && /database (?:table )?is locked/.test(error.message);
}
