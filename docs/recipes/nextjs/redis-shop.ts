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
const verdictsOf = (order: string): string => `verdicts:${order}`;

let opened: Shop | undefined;

/** Opened by the first request, since a build has no secrets. */
export function redisShop(): Shop {
  opened ??= createShop(shopEnv(process.env), redisStore(run), {
    async save({ key, merchantOrderReference, outcome }) {
      await redis('HSETNX', verdictsOf(merchantOrderReference), key, outcome);
    },
    async of(order) {
      return (await redis('HVALS', verdictsOf(order))) as string[];
    },
  });
  return opened;
}
