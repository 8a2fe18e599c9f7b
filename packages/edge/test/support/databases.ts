/** Finds Redis, PostgreSQL and nginx on this machine, and starts database servers on loopback for tests. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { vi } from 'vitest';
import { getPostgresUserPrefix } from './postgres-user.ts';

/** A database server on loopback that a test started. */
export interface DatabaseServer {
  port: number;
  /** Kills it without a clean shutdown. */
  crash: () => Promise<void>;
  /** Starts it again on the data it had written. */
  start: () => Promise<void>;
  /** Kills it and deletes its files. */
  dispose: () => Promise<void>;
}

/** Returns where `PATH` would look for a program. */
export const pathCandidates = (program: string): string[] =>
  (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));

const postgresFolders = (): string[] => {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)) : [];
  return [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...pathCandidates('initdb').map((path) => dirname(path)),
  ];
};

/** Returns the path in an environment variable, else the first candidate that `has` accepts. */
export const findProgram = (variable: string, usual: string[], has: (place: string) => boolean): string | undefined =>
  (process.env[variable] ? [process.env[variable]] : usual).find(has);

/** Path of `redis-server`; `undefined` when this machine has none. */
export const redisServer: string | undefined = findProgram(
  'REDIS_SERVER_PATH',
  pathCandidates('redis-server'),
  existsSync,
);

/** Returns the folder of PostgreSQL's programs: `POSTGRES_BIN_PATH` may also name one of the programs. */
const toBinFolder = (place: string): string =>
  existsSync(place) && !statSync(place).isDirectory() ? dirname(place) : place;

/** Folder of PostgreSQL's programs; `undefined` when this machine has none. */
export const postgresBin: string | undefined = findProgram('POSTGRES_BIN_PATH', postgresFolders(), (place) =>
  existsSync(join(toBinFolder(place), 'initdb')),
);

/** Path of `nginx`; `undefined` when this machine has none. */
export const nginx: string | undefined = findProgram(
  'NGINX_PATH',
  [...pathCandidates('nginx'), '/usr/sbin/nginx'],
  existsSync,
);

/** Returns whether to skip a suite: its program is missing, and `CI=true` does not require it. */
export const shouldSkip = (program: string | undefined): boolean =>
  program === undefined && process.env['CI'] !== 'true';

/**
 * Starts a Redis that writes every change to disk, with these settings beside.
 * @throws {Error} when this machine has none.
 */
export async function startRedis(settings: readonly string[] = []): Promise<DatabaseServer> {
  if (redisServer === undefined) throw new Error('redis-server is missing: install it or set REDIS_SERVER_PATH');
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-redis-'));
  const port = await freePort();
  const network = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
  const durability = [
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
  ];
  return startServer({
    folder,
    port,
    command: [redisServer, ...network, ...durability, ...settings],
    crashSignal: 'SIGKILL',
  });
}

/**
 * Starts a PostgreSQL with a database `postgres` and a user `postgres` without a password.
 * @throws {Error} when this machine has none.
 */
export async function startPostgres(): Promise<DatabaseServer> {
  if (postgresBin === undefined) throw new Error('PostgreSQL is missing: install it or set POSTGRES_BIN_PATH');
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-postgres-'));
  const port = await freePort();
  const prefix = getPostgresUserPrefix(folder);
  const data = join(folder, 'data');
  const initdb = [
    join(toBinFolder(postgresBin), 'initdb'),
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
  ];
  const [program = '', ...args]: string[] = [...prefix, ...initdb];
  const made = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const run = [
    ...prefix,
    join(toBinFolder(postgresBin), 'postgres'),
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    '',
  ];
  return startServer({ folder, port, command: run, crashSignal: 'SIGQUIT' });
}

interface ServerOptions {
  folder: string;
  port: number;
  command: string[];
  crashSignal: NodeJS.Signals;
  /** Output of a server that is ready. */
  ready?: RegExp;
}

/** Starts a server and waits until it says that it is ready. */
export async function startServer({
  folder,
  port,
  command: run,
  crashSignal,
  ready = /ready to accept connections/i,
}: ServerOptions): Promise<DatabaseServer> {
  let child: ChildProcess | undefined;
  const crash = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill(crashSignal);
    await gone;
  };
  const start = async (): Promise<void> => {
    const [program = '', ...args] = run;
    let output = '';
    const started = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (text) => (output += String(text)));
    await vi.waitUntil(() => started.exitCode !== null || ready.test(output), waitOptions);
    if (started.exitCode !== null) throw new Error(`${program} ended: ${output}`);
  };
  await start();
  return {
    port,
    crash,
    start,
    async dispose() {
      await crash();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Options of `vi.waitUntil` and `vi.waitFor` for a server on a busy machine. */
export const waitOptions = { timeout: 30_000, interval: 50 };

/** Returns a loopback port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
