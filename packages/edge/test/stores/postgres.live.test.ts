import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sqlStore, type SqlQuery } from '../../src/stores/sql.ts';
import { importDocExample } from '../support/doc-example.ts';
import { shouldSkip, postgresBin, startPostgres, type DatabaseServer } from '../support/databases.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { describeStoreContract } from '../support/store-contract.ts';
import { describeStoreFailures } from '../support/store-failures.ts';
import { Clock } from '../support/test-shop.ts';

let engine: DatabaseServer;
let proxy: FaultProxy;
let database: { pool: Pool; query: SqlQuery };

const open = async ({ now }: Clock) => {
  await database.query('DELETE FROM plural_otp_payments', []);
  return sqlStore(database.query, { placeholder: '$', now });
};

describe.skipIf(shouldSkip(postgresBin))('PostgreSQL', () => {
  beforeAll(async () => {
    // The example says each broken connection on the console; these are broken on purpose.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    engine = await startPostgres();
    proxy = await new FaultProxy(engine.port).listen();
    const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
    database = await importDocExample('PostgreSQL', { DATABASE_URL: url });
  }, 60_000);

  afterAll(async () => {
    await database?.pool.end();
    proxy?.close();
    await engine?.dispose();
  });

  describeStoreContract('sql on PostgreSQL', open);

  describeStoreFailures('sql on PostgreSQL', () => ({ proxy, open, crash: engine.crash, start: engine.start }));

  test('the queries for due and for expired records use the index', async () => {
    await open(new Clock());
    await database.query(
      `INSERT INTO plural_otp_payments SELECT i::text, '{}', i::text, i, CASE WHEN i % 100 = 0 THEN i END
        FROM generate_series(1, 20000) AS i`,
      [],
    );
    await database.query('ANALYZE plural_otp_payments', []);
    for (const where of ['due_at_ms <= 500 ORDER BY due_at_ms LIMIT 50', 'due_at_ms IS NULL AND keep_until_ms <= 50']) {
      const plan = await database.query(`EXPLAIN SELECT id FROM plural_otp_payments WHERE ${where}`, []);
      expect(JSON.stringify(plan)).toContain('plural_otp_payments_due');
    }
  });
});
