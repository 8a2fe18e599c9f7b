/** The SQLite file of the shop. */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createTable } from '@plural-otp/edge/stores/sql';
import { shopTables } from '../sql-repository.ts';
import { errorMessage, exitWithError } from './environment.ts';

/** Opens or creates the database with its tables. With `synchronous = FULL` a write is on disk when it returns. */
export function openDatabase(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    // While it starts, nobody waits for it.
    database.exec('PRAGMA busy_timeout = 5000;');
    database.exec(shopTables + createTable);
    return database;
  } catch (error) {
    return exitWithError(
      `Orders cannot be stored in ${path}: ${errorMessage(error)} Set DEMO_DATA to a writable file.`,
    );
  }
}
