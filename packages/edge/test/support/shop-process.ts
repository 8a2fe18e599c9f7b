/**
 * A shop in a separate process, on a SQLite file or the URL of a PostgreSQL: `node --import ./source-alias.mjs shop-process.ts`.
 * `DIE_AT` names the moment at which it kills itself with SIGKILL: `<end of path>:before` or `<end of path>:after` a
 * call of Plural (after: the call took effect, its response is not recorded), or `onVerdict`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { createPlural, type PaymentRequest } from '@plural-otp/core';
import { createOtpHandler } from '@plural-otp/edge';
import { toNodeListener } from '@plural-otp/edge/node';
import { createTable, sqlStore, type SqlQuery } from '@plural-otp/edge/stores/sql';
import { Pool } from 'pg';

const { DIE_AT = '', DATABASE = '', BANK = '', CLOCK_AHEAD_MS = '0' } = process.env;
const now = (): number => Date.now() + Number(CLOCK_AHEAD_MS);
const dieAt = (moment: string): void => {
  if (DIE_AT !== '' && moment.endsWith(DIE_AT)) process.kill(process.pid, 'SIGKILL');
};

const isPostgres = DATABASE.startsWith('postgres:');
const placeholder = isPostgres ? '$' : '?';

function openPostgres(): SqlQuery {
  const pool = new Pool({ connectionString: DATABASE });
  return async (text, params) => (await pool.query(text, [...params])).rows;
}
function openSqlite(): SqlQuery {
  const database = new DatabaseSync(DATABASE);
  database.exec('PRAGMA busy_timeout = 2000');
  return async (text, params) => database.prepare(text).all(...params);
}
const query = isPostgres ? openPostgres() : openSqlite();
for (const statement of createTable.split(';').filter(Boolean)) await query(statement, []);
await query('CREATE TABLE IF NOT EXISTS verdicts (key TEXT)', []);
const problems: string[] = [];

const plural = createPlural({
  environment: { baseUrl: BANK },
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-secret',
  async fetch(input, init) {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    dieAt(`${pathname}:before`);
    const response = await fetch(request);
    dieAt(`${pathname}:after`);
    return response;
  },
});
const handler = createOtpHandler({
  plural,
  origin: 'https://shop.example',
  store: sqlStore(query, { placeholder, now }),
  async onVerdict({ key }) {
    dieAt('onVerdict');
    await query(isPostgres ? 'INSERT INTO verdicts VALUES ($1)' : 'INSERT INTO verdicts VALUES (?)', [key]);
  },
  onProblem: ({ code }) => void problems.push(code),
  now,
});

const server = createServer(
  toNodeListener({
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/sweep') return Response.json(await handler.sweep());
      if (pathname === '/problems') return Response.json(problems.splice(0));
      if (pathname !== '/start') return handler.fetch(request);
      const { orderId, payment } = (await request.json()) as { orderId: string; payment: PaymentRequest };
      return Response.json(await handler.startPayment({ orderId, payment }));
    },
  }),
);
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
