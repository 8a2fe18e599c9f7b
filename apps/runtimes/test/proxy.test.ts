/** A network that lets nothing out but by a proxy: each runtime's own way, as docs/recipes.md shows it. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, request as sendRequest, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { order } from '../../../packages/core/test/support/plural-stub.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const undici = import.meta.resolve('undici');
// Only the proxy knows this name, so that a request that does not go through it fails.
const host = 'plural.internal';

const arrived: string[] = [];
const origin = createServer((request, response) => {
  request.resume().on('end', () => {
    arrived.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'none'}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url?.endsWith('/token') ? { access_token: 'bearer-canary' } : { data: order }));
  });
});

const proxied: string[] = [];
let refuses = false;
const proxy = createServer((request, response) => {
  proxied.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? 'none'}`);
  if (refuses) {
    response.writeHead(407).end();
    return;
  }
  // The absolute form, which some clients use for plain http.
  const { pathname, search } = new URL(request.url ?? '');
  const options = { port: portOf(origin), method: request.method, path: pathname + search, headers: request.headers };
  const onward = sendRequest(options, (answer: IncomingMessage) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  request.pipe(onward);
});
proxy.on('connect', (request, socket, head) => {
  proxied.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? 'none'}`);
  if (refuses) {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    return;
  }
  const onward = connect(portOf(origin), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    onward.write(head);
    onward.pipe(socket).pipe(onward);
  });
  for (const end of [onward, socket]) end.on('error', () => undefined);
});
const portOf = (server: ReturnType<typeof createServer>): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  await build({
    entryPoints: [at('run/proxy.ts')],
    outdir: at('dist'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['worker'],
    logLevel: 'warning',
  });
  for (const server of [origin, proxy]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
afterAll(() => {
  for (const server of [origin, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => {
  arrived.length = 0;
  proxied.length = 0;
  refuses = false;
});

const deno: [string, ...string[]] = [
  at('node_modules/.bin/deno'),
  'run',
  '--no-remote',
  '--no-config',
  '--allow-net',
  '--allow-env',
];
const ways: [string, [string, ...string[]], NodeJS.ProcessEnv?][] = [
  ['dispatcher', [process.execPath]],
  ['undici', [process.execPath]],
  ['environment', [process.execPath], { NODE_USE_ENV_PROXY: '1' }],
  ['bun', [at('node_modules/.bin/bun'), 'run']],
  ['deno', deno],
];

async function run(
  way: string,
  [program, ...args]: [string, ...string[]],
  baseUrl: string,
  env: NodeJS.ProcessEnv = {},
) {
  const proxyUrl = `http://user:proxy-canary@127.0.0.1:${portOf(proxy)}`;
  const { stdout } = await promisify(execFile)(
    program,
    [...args, at('dist/proxy.js'), way, baseUrl, proxyUrl, undici],
    {
      env: { ...process.env, ...env, ...('NODE_USE_ENV_PROXY' in env ? { HTTP_PROXY: proxyUrl, NO_PROXY: '' } : {}) },
      timeout: 30_000,
    },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as string[];
}

describe.each(ways)('%s', (way, program, env) => {
  test.skipIf(!existsSync(program[0]))('a read and writes go through the proxy, each once', async () => {
    const ends = await run(way, program, `http://${host}:${portOf(origin)}`, env);
    expect(ends).toEqual(['done', 'done', 'done']);
    const path = `/api/pay/v1/orders/${order.order_id}`;
    expect(arrived).toEqual([
      'POST /api/auth/v1/token none',
      `GET ${path} Bearer bearer-canary`,
      `POST ${path}/payments Bearer bearer-canary`,
      `PUT ${path}/cancel Bearer bearer-canary`,
    ]);
    expect(proxied.length).toBeGreaterThan(0);
    expect(proxied.every((line) => line.includes(host) && line.includes('Basic '))).toBe(true);
  });

  test.skipIf(!existsSync(program[0]))('a proxy that refuses is a failure that repeats nothing of it', async () => {
    refuses = true;
    const ends = await run(way, program, `http://${host}:${portOf(origin)}`, env);
    expect(ends).toHaveLength(3);
    for (const end of ends) {
      expect(end).toMatch(/^(?:NETWORK_FAILED|API_REJECTED|RESPONSE_INVALID|CREDENTIALS_REJECTED) getToken: /);
      expect(end).not.toMatch(/canary|4012/);
    }
    expect(arrived).toEqual([]);
  });
});

test('the fetch of npm’s undici may be given as it is', async () => {
  const ends = await run('undici without a proxy', [process.execPath], `http://127.0.0.1:${portOf(origin)}`);
  expect(ends).toEqual(['done', 'done', 'done']);
  expect([arrived.length, proxied]).toEqual([4, []]);
});
