/** The shop as a Cloudflare Worker: orders in D1, payment records in Durable Objects that wake by alarms. */

import { env, waitUntil } from 'cloudflare:workers';
import { durableObjectStore, PaymentStoreObject, type PaymentNamespace } from '@plural-otp/edge/stores/durable-object';
import type { SqlRow } from '@plural-otp/edge/stores/sql';
import { sqlInsight } from '@plural-otp/insight/sql';
import { createShop } from '../app.ts';
import type { BrowserFiles } from '../browser-files.ts';
import { createSqlOverview } from '../merchant/sql-overview.ts';
import { parseSettings } from '../settings.ts';
import { createSqlRepository } from '../sql-repository.ts';

export interface Bindings {
  readonly PAYMENTS: PaymentNamespace;
  readonly DB: {
    prepare(text: string): { bind(...params: unknown[]): { all(): Promise<{ results: SqlRow[] }> } };
  };
}
/** Constant that `bundle.ts` defines. */
declare const browserFiles: BrowserFiles;

const { PAYMENTS, DB, ...variables } = env as Bindings & Record<string, string>;
const query = async (text: string, params: readonly unknown[]): Promise<SqlRow[]> =>
  (
    await DB.prepare(text)
      .bind(...params)
      .all()
  ).results;
const shop = createShop({
  settings: parseSettings(variables),
  repository: createSqlRepository(query),
  overview: createSqlOverview(query),
  insightStore: sqlInsight(query, { placeholder: '?' }),
  store: durableObjectStore(PAYMENTS),
  files: browserFiles,
  waitUntil,
  log: (line) => console.error(line),
});

/** One object per order. Its alarm calls `wake` when the order is due, so that no cron trigger is needed. */
export class Payments extends PaymentStoreObject<Bindings> {
  override wake(key: string): Promise<unknown> {
    return shop.wake(key);
  }
}

export default { fetch: (request: Request): Promise<Response> => shop.fetch(request) };
