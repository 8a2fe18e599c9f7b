/** Starts shops in processes of their own, see `shop-process.ts`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A shop in a separate process. */
export interface ShopProcess {
  child: ChildProcess;
  post<T>(path: string, body: object): Promise<T>;
  /** Returns the status of a request that may fail. */
  postForStatus(path: string, body: object): Promise<number>;
  /** Posts to a process that dies of it. */
  postLast(path: string, body: object): Promise<void>;
}

export interface ShopProcessOptions {
  /** URL of the sandbox. */
  bank: string;
  /** SQLite file, or URL of a PostgreSQL. */
  database: string;
  /** Moment at which the process kills itself. */
  dieAt?: string;
  aheadSeconds?: number;
  /** Runs a build whose records have the next version. */
  isNextVersion?: boolean;
}

export async function spawnShop(options: ShopProcessOptions): Promise<ShopProcess> {
  const { bank, database, dieAt = '', aheadSeconds = 0, isNextVersion = false } = options;
  const hooks = ['./source-alias.mjs', ...(isNextVersion ? ['./next-record-version.mjs'] : [])];
  const imports = hooks.flatMap((name) => ['--import', at(name)]);
  const child = spawn(process.execPath, [...imports, at('./shop-process.ts')], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_NO_WARNINGS: '1',
      DIE_AT: dieAt,
      DATABASE: database,
      BANK: bank,
      CLOCK_AHEAD_MS: String(aheadSeconds * 1000),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const send = (path: string, body: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${String(line).trim()}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify(body),
    });
  return {
    child,
    async post<T>(path: string, body: object) {
      const response = await send(path, body);
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      return (await response.json()) as T;
    },
    postForStatus: async (path, body) => (await send(path, body)).status,
    async postLast(path, body) {
      const gone = once(child, 'exit');
      await expect(send(path, body)).rejects.toThrow();
      expect((await gone)[1]).toBe('SIGKILL');
    },
  };
}
