/** Types the lines of docs/recipes.md into an empty folder, with packed packages, and takes a payment. */

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  postgresBin,
  redisServer,
  shouldSkip,
  startPostgres,
  startRedis,
} from '../../../packages/edge/test/support/databases.ts';
import { startRegistry, type Registry } from '../support/registry.ts';
import { Customer, receiptPathOf } from './customer.ts';
import { fetchWhole, followable, followRecipe } from './followed.ts';

/** The recipes to follow: the two quickest, or those that RECIPES names. */
const { RECIPES = 'express bun' } = process.env;
const wanted = RECIPES === 'all' ? followable : RECIPES.split(' ');

/** Starts the database that a recipe asks for, and returns its settings. */
const databases: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  async bullmq() {
    const redis = await startRedis();
    onTestFinished(() => redis.dispose());
    return { REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  },
  async 'graphile-worker'() {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.dispose());
    return { DATABASE_URL: `postgres://postgres@127.0.0.1:${postgres.port}/postgres` };
  },
};
const isAbsent = (recipe: string): boolean =>
  (recipe === 'bullmq' && shouldSkip(redisServer)) || (recipe === 'graphile-worker' && shouldSkip(postgresBin));
/** Recipes whose server is asked for nothing but payments. */
const withoutPage = new Set(['bullmq', 'graphile-worker']);

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
}, 120_000);
afterAll(() => registry.close());

test('every platform has lines to follow', () => {
  expect(followable).toEqual([
    'cloudflare-workers',
    'deno-deploy',
    'nextjs',
    'bullmq',
    'graphile-worker',
    'bun',
    'express',
    'fastify',
    'hono',
    'php',
    'python',
  ]);
  for (const recipe of wanted) expect(followable).toContain(recipe);
});

for (const recipe of wanted) {
  test.skipIf(isAbsent(recipe))(`the lines work as printed: ${recipe}`, { timeout: 600_000 }, async () => {
    const settings = await databases[recipe]?.();
    const { origin, stop } = await followRecipe(recipe, registry.origin, settings);
    onTestFinished(stop);
    if (!withoutPage.has(recipe)) {
      const page = await (await fetch(origin)).text();
      expect(page).toMatch(/src="\/plural-otp\.min\.js" integrity="sha384-/);
      for (const file of ['plural-otp.min.js', 'device-info.js', 'shop.js'])
        expect((await fetchWhole(`${origin}/${file}`)).headers.get('content-type')).toContain('javascript');
      for (const file of ['plural-otp.css', 'shop.css'])
        expect((await fetchWhole(`${origin}/${file}`)).headers.get('content-type')).toContain('css');
    }
    const customer = new Customer(origin, { receipt: receiptPathOf(recipe) });
    expect((await customer.pay()).status).toBe(200);
    await customer.performAction('otp/generate');
    await customer.performAction('otp/submit', { otp: '123456' });
    await customer.waitForPhase('authorized');
    await customer.waitUntilToldPaid();
    expect(await customer.readReceipt()).toBe('Paid');
  });
}
