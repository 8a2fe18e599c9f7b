import { durableObjectStore, type PaymentNamespace } from '@plural-otp/edge/stores/durable-object';
import type { SqlQuery, SqlRow } from '@plural-otp/edge/stores/sql';
import { createShop, shopEnv, type Shop, type ShopEnv } from '../shop.ts';
import { sqlVerdicts } from '../verdicts.ts';

export { PaymentStoreObject } from '@plural-otp/edge/stores/durable-object';

/** What wrangler.jsonc binds; `wrangler types` writes it in full. */
interface Env extends ShopEnv {
  PAYMENTS: PaymentNamespace;
  DB: Database;
}
interface Database {
  prepare(text: string): { bind(...params: unknown[]): { all(): Promise<{ results: unknown[] }> } };
}

// Kept for the next request of this isolate, and with it Plural's token.
let shop: Shop | undefined;

function getShop(env: Env): Shop {
  const query: SqlQuery = async (text, params) => {
    const { results } = await env.DB.prepare(text)
      .bind(...params)
      .all();
    return results as SqlRow[];
  };
  shop ??= createShop(shopEnv({ ...env }), durableObjectStore(env.PAYMENTS), sqlVerdicts(query));
  return shop;
}

export default {
  fetch: (request: Request, env: Env, context: object): Promise<Response> => getShop(env).fetch(request, context),
  async scheduled(_event: unknown, env: Env): Promise<void> {
    await getShop(env).sweep();
  },
};
