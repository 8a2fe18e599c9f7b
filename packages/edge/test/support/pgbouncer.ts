/** Finds PgBouncer on this machine, and starts one on loopback for tests. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, freePort, pathCandidates, startServer, type DatabaseServer } from './databases.ts';
import { getPostgresUserPrefix } from './postgres-user.ts';

/** Path of `pgbouncer`; `undefined` when this machine has none. */
export const pgbouncer: string | undefined = findProgram(
  'PGBOUNCER_PATH',
  [...pathCandidates('pgbouncer'), '/usr/sbin/pgbouncer'],
  existsSync,
);

/**
 * Starts a PgBouncer in transaction mode, as hosted poolers run it, in front of a PostgreSQL on this machine.
 * @throws {Error} when this machine has none.
 */
export async function startPgBouncer(postgresPort: number): Promise<DatabaseServer> {
  if (pgbouncer === undefined) throw new Error('pgbouncer is missing: install it or set PGBOUNCER_PATH');
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-pgbouncer-'));
  const port = await freePort();
  const users = join(folder, 'users.txt');
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(users, '"postgres" ""\n');
  writeFileSync(
    settings,
    `[databases]
postgres = host=127.0.0.1 port=${postgresPort} dbname=postgres user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = transaction
default_pool_size = 5
max_client_conn = 100
`,
  );
  const command = [...getPostgresUserPrefix(folder), pgbouncer, settings];
  return startServer({ folder, port, command, crashSignal: 'SIGKILL', ready: /process up/i });
}
