/** The store in one SQLite file, by Node's own driver: nothing to install, nothing to start. */

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { sqlInsight } from './sql.ts';
import type { InsightStore } from './stores/insight-store.ts';

// SQLite waits for another process on the event loop, where it stops every customer, so it waits for a moment only.
const busyTimeoutMs = 50;
/** Pause between two tries, in which customers are served. */
const retryMs = 250;
const maxTries = 8;

/** Returns true for SQLITE_BUSY and SQLITE_LOCKED, which SQLite reports before it has changed anything. */
const isLocked = (error: unknown): boolean =>
  error instanceof Error && /database (?:table )?is locked/.test(error.message);

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
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  let isJournaled = false;
  /** Sets the journal in which nobody who reads waits for one who writes. A lock of the file refuses that too. */
  const setJournal = (): void => {
    if (!isJournaled) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    isJournaled = true;
  };
  try {
    setJournal();
  } catch (error) {
    if (!isLocked(error)) throw error;
  }
  const prepared = new Map<string, StatementSync>();
  return sqlInsight(
    async (text, params) => {
      for (let tries = 1; ; tries += 1) {
        try {
          setJournal();
          let statement = prepared.get(text);
          if (!statement) prepared.set(text, (statement = database.prepare(text)));
          return statement.all(...params);
        } catch (error) {
          if (tries === maxTries || !isLocked(error)) throw error;
          await setTimeout(retryMs);
        }
      }
    },
    { placeholder: '?' },
  );
}
