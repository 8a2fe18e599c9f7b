/** The shop on Cloudflare Workers, with Durable Objects and D1. */

import { durableObjectStore, type PaymentNamespace } from '@plural-otp/edge/stores/durable-object';
import type { SqlQuery, SqlRow } from '@plural-otp/edge/stores/sql';
import { createShop, shopEnv, type Shop, type ShopEnv } from '../shop.ts';
import { sqlVerdicts } from '../verdicts.ts';

export { PaymentStoreObject } from '@plural-otp/edge/stores/durable-object';

/** Bindings of wrangler.jsonc; `wrangler types` generates the full types. */
interface Env extends ShopEnv {
  PAYMENTS: PaymentNamespace;
  DB: Database;
}
interface Database {
  prepare(text: string): { bind(...params: unknown[]): { all(): Promise<{ results: unknown[] }> } };
}

// Reused by later requests of this isolate, together with the access token.
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
    for (let more = true; more;) ({ more } = await getShop(env).sweep());
  },
};
