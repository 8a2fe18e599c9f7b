/** Measures claims of the SQL store on a PostgreSQL whose table holds a million expired rows. */

import { sqlStore } from '@plural-otp/edge/stores/sql';
import { Pool } from 'pg';

const statementTimeoutMs = 2000;

const describe = (timesMs: number[]): string => {
  const sorted = timesMs.toSorted((one, other) => one - other);
  const at = (index: number): string => (sorted[index] ?? NaN).toFixed(1);
  return `${at(Math.floor(sorted.length / 2))} ms (median), ${at(sorted.length - 1)} ms (most) of ${sorted.length}`;
};

/** Prints the times of claims and of the deletions they cause. Rejects when the statement timeout ends one of them. */
export async function measureExpiredRows(port: number): Promise<void> {
  const connection = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
  const admin = new Pool({ ...connection, max: 1 });
  const pool = new Pool({ ...connection, max: 4, statement_timeout: statementTimeoutMs });
  const clears: Promise<void>[] = [];
  const clearsMs: number[] = [];
  const store = sqlStore(
    (text, params) => {
      const beganAt = performance.now();
      const rows = pool.query(text, [...params]).then((result) => result.rows as Record<string, unknown>[]);
      if (text.startsWith('DELETE')) clears.push(rows.then(() => void clearsMs.push(performance.now() - beganAt)));
      return rows;
    },
    { placeholder: '$' },
  );
  try {
    await store.load('none');
    const insert = (select: string): Promise<unknown> =>
      admin.query(`INSERT INTO plural_otp_payments
        (id, value, version, keep_until_ms, clear_day, due_at_ms, undelivered) ${select}`);
    await admin.query('TRUNCATE plural_otp_payments');
    await insert(
      `SELECT 'expired ' || i, repeat('x', 1000), i::text, i, 0, NULL, 0 FROM generate_series(1, 1000000) AS i`,
    );
    await insert(`SELECT 'due ' || i, repeat('x', 1000), i::text, 0, 0, i, i % 2 FROM generate_series(1, 10000) AS i`);
    await admin.query('ANALYZE plural_otp_payments');
    const claimsMs: number[] = [];
    for (let claims = 0; claims < 500; claims += 1) {
      const beganAt = performance.now();
      const claimed = await store.claim(Date.now(), Date.now() + 600_000, 16);
      claimsMs.push(performance.now() - beganAt);
      if (claimed.length !== 16) throw new Error(`a claim returned ${claimed.length} records of 16`);
    }
    await Promise.all(clears);
    console.log(`a million expired rows, and a statement timeout of ${statementTimeoutMs} ms`);
    console.log(`  a claim of 16 records takes ${describe(claimsMs)}`);
    console.log(`  a deletion of 500 rows takes ${describe(clearsMs)}`);
  } finally {
    await Promise.all([admin.end(), pool.end()]);
  }
}
