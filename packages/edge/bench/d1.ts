/** `pnpm bench edge --d1`: what a payment costs on D1, by the counts that D1 bills, in Miniflare's own D1. */

import { sqlStore } from '@plural-otp/edge/stores/sql';
import { Miniflare } from 'miniflare';
import { createPayments } from './ordinary-payment.ts';

/** Runs the benchmark. Rows are those of a real D1, which runs the same SQLite; times are of this machine. */
export async function benchD1(): Promise<void> {
  const miniflare = new Miniflare({
    modules: true,
    script: 'export default { fetch: () => new Response() }',
    d1Databases: ['DB'],
  });
  try {
    const database = await miniflare.getD1Database('DB');
    const total = { statements: 0, read: 0, written: 0, ms: 0 };
    const pay = createPayments((now) =>
      sqlStore(
        async (text, params) => {
          const { results, meta } = await database
            .prepare(text)
            .bind(...params)
            .all<Record<string, unknown>>();
          total.statements += 1;
          total.read += meta.rows_read;
          total.written += meta.rows_written;
          total.ms += meta.duration;
          return results;
        },
        { placeholder: '?', now },
      ),
    );
    // The first payment creates the table.
    await pay();
    Object.assign(total, { statements: 0, read: 0, written: 0, ms: 0 });
    const payments = 20;
    for (let paid = 0; paid < payments; paid += 1) await pay();
    const per = (count: number): string => (count / payments).toFixed(1);
    console.log(
      `D1 in Miniflare, per payment with one wrong OTP, 5 polls and a look at its reference (${payments} payments)`,
    );
    console.log(
      `  ${per(total.statements)} statements, ${per(total.read)} rows read, ${per(total.written)} rows written`,
    );
    console.log(`  ${(total.ms / total.statements).toFixed(2)} ms inside SQLite per statement`);
  } finally {
    await miniflare.dispose();
  }
}
