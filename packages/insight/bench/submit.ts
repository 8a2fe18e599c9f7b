/**
 * Measures the submit route with insight on a SQLite file, relative to the same route without it: what a customer waits
 * for. What insight writes after the responses is written between the measured blocks.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { compare, type Contender } from '../../core/bench/compare.ts';
import { createStubShop, post, type StubShop } from '../../edge/bench/stub-shop.ts';
import { createInsight } from '../src/index.ts';
import { sqliteInsight } from '../src/node.ts';

const concurrency = 32;
const batches = 20;
const folder = mkdtempSync(join(tmpdir(), 'plural-insight-bench-'));
/** What insight has put aside and not yet written. */
let pending: Promise<void>[] = [];

function contend(name: string, { handler, payments }: StubShop): Contender {
  let at = 0;
  return {
    name,
    async prepare() {
      // What one side put aside is written before the other side's time runs.
      await Promise.all(pending);
      pending = [];
      at = 0;
      for (const payment of payments) await payment.rewind();
    },
    async run() {
      const responses = await Promise.all(
        payments
          .slice(at, at + concurrency)
          .map(({ session }) =>
            handler.fetch(post('otp/submit', { session, idempotencyKey: crypto.randomUUID(), otp: '123456' })),
          ),
      );
      for (const { status } of responses) if (status !== 200) throw new Error(`responded with ${status}`);
      // As between requests of a server: without a turn of the event loop nothing that insight put aside is ever written.
      await setImmediate();
      at += concurrency;
    },
  };
}

try {
  const insight = createInsight({ store: sqliteInsight(join(folder, 'insight.sqlite')), secret: 'sixteen letters!' });
  const without = contend('without insight', await createStubShop(concurrency * batches));
  const { hooks } = insight;
  const withInsight = contend(
    'with insight',
    await createStubShop(concurrency * batches, (event) => {
      pending.push(Promise.resolve(hooks.onEvent(event)));
    }),
  );
  const { nullRatio, ratios } = await compare(without, [withInsight], { rounds: 31, times: batches });
  const { kept, losses } = insight.losses();
  process.stdout.write(`${JSON.stringify({ nullRatio, ratio: ratios[0]?.ratio, kept, losses })}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
