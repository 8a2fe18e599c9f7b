/** Statements on a SQLite file that another process may hold at the moment. */

import { setTimeout } from 'node:timers/promises';
import type { SqlQuery } from '@plural-otp/edge/stores/sql';

/**
 * Retries a statement that finds the file locked, for two seconds and more. SQLite itself waits on the event loop, where
 * it stops every customer: let it wait for a moment only (`PRAGMA busy_timeout = 50`), and a timer for the rest.
 */
export const retryLocked =
  (run: SqlQuery): SqlQuery =>
  async (text, params) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run(text, params);
      } catch (error) {
        if (attempt === 40 || !/is locked/.test(String(error))) throw error;
        await setTimeout(50);
      }
    }
  };
