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

Deno.serve((request) => shop.fetch(request));
