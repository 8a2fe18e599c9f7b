import { redisStore, type RunScript } from '@plural-otp/edge/stores/redis';
import { createShop, shopEnv, type Shop } from '../shop.ts';

/** One command to a Redis over HTTP, as Upstash and its like take it. */
async function redis(...command: (string | number)[]): Promise<unknown> {
  const response = await fetch(process.env['UPSTASH_REDIS_REST_URL'] ?? '', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${process.env['UPSTASH_REDIS_REST_TOKEN']}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(command),
    // What is cached is no store.
    cache: 'no-store',
  });
  if (!response.ok) throw new Error(`Redis over HTTP answered ${response.status}`);
  return ((await response.json()) as { result: unknown }).result;
}

const run: RunScript = (script, keys, args) => redis('EVAL', script, keys.length, ...keys, ...args);
const verdictsKey = (order: string): string => `verdicts:${order}`;

let shop: Shop | undefined;

/** Opened by the first request, since a build has no secrets. */
export function redisShop(): Shop {
  shop ??= createShop(shopEnv(process.env), redisStore(run), {
    async save({ key, merchantOrderReference, outcome }) {
      await redis('HSETNX', verdictsKey(merchantOrderReference), key, outcome);
    },
    async listOutcomes(order) {
      return (await redis('HVALS', verdictsKey(order))) as string[];
    },
  });
  return shop;
}
