/** Fills the demo's files with a crowd of simulated customers, before the demo starts on them. */

import { rmSync, writeFileSync } from 'node:fs';
import type { StatementSync } from 'node:sqlite';
import { sqlStore, type SqlQuery } from '@plural-otp/edge/stores/sql';
import { sqlInsight } from '@plural-otp/insight/sql';
import { createCrowd } from '../crowd/create-crowd.ts';
import { createSqlOverview } from '../merchant/sql-overview.ts';
import { parseSettings } from '../settings.ts';
import { createSqlRepository } from '../sql-repository.ts';
import { openDatabase } from './database.ts';
import { readBrowserFiles } from './read-browser-files.ts';

/** Number of simulated customers. */
export const crowdSize = 600;

/** Options of {@link fillWithCrowd}. */
export interface CrowdFiles {
  /** SQLite file of the shop. It is replaced. */
  readonly data: string;
  /** State file of the sandbox. It is replaced. */
  readonly stateFile: string;
  readonly variables: Record<string, string | undefined>;
  readonly seed: number;
  readonly count?: number;
  readonly nowMs?: number;
}

/** Sends the crowd through the shop, and returns how many of its orders are paid at Plural. */
export async function fillWithCrowd(options: CrowdFiles): Promise<{ customers: number; paidAtPlural: number }> {
  const { data, stateFile, variables, seed, count = crowdSize, nowMs = Date.now() } = options;
  for (const file of [data, `${data}-wal`, `${data}-shm`, stateFile]) rmSync(file, { force: true });
  const database = openDatabase(data);
  // A crash in these seconds loses a simulation.
  database.exec('PRAGMA synchronous = OFF');
  const prepared = new Map<string, StatementSync>();
  const query: SqlQuery = async (text, params) => {
    let statement = prepared.get(text);
    if (!statement) prepared.set(text, (statement = database.prepare(text)));
    return statement.all(...params);
  };
  try {
    const { sandboxState, ...result } = await createCrowd({
      settings: parseSettings(variables),
      repository: createSqlRepository(query),
      overview: createSqlOverview(query),
      insightStore: sqlInsight(query, { placeholder: '?' }),
      store: sqlStore(query, { placeholder: '?' }),
      files: await readBrowserFiles(),
      seed,
      count,
      nowMs,
    });
    writeFileSync(stateFile, sandboxState, { mode: 0o600 });
    return result;
  } finally {
    database.close();
  }
}
