/** The Cloudflare Workers recipe in workerd, with the bindings of its wrangler file. */

import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import ts from 'typescript';
import { freePort } from '../../../packages/edge/test/support/databases.ts';
import { recipePath, movableClock, secrets, type StartRecipe } from './runs.ts';

/** Members of the wrangler file that the test reads. */
interface WranglerFile {
  main: string;
  compatibility_date: string;
  vars: Record<string, string>;
  durable_objects: { bindings: { name: string; class_name: string }[] };
  migrations: { tag: string; new_sqlite_classes: string[] }[];
  d1_databases: { binding: string; database_id: string }[];
}

function wranglerFile(): WranglerFile {
  const file = recipePath('cloudflare-workers/wrangler.jsonc');
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile) as { config: WranglerFile; error?: ts.Diagnostic };
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  return config;
}

/** The recipe's worker, unchanged, with one more path that sets the clock and fires the alarms, as the engine would. */
const workerWithClock = `
  import worker, { Payments as RecipePayments } from './worker.ts';
  ${movableClock}
  const objects = new Set();
  export class Payments extends RecipePayments {
    constructor(state, env) {
      super(state, env);
      objects.add(state.id.toString());
    }
    async fetch(request) {
      if (new URL(request.url).pathname !== '/alarm') return super.fetch(request);
      await this.alarm();
      return new Response();
    }
  }
  export default {
    ...worker,
    async fetch(request, env, context) {
      if (new URL(request.url).pathname !== '/two-minutes-later') return worker.fetch(request, env, context);
      aheadMs = 120_000;
      for (const id of objects) {
        const object = env.PAYMENTS.get(env.PAYMENTS.idFromString(id));
        await object.fetch('https://object/alarm', { method: 'POST' });
      }
      return new Response();
    },
  };`;

/** Starts the recipe in workerd. */
export const onWorkers: StartRecipe = async (pluralUrl) => {
  const config = wranglerFile();
  const folder = recipePath('cloudflare-workers');
  const { outputFiles } = await build({
    stdin: { contents: workerWithClock.replaceAll('./worker.ts', `./${config.main}`), resolveDir: folder },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
  });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const sqlite = new Set(config.migrations.flatMap(({ new_sqlite_classes: names }) => names));
  let output = '';
  const workerd = new Miniflare({
    modules: true,
    script: outputFiles[0]?.text ?? '',
    compatibilityDate: config.compatibility_date,
    cf: false,
    host: '127.0.0.1',
    port,
    bindings: { ...config.vars, ...secrets, SHOP_ORIGIN: origin, PLURAL_ENVIRONMENT: pluralUrl },
    durableObjects: Object.fromEntries(
      config.durable_objects.bindings.map(({ name, class_name: className }) => [
        name,
        { className, useSQLite: sqlite.has(className) },
      ]),
    ),
    d1Databases: Object.fromEntries(config.d1_databases.map(({ binding, database_id: id }) => [binding, id])),
    handleRuntimeStdio: (...streams: Readable[]) => {
      for (const stream of streams) stream.on('data', (text: unknown) => (output += String(text)));
    },
  });
  await workerd.ready;
  const database = await workerd.getD1Database(config.d1_databases[0]?.binding ?? '');
  const migration = readFileSync(recipePath('cloudflare-workers/migrations/0001_verdicts.sql'), 'utf8');
  await database.prepare(migration.replaceAll('\n', ' ')).run();
  return {
    origin,
    getOutput: () => output,
    advanceClock: async () => void (await fetch(`${origin}/two-minutes-later`)),
    // The alarms have fired with the clock.
    runSchedule: async () => undefined,
    stop: () => workerd.dispose(),
  };
};
