/** workerd on this machine, through Miniflare. */

import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { shopTables } from '../sql-repository.ts';

/** Options of {@link startWorkerd}. */
export interface WorkerdOptions {
  /** Bundled Worker. */
  readonly script: string;
  readonly variables: Record<string, string>;
  readonly port: number;
  /** Folder of the files of the Durable Objects and the database. */
  readonly folder: string;
}

/**
 * Runs a Worker in workerd with the bindings that a `wrangler.toml` would declare: the Durable Objects of the payments,
 * and the database of the orders with its tables. Rejects if it cannot listen.
 */
export async function startWorkerd({ script, variables, port, folder }: WorkerdOptions): Promise<Miniflare> {
  const workerd = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-30',
    bindings: variables,
    durableObjects: { PAYMENTS: { className: 'Payments', useSQLite: true } },
    durableObjectsPersist: join(folder, 'objects'),
    d1Databases: ['DB'],
    d1Persist: join(folder, 'd1'),
    host: '127.0.0.1',
    port,
    cf: false,
  });
  await workerd.ready;
  const orders = await workerd.getD1Database('DB');
  const statements = shopTables.split(';').filter((text) => text.trim() !== '');
  await orders.batch(statements.map((text) => orders.prepare(text)));
  return workerd;
}
