/** Runs in Node, Bun and Deno, and prints one line of JSON: the submit route relative to a bare JSON handler. */

import { compare, type Contender } from '../../core/bench/compare.ts';
import { bareHandler, createStubShop, post } from './stub-shop.ts';

const concurrency = 32;
const batches = 20;
const otp = '123456';

const { handler, payments } = await createStubShop(concurrency * batches);

async function batch(handle: (request: Request) => Promise<Response>, from: number): Promise<void> {
  const responses = await Promise.all(
    payments
      .slice(from, from + concurrency)
      .map(({ session }) => handle(post('otp/submit', { session, idempotencyKey: crypto.randomUUID(), otp }))),
  );
  for (const { status } of responses) if (status !== 200) throw new Error(`responded with ${status}`);
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
    at += concurrency;
  },
};
const bare: Contender = { name: 'bare JSON handler', run: () => batch(bareHandler, 0) };

// Checks that an OTP is submitted: a repeated submit would be answered from the record, at a fraction of the cost.
await submit.prepare?.();
const view = (await (
  await handler.fetch(post('otp/submit', { session: payments[0]?.session, idempotencyKey: crypto.randomUUID(), otp }))
).json()) as { phase: string };
if (view.phase !== 'confirming') throw new Error(`the OTP was not submitted: ${view.phase}`);

const size = { rounds: 31, times: batches };
let found = await compare(bare, [submit], size);
for (let tries = 1; tries < 3 && Math.abs(found.nullRatio - 1) > 0.05; tries += 1) {
  found = await compare(bare, [submit], size);
}
console.log(JSON.stringify({ nullRatio: found.nullRatio, ratio: found.ratios[0]?.ratio }));
