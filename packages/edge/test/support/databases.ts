import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { vi } from 'vitest';

/** An engine that a test started on loopback; it and its files are gone after `end`. */
export interface Engine {
  port: number;
  /** Ends it at once, as a crash does. */
  crash: () => Promise<void>;
  /** Starts it again on what it had written. */
  start: () => Promise<void>;
  end: () => Promise<void>;
}

const onPath = (program: string): string[] =>
  (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));

const postgresFolders = (): string[] => {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)) : [];
  return [...versions.map((version) => join(debian, version, 'bin')), ...onPath('initdb').map((path) => dirname(path))];
};

/** What the variable names, else the first of the usual places that has it. */
const firstOf = (variable: string, usual: string[], has: (place: string) => boolean): string | undefined =>
  (process.env[variable] ? [process.env[variable]] : usual).find(has);

/** The program `redis-server`, or `undefined` when this machine has none. */
export const redisServer: string | undefined = firstOf('REDIS_SERVER_PATH', onPath('redis-server'), existsSync);

/** A folder of PostgreSQL's programs, also where the variable names one of the programs. */
const programsIn = (place: string): string =>
  existsSync(place) && !statSync(place).isDirectory() ? dirname(place) : place;

/** Where PostgreSQL's programs lie, or `undefined` when this machine has none. */
export const postgresBin: string | undefined = firstOf('POSTGRES_BIN_PATH', postgresFolders(), (place) =>
  existsSync(join(programsIn(place), 'initdb')),
);

/** The program `nginx`, or `undefined` when this machine has none. */
export const nginx: string | undefined = firstOf('NGINX_PATH', [...onPath('nginx'), '/usr/sbin/nginx'], existsSync);

/** Whether a suite is left out: its engine is not here, and nobody said with `CI=true` that it must be. */
export const leftOut = (engine: string | undefined): boolean => engine === undefined && process.env['CI'] !== 'true';

/** A Redis that keeps every write. */
export async function startRedis(): Promise<Engine> {
  if (redisServer === undefined) throw new Error('redis-server is missing: install it or set REDIS_SERVER_PATH');
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-redis-'));
  const port = await freePort();
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
  const how = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--maxmemory-policy', 'noeviction'];
  return engine({ folder, port, run: [redisServer, ...where, ...how], crashSignal: 'SIGKILL' });
}

/** A PostgreSQL with a database `postgres` and a user `postgres` without a password. */
export async function startPostgres(): Promise<Engine> {
  if (postgresBin === undefined) throw new Error('PostgreSQL is missing: install it or set POSTGRES_BIN_PATH');
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-postgres-'));
  const port = await freePort();
  const prefix = asPostgres(folder);
  const data = join(folder, 'data');
  const initdb = [
    join(programsIn(postgresBin), 'initdb'),
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
    join(programsIn(postgresBin), 'postgres'),
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    '',
  ];
  return engine({ folder, port, run, crashSignal: 'SIGQUIT' });
}

/** PostgreSQL refuses to run as root: then it runs as the user of its package. */
function asPostgres(folder: string): string[] {
  if (process.getuid?.() !== 0) return [];
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const [user, group] = [id('-u'), id('-g')];
  chownSync(folder, user, group);
  chmodSync(folder, 0o700);
  return ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups'];
}

interface EngineParts {
  folder: string;
  port: number;
  run: string[];
  crashSignal: NodeJS.Signals;
}

async function engine({ folder, port, run, crashSignal }: EngineParts): Promise<Engine> {
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
    let told = '';
    const started = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (text) => (told += String(text)));
    await vi.waitUntil(() => started.exitCode !== null || /ready to accept connections/i.test(told), patience);
    if (started.exitCode !== null) throw new Error(`${program} ended: ${told}`);
  };
  await start();
  return {
    port,
    crash,
    start,
    async end() {
      await crash();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How long a test waits for an engine, on a machine that has much else to do. */
export const patience = { timeout: 30_000, interval: 50 };

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
