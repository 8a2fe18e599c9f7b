/** The shop on Deno Deploy, with Deno KV. */

import { createShop, shopEnv } from '../shop.ts';
import { denoKvStore } from './deno-kv-store.ts';

const kv = await Deno.openKv();
const shop = createShop(shopEnv(Deno.env.toObject()), denoKvStore(kv), {
  async save({ key, merchantOrderReference, paymentId, outcome, amount }) {
    const row = ['verdicts', merchantOrderReference, key];
    // A failed check means that an earlier delivery stored the row.
    await kv
      .atomic()
      .check({ key: row, versionstamp: null })
      .set(row, { paymentId, outcome, amountPaise: amount.value })
      .commit();
  },
  async listOutcomes(order) {
    const outcomes: string[] = [];
    for await (const { value } of kv.list<{ outcome: string }>({ prefix: ['verdicts', order] })) {
      outcomes.push(value.outcome);
    }
    return outcomes;
  },
});

// One minute is the shortest interval of a cron.
Deno.cron('sweep payments', '* * * * *', async () => {
  for (let more = true; more;) ({ more } = await shop.sweep());
});

/** The page with <plural-otp>, and its files, with their media types. */
const page = new Map([
  ['/', { file: 'index.html', type: 'text/html' }],
  ['/shop.js', { file: 'shop.js', type: 'text/javascript' }],
  ['/shop.css', { file: 'shop.css', type: 'text/css' }],
  ['/plural-otp.min.js', { file: 'plural-otp.min.js', type: 'text/javascript' }],
  ['/plural-otp.css', { file: 'plural-otp.css', type: 'text/css' }],
  ['/device-info.js', { file: 'device-info.js', type: 'text/javascript' }],
]);

const address = { port: Number(Deno.env.get('PORT') ?? 3000), hostname: Deno.env.get('HOST') ?? '127.0.0.1' };

Deno.serve(address, async (request) => {
  const found = page.get(new URL(request.url).pathname);
  if (!found) return shop.fetch(request);
  const { readable } = await Deno.open(`public/${found.file}`);
  return new Response(readable, { headers: { 'content-type': `${found.type}; charset=utf-8` } });
});
