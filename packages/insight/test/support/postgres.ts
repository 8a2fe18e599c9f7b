/** A PostgreSQL server on a socket of its own, for one test file. */

import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { vi } from 'vitest';
import { sqlInsight, type InsightStore } from '../../src/sql.ts';

const debian = '/usr/lib/postgresql';
const bin =
  process.env['POSTGRES_BIN_PATH'] ??
  (existsSync(debian) ? join(debian, readdirSync(debian).toSorted().at(-1) ?? '', 'bin') : '');

/** True where this machine has PostgreSQL, or `CI=true` requires it. */
export const hasPostgres: boolean = existsSync(join(bin, 'initdb')) || process.env['CI'] === 'true';

let server: ChildProcess | undefined;
let folder: string | undefined;
let pool: Pool | undefined;

/** Starts the server once, and returns a store in it. */
export async function openPostgres(): Promise<InsightStore> {
  if (!pool) {
    const data = mkdtempSync(join(tmpdir(), 'plural-insight-'));
    folder = data;
    // PostgreSQL refuses to run as root.
    const toId = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
    const user = process.getuid?.() === 0 ? { uid: toId('-u'), gid: toId('-g') } : {};
    if ('uid' in user) chownSync(data, user.uid ?? 0, user.gid ?? 0);
    chmodSync(data, 0o700);
    const options = { ...user, cwd: data, stdio: 'ignore' } as const;
    // A language whose order of names differs from that of their bytes, if the machine has one.
    execFileSync(
      join(bin, 'initdb'),
      ['-D', join(data, 'db'), '-A', 'trust', '-U', 'insight', '--encoding=UTF8'],
      options,
    );
    server = spawn(
      join(bin, 'postgres'),
      ['-D', join(data, 'db'), '-k', data, '-c', 'listen_addresses=', '-c', 'fsync=off'],
      options,
    );
    pool = new Pool({ host: data, user: 'insight', database: 'postgres' });
    const opened = pool;
    await vi.waitFor(() => opened.query('SELECT 1'), { timeout: 30_000, interval: 100 });
  }
  const opened = pool;
  return sqlInsight(async (text, params) => (await opened.query(text, [...params])).rows as Record<string, unknown>[], {
    placeholder: '$',
  });
}

/** Stops the server and deletes its files. */
export async function stopPostgres(): Promise<void> {
  await pool?.end();
  if (server) {
    server.kill('SIGQUIT');
    await once(server, 'exit');
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
  pool = server = folder = undefined;
}
