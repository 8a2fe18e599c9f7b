/** The shop on Cloudflare Workers, with Durable Objects and D1. */

import { durableObjectStore, PaymentStoreObject, type PaymentNamespace } from '@plural-otp/edge/stores/durable-object';
import type { SqlQuery, SqlRow } from '@plural-otp/edge/stores/sql';
import { createShop, shopEnv, type Shop, type ShopEnv } from '../shop.ts';
import { sqlVerdicts } from '../verdicts.ts';

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

/** One object per order. Its alarm calls `wake` when the order is due, so that no cron trigger is needed. */
export class Payments extends PaymentStoreObject<Env> {
  override wake(key: string) {
    return getShop(this.env).wake(key);
  }
}

export default {
  fetch: (request: Request, env: Env, context: object): Promise<Response> => getShop(env).fetch(request, context),
};
