import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { shopTables } from '../sql-repository.ts';

export interface WorkerdOptions {
  /** The bundled Worker. */
  readonly script: string;
  readonly variables: Record<string, string>;
  readonly port: number;
  /** Where the objects and the database keep their files. */
  readonly folder: string;
}

/**
 * Runs a Worker in the workerd of this machine with all that a `wrangler.toml` would bind to it: the Durable Objects of
 * the payments, and the orders' database with its tables. Rejects when it cannot listen.
 */
export async function startWorkerd({ script, variables, port, folder }: WorkerdOptions): Promise<Miniflare> {
  const workerd = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-30',
    bindings: variables,
    durableObjects: { PAYMENTS: { className: 'PaymentStoreObject', useSQLite: true } },
    durableObjectsPersist: join(folder, 'objects'),
    d1Databases: ['DB'],
    d1Persist: join(folder, 'd1'),
    host: '127.0.0.1',
    port,
    cf: false,
    // `/cdn-cgi/handler/scheduled` runs the cron trigger, as it does under wrangler.
    unsafeTriggerHandlers: true,
  });
  await workerd.ready;
  const orders = await workerd.getD1Database('DB');
  const statements = shopTables.split(';').filter((text) => text.trim() !== '');
  await orders.batch(statements.map((text) => orders.prepare(text)));
  return workerd;
}
