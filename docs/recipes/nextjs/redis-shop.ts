/** The shop on Next.js, with Redis over HTTP. */

import { redisStore, type RunScript } from '@plural-otp/edge/stores/redis';
import { createShop, shopEnv, type Shop } from '../shop.ts';

/** Sends a command to Redis over HTTP, in the format of Upstash. */
async function redis(...command: (string | number)[]): Promise<unknown> {
  const response = await fetch(process.env['UPSTASH_REDIS_REST_URL'] ?? '', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${process.env['UPSTASH_REDIS_REST_TOKEN']}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(command),
    // Next.js may cache fetches, and a store must read the latest value.
    cache: 'no-store',
  });
  if (!response.ok) throw new Error(`Redis over HTTP responded with ${response.status}`);
  return ((await response.json()) as { result: unknown }).result;
}

const run: RunScript = (script, keys, args) => redis('EVAL', script, keys.length, ...keys, ...args);
const verdictsKey = (order: string): string => `verdicts:${order}`;

let shop: Shop | undefined;

/** Returns the shop, created by the first request, because secrets are not available during the build. */
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
