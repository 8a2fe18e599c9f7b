/** The shop on Next.js, with Redis over HTTP. */

import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import { redisStore, type RunScript } from '@plural-otp/edge/stores/redis';
import { createShop, shopEnv, type Shop } from '../shop.ts';
import type { Verdicts } from '../verdicts.ts';

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

const redisVerdicts: Verdicts = {
  async save({ key, merchantOrderReference, outcome }) {
    await redis('HSETNX', verdictsKey(merchantOrderReference), key, outcome);
  },
  async listOutcomes(order) {
    return (await redis('HVALS', verdictsKey(order))) as string[];
  },
};

/** Creates a store and verdicts in the memory of one process, to try the shop against a sandbox before there is a Redis. */
function inMemory(): [PaymentStore, Verdicts] {
  const orders = new Map<string, Map<string, string>>();
  const verdicts: Verdicts = {
    async save({ key, merchantOrderReference, outcome }) {
      orders.set(
        merchantOrderReference,
        (orders.get(merchantOrderReference) ?? new Map<string, string>()).set(key, outcome),
      );
    },
    listOutcomes: async (order) => [...(orders.get(order)?.values() ?? [])],
  };
  return [memoryStore(), verdicts];
}

// On the global object, because Next.js loads this module once for each route.
const shared = globalThis as { pluralOtpShop?: Shop };

/** Returns the shop, created by the first request, because secrets are not available during the build. */
export function redisShop(): Shop {
  if (shared.pluralOtpShop) return shared.pluralOtpShop;
  const env = shopEnv(process.env);
  const hasRedis = Boolean(process.env['UPSTASH_REDIS_REST_URL']);
  if (!hasRedis && !env.PLURAL_ENVIRONMENT.startsWith('http://')) throw new Error('Set UPSTASH_REDIS_REST_URL');
  const [store, verdicts] = hasRedis ? [redisStore(run), redisVerdicts] : inMemory();
  return (shared.pluralOtpShop = createShop(env, store, verdicts));
}
