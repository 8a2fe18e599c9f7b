import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe } from 'vitest';
import { writeDocExample } from '../support/doc-example.ts';
import { remoteStore } from '../support/remote-store.ts';
import { describeStoreContract } from '../support/store-contract.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const deno = at('../../../../apps/runtimes/node_modules/.bin/deno');

let child: ChildProcess;
let example: string;
let url: string;

describe('Deno', () => {
  beforeAll(async () => {
    example = writeDocExample('Deno KV');
    const allowed = ['--no-remote', '--no-config', '--unstable-kv', '--allow-net=127.0.0.1', '--allow-read'];
    const run = ['run', '--no-check', ...allowed, at('../support/deno-store.ts'), pathToFileURL(example).href];
    // A group of its own, since the program on the path is a script that starts the real one.
    const started = spawn(deno, run, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    const [port] = (await once(started.stdout, 'data')) as [Buffer];
    url = `http://127.0.0.1:${String(port).trim()}/`;
  }, 60_000);

  afterAll(() => {
    if (child?.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    rmSync(example, { force: true });
  });

  describeStoreContract('Deno KV, as documented', async ({ now }) => remoteStore(() => url, randomUUID(), now), {
    rounds: 5,
  });
});
