/** `pnpm bench edge --postgres`: claims beside a million expired rows, and ten sweepers relative to one, on a real PostgreSQL. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { getPostgresUserPrefix } from '../test/support/postgres-user.ts';
import { measureExpiredRows } from './expired-rows.ts';
import { findFreePort } from './redis-server.ts';
import { compareSweepers } from './sweepers.ts';

const binFolder = process.env['POSTGRES_BIN_PATH'] ?? globSync('/usr/lib/postgresql/*/bin').toSorted().at(-1) ?? '';

async function waitUntilReady(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const pool = new Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1 });
    try {
      await pool.query('SELECT 1');
      return;
    } catch {
      await sleep(100);
    } finally {
      await pool.end();
    }
  }
  throw new Error('PostgreSQL did not start');
}

/** Runs the benchmark on a PostgreSQL of its own, with its default settings. */
export async function benchPostgres(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-bench-postgres-'));
  const port = await findFreePort();
  const data = join(folder, 'data');
  const prefix = getPostgresUserPrefix(folder);
  const run = (name: string, ...args: string[]): [string, string[]] => {
    const [program = '', ...rest] = [...prefix, join(binFolder, name), '-D', data, ...args];
    return [program, rest];
  };
  const [initdb, initdbArgs] = run('initdb', '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C');
  const made = spawnSync(initdb, initdbArgs, { cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const [postgres, args] = run('postgres', '-p', String(port), '-h', '127.0.0.1', '-k', '');
  const server = spawn(postgres, args, { cwd: folder, stdio: 'ignore' });
  try {
    await waitUntilReady(port);
    await measureExpiredRows(port);
    await compareSweepers({ engine: 'postgres', port });
  } finally {
    const gone = once(server, 'exit');
    server.kill('SIGINT');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}
