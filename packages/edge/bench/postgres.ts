/** `pnpm bench edge --postgres`: ten sweepers relative to one on a real PostgreSQL. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { compareSweepers } from './sweepers.ts';

const binFolder = process.env['POSTGRES_BIN_PATH'] ?? globSync('/usr/lib/postgresql/*/bin').toSorted().at(-1) ?? '';

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Returns the command prefix that runs PostgreSQL as the user of its package, because it refuses to run as root. */
function asPostgresUser(folder: string): string[] {
  if (process.getuid?.() !== 0) return [];
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const [user, group] = [id('-u'), id('-g')];
  chownSync(folder, user, group);
  chmodSync(folder, 0o700);
  return ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups'];
}

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
  const prefix = asPostgresUser(folder);
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
    await compareSweepers({ engine: 'postgres', port });
  } finally {
    const gone = once(server, 'exit');
    server.kill('SIGINT');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}
