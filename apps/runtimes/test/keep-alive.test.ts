import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callNames } from '../../../packages/core/test/support/plural-stub.ts';
import { rules } from '../../../packages/core/test/support/retry-rules.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const once = callNames.filter((name) => rules[name].rule === 'never');
const order = { data: { order_id: 'kept', status: 'CREATED' } };

/** Requests by method and path; those that came over a connection used before. */
const reached = new Map<string, number>();
let reusedConnections = 0;
const used = new WeakSet<Socket>();

// Answers what reads, and breaks the connection off once it has a write whole: as if the answer was lost on its way.
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const { method = '', url = '', socket } = request;
    if (used.has(socket)) reusedConnections += 1;
    used.add(socket);
    const isToken = url.endsWith('/token');
    if (method === 'GET' || isToken) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(isToken ? { access_token: 'token', expires_in: 3600 } : order));
      return;
    }
    reached.set(`${method} ${url}`, (reached.get(`${method} ${url}`) ?? 0) + 1);
    socket.resetAndDestroy();
  });
});
server.keepAliveTimeout = 0;

const programs: Record<string, [program: string, ...args: string[]]> = {
  'Node 22': [at('node_modules/node22/bin/node')],
  'Node 24': [process.execPath],
  'Node 26': [at('node_modules/node26/bin/node')],
  Deno: [at('node_modules/.bin/deno'), 'run', '--no-remote', '--no-config', '--allow-net'],
  Bun: [at('node_modules/.bin/bun'), 'run'],
};

beforeAll(async () => {
  await build({
    entryPoints: [at('run/keep-alive.ts')],
    outdir: at('dist'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['worker'],
    logLevel: 'warning',
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  reached.clear();
  reusedConnections = 0;
});

describe('a connection that was kept open breaks off during a write', () => {
  for (const [name, [program, ...args]] of Object.entries(programs)) {
    test.skipIf(!existsSync(program) && process.env['CI'] !== 'true')(
      `${name}: its fetch sends none of the ${once.length} writes a second time`,
      async () => {
        const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const { stdout } = await promisify(execFile)(program, [...args, at('dist/keep-alive.js'), baseUrl]);
        expect(JSON.parse(stdout)).toEqual(Object.fromEntries(once.map((call) => [call, 'NETWORK_FAILED unknown'])));
        expect([...reached.values()]).toEqual(once.map(() => 1));
        // Connections were kept at all: else this would show nothing.
        expect(reusedConnections).toBeGreaterThan(0);
      },
    );
  }
});
