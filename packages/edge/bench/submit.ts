/** Runs in Node, Bun and Deno alike, and prints one line of JSON: the submit route beside a bare JSON handler. */

import { compare, type Contender } from '../../core/bench/compare.ts';
import { bareHandler, openStubShop, post } from './stub-shop.ts';

const atOnce = 32;
const batches = 20;
const otp = '123456';

const { handler, payments } = await openStubShop(atOnce * batches);

async function batch(answer: (request: Request) => Promise<Response>, from: number): Promise<void> {
  const answers = await Promise.all(
    payments
      .slice(from, from + atOnce)
      .map(({ session }) => answer(post('otp/submit', { session, idempotencyKey: crypto.randomUUID(), otp }))),
  );
  for (const { status } of answers) if (status !== 200) throw new Error(`answered ${status}`);
}

let at = 0;
const submit: Contender = {
  name: 'submit route',
  async prepare() {
    at = 0;
    for (const payment of payments) await payment.rewind();
  },
  async run() {
    await batch(handler.fetch, at);
    at += atOnce;
  },
};
const bare: Contender = { name: 'bare JSON handler', run: () => batch(bareHandler, 0) };

// What is measured is a code that was handed in: told once more, a payment answers from its record.
await submit.prepare?.();
const view = (await (
  await handler.fetch(post('otp/submit', { session: payments[0]?.session, idempotencyKey: crypto.randomUUID(), otp }))
).json()) as { phase: string };
if (view.phase !== 'confirming') throw new Error(`the code was not handed in: ${view.phase}`);

const size = { rounds: 31, times: batches };
let found = await compare(bare, [submit], size);
for (let tries = 1; tries < 3 && Math.abs(found.nullRatio - 1) > 0.05; tries += 1) {
  found = await compare(bare, [submit], size);
}
console.log(JSON.stringify({ nullRatio: found.nullRatio, ratio: found.ratios[0]?.ratio }));
