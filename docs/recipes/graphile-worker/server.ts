/** The shop on PostgreSQL, with graphile-worker for the time at which each payment is due. */

import { createServer } from 'node:http';
import { toNodeListener } from '@plural-otp/edge/node';
import { createTable, sqlStore, type SqlQuery } from '@plural-otp/edge/stores/sql';
import { makeWorkerUtils, run } from 'graphile-worker';
import { Pool } from 'pg';
import { createShop, shopEnv } from '../shop.ts';
import { createVerdictTable, sqlVerdicts } from '../verdicts.ts';
import { jobSchedule, taskName, wakeTask } from './wake-tasks.ts';

// A direct connection: the worker listens for new jobs, which a pooler in transaction mode does not pass on.
const pool = new Pool({
  connectionString: process.env['DATABASE_URL'],
  connectionTimeoutMillis: 2000,
  query_timeout: 2500,
});
pool.on('error', (error) => console.error('postgres:', error.message));
await pool.query(createTable + createVerdictTable);
const query: SqlQuery = async (text, params) => (await pool.query(text, [...params])).rows;

/** Numbers the placeholders of the shared statements, which are written for SQLite. */
const numbered: SqlQuery = (text, params) => {
  let count = 0;
  return query(
    text.replaceAll('?', () => `$${(count += 1)}`),
    params,
  );
};

const utils = await makeWorkerUtils({ pgPool: pool });
await utils.migrate();
const schedule = jobSchedule(utils.addJob);
const store = { ...sqlStore(query, { placeholder: '$' }), schedule };
const shop = createShop(shopEnv(process.env), store, sqlVerdicts(numbered));

// May run in a process of its own, and in several.
await run({ pgPool: pool, concurrency: 8, taskList: { [taskName]: wakeTask(shop.wake, schedule) } });

// The net below the jobs: one whose process was killed is locked for hours, and its payment is found here.
setInterval(() => {
  shop.sweep().catch((error: unknown) => console.error('sweep:', error));
}, 60_000);

createServer(toNodeListener(shop)).listen(Number(process.env['PORT'] ?? 3000), process.env['HOST'] ?? '127.0.0.1');
