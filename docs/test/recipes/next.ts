/** The route files of the Next.js recipe on Node and on the edge runtime, with a Redis over HTTP. */

import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { toNodeListener } from '@plural-otp/edge/node';
import { EdgeRuntime, runServer } from 'edge-runtime';
import { build } from 'esbuild';
import { Redis } from 'ioredis';
import { freePort, startRedis } from '../../../packages/edge/test/support/databases.ts';
import { startProgram, node } from './programs.ts';
import { recipePath, movableClock, secrets, type RecipeRun, type StartRecipe } from './runs.ts';

const folder = recipePath('nextjs');
const cronSecret = 'a-secret-for-cron';

/**
 * Generates a router with the rules of Next.js: each route file handles its folder's path, a catch-all every path below;
 * other methods get 405, other paths 404. `toImportUrl` returns the specifier to import a file by.
 */
function nextRouter(toImportUrl: (file: string) => string): string {
  const files = globSync('app/**/route.ts', { cwd: folder });
  const toPath = (file: string): string => file.slice('app'.length, -'/route.ts'.length).replace(/\[\.{3}\w+\]$/, '');
  return `
    ${files.map((file, index) => `import * as route${index} from '${toImportUrl(file)}';`).join('\n')}
    const routes = [${files.map((file, index) => `['${toPath(file)}', route${index}]`).join(', ')}];
    async function router(request) {
      const { pathname } = new URL(request.url);
      const isAt = ([path]) => path === pathname || (path.endsWith('/') && pathname.startsWith(path));
      const [, route] = routes.find(isAt) ?? [];
      if (!route) return new Response('Not found', { status: 404 });
      return route[request.method]?.(request) ?? new Response(null, { status: 405 });
    }`;
}

/** Running Redis with an HTTP front. */
interface RedisOverHttp {
  settings: Record<string, string>;
  stop: () => Promise<void>;
}

/** Starts a server that accepts Redis commands as JSON arrays, as Upstash's REST API does. */
async function startRedisOverHttp(): Promise<RedisOverHttp> {
  const engine = await startRedis();
  const client = new Redis(engine.port, '127.0.0.1');
  const handle = async (request: Request): Promise<Response> => {
    if (request.headers.get('authorization') !== 'Bearer a-token') return new Response(null, { status: 401 });
    const [command, ...args] = (await request.json()) as [string, ...string[]];
    return Response.json({ result: await client.call(command, ...args) });
  };
  const server = createServer(toNodeListener({ fetch: handle })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    settings: {
      UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      UPSTASH_REDIS_REST_TOKEN: 'a-token',
      CRON_SECRET: cronSecret,
    },
    async stop() {
      client.disconnect();
      server.closeAllConnections();
      server.close();
      await engine.dispose();
    },
  };
}

/** Calls the route that vercel.json schedules: without the secret, which must fail, then with it, as Vercel does. */
async function callCron(origin: string): Promise<void> {
  const { crons } = JSON.parse(readFileSync(recipePath('nextjs/vercel.json'), 'utf8')) as { crons: { path: string }[] };
  const url = `${origin}${crons[0]?.path}`;
  const unauthorized = await fetch(url);
  const authorized = await fetch(url, { headers: { authorization: `Bearer ${cronSecret}` } });
  if (unauthorized.status !== 401 || authorized.status !== 200)
    throw new Error('the cron route accepted a request without the secret, or rejected one with it');
}

/** Starts the route files with a Redis of their own. */
const withRedis =
  (start: (redis: RedisOverHttp['settings'], pluralUrl: string) => Promise<RecipeRun>): StartRecipe =>
  async (pluralUrl) => {
    const redis = await startRedisOverHttp();
    const run = await start(redis.settings, pluralUrl);
    return {
      ...run,
      runSchedule: () => callCron(run.origin),
      async stop() {
        await run.stop();
        await redis.stop();
      },
    };
  };

/** Starts the route files on Node, the default runtime of Next.js. */
export const onNextNode: StartRecipe = withRedis((redis, pluralUrl) => {
  const server = `${nextRouter((file) => pathToFileURL(recipePath(`nextjs/${file}`)).href)}
    import { createServer } from 'node:http';
    import { toNodeListener } from '${import.meta.resolve('@plural-otp/edge/node')}';
    createServer(toNodeListener({ fetch: router })).listen(Number(process.env.PORT), '127.0.0.1');`;
  return startProgram(node('--input-type=module', '--eval', server), redis)(pluralUrl);
});

/** Starts the route files on Vercel's edge runtime. */
export const onNextEdge: StartRecipe = withRedis(async (redis, pluralUrl) => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const entry = `${nextRouter((file) => `./${file}`)}
    ${movableClock}
    addEventListener('fetch', (event) => {
      if (event.request.url.endsWith('/two-minutes-later')) aheadMs = 120_000;
      event.respondWith(router(event.request));
    });`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    conditions: ['edge-light', 'worker'],
  });
  let output = '';
  const print = (...values: unknown[]): void => {
    output += `${values.map(String).join(' ')}\n`;
  };
  const env = { ...secrets, ...redis, SHOP_ORIGIN: origin, PLURAL_ENVIRONMENT: pluralUrl };
  const runtime = new EdgeRuntime({
    initialCode: outputFiles[0]?.text ?? '',
    // Next.js provides `process.env` to edge routes; the bare runtime does not.
    extend: (context) => Object.assign(context, { process: { env }, console: { error: print, log: print } }),
  });
  const server = await runServer({ runtime, host: '127.0.0.1', port });
  return {
    origin,
    getOutput: () => output,
    advanceClock: async () => void (await fetch(`${origin}/two-minutes-later`)),
    runSchedule: async () => undefined,
    stop: () => server.close(),
  };
});
