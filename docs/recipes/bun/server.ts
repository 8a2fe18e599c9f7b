/** The shop on Bun, with SQLite. */

import { Database } from 'bun:sqlite';
import { createTable, sqlStore, type SqlRow } from '@plural-otp/edge/stores/sql';
import { createShop, shopEnv } from '../shop.ts';
import { retryLocked } from '../sqlite-query.ts';
import { createVerdictTable, sqlVerdicts } from '../verdicts.ts';

const database = new Database(process.env['DATABASE_FILE'] ?? 'shop.sqlite');
database.run('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 50');
database.run(createTable + createVerdictTable);
const query = retryLocked(async (text, params) =>
  database.query<SqlRow, (string | number | null)[]>(text).all(...params),
);

const shop = createShop(shopEnv(process.env), sqlStore(query, { placeholder: '?' }), sqlVerdicts(query));
setInterval(() => {
  shop.sweep().catch((error: unknown) => console.error('sweep:', error));
}, 30_000);

/** The page with <plural-otp>, and its files. */
const files = ['index.html', 'shop.js', 'shop.css', 'plural-otp.min.js', 'plural-otp.css', 'device-info.js'];
const page = Object.fromEntries(
  files.map((file) => [file === 'index.html' ? '/' : `/${file}`, new Response(Bun.file(`public/${file}`))]),
);

Bun.serve({
  port: Number(process.env['PORT'] ?? 3000),
  hostname: process.env['HOST'] ?? '127.0.0.1',
  // A payment waits for the bank, and Bun closes an idle connection after 10 seconds by default.
  idleTimeout: 60,
  routes: page,
  fetch: (request) => shop.fetch(request),
});
