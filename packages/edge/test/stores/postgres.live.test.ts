import type { PaymentStore } from '@plural-otp/edge';
import type { StoreTestContext } from '@plural-otp/edge/stores/contract';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sqlStore, type SqlQuery, type SqlTransaction } from '../../src/stores/sql.ts';
import { importDocExample } from '../support/doc-example.ts';
import { shouldSkip, postgresBin, startPostgres, waitOptions, type DatabaseServer } from '../support/databases.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { pgbouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { describeStoreContract } from '../support/store-contract.ts';
import { describeStoreFailures } from '../support/store-failures.ts';
import { Clock } from '../support/test-shop.ts';

interface Example {
  pool: Pool;
  query: SqlQuery;
  transaction: SqlTransaction;
}

let engine: DatabaseServer;
let proxy: FaultProxy;
let database: Example;

type Context = Pick<Clock, 'now'> & Partial<StoreTestContext>;
const openOn = async (example: Example, { now, engineCall = (call) => call() }: Context): Promise<PaymentStore> => {
  await example.query('DELETE FROM plural_otp_payments', []);
  const query: SqlQuery = (text, params) => engineCall(() => example.query(text, params));
  return sqlStore(query, { placeholder: '$', transaction: example.transaction, now });
};
/** Has a store create its table. */
const createTableIn = ({ query }: Example): Promise<unknown> => sqlStore(query, { placeholder: '$' }).load('none');
const open = (context: Context): Promise<PaymentStore> => openOn(database, context);

const address = (port: number): string => `postgres://postgres@127.0.0.1:${port}/postgres`;

describe.skipIf(shouldSkip(postgresBin))('PostgreSQL', () => {
  beforeAll(async () => {
    // The example says each broken connection on the console; these are broken on purpose.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    engine = await startPostgres();
    const admin = new Pool({ connectionString: address(engine.port) });
    await admin.query("ALTER ROLE postgres SET statement_timeout = '2s'");
    await admin.end();
    proxy = await new FaultProxy(engine.port).listen();
    database = await importDocExample('PostgreSQL', { DATABASE_URL: address(proxy.port) });
    await createTableIn(database);
  }, 60_000);

  afterAll(async () => {
    await database?.pool.end();
    proxy?.close();
    await engine?.dispose();
  });

  describeStoreContract('sql on PostgreSQL', open, { engineFailures: true });

  describeStoreFailures('sql on PostgreSQL', () => ({ proxy, open, crash: engine.crash, start: engine.start }));

  describe.skipIf(shouldSkip(pgbouncer))('through PgBouncer in transaction mode', () => {
    let pooler: DatabaseServer;
    let pooled: Example;
    beforeAll(async () => {
      pooler = await startPgBouncer(engine.port);
      pooled = await importDocExample('PostgreSQL', { DATABASE_URL: address(pooler.port) });
    }, 60_000);
    afterAll(async () => {
      await pooled?.pool.end();
      await pooler?.dispose();
    });

    describeStoreContract('sql as documented', (context) => openOn(pooled, context), {
      engineFailures: true,
      rounds: 5,
    });

    test('the statement timeout of the role ends a statement', async () => {
      await expect(pooled.query('SELECT pg_sleep(10)', [])).rejects.toThrow('statement timeout');
    });

    test('a statement timeout in the options of the pool does not connect', async () => {
      const pool = new Pool({ connectionString: address(pooler.port), statement_timeout: 2000 });
      await expect(pool.query('SELECT 1')).rejects.toThrow('unsupported startup parameter: statement_timeout');
      await pool.end();
    });
  });

  test('a transaction whose connection breaks rejects and saves nothing, and the process goes on', async () => {
    const clock = new Clock();
    const store = await open(clock);
    const work = store.transaction?.(async ({ save, query }) => {
      await save('a', 'in transaction', { version: undefined, keepSeconds: 60, dueAtMs: null });
      const [row] = await query('SELECT pg_backend_pid() AS pid', []);
      await database.query('SELECT pg_terminate_backend($1)', [Number(row?.['pid'])]);
      await vi.waitFor(async () => {
        const left = await database.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [Number(row?.['pid'])]);
        expect(left).toEqual([]);
      }, waitOptions);
      return save('b', 'in transaction', { version: undefined, keepSeconds: 60, dueAtMs: null });
    });
    await expect(work).rejects.toThrow();
    expect(await store.load('a')).toBeUndefined();
    expect(await store.load('b')).toBeUndefined();
    expect(await store.save('a', 'later', { version: undefined, keepSeconds: 60, dueAtMs: null })).toBe(true);
  });

  test('ten processes that use an empty database for the first time at once all save, in 20 rounds', async () => {
    const terms = { version: undefined, keepSeconds: 60, dueAtMs: null };
    const stores = (): PaymentStore[] =>
      Array.from({ length: 10 }, () => sqlStore(database.query, { placeholder: '$' }));
    for (let round = 0; round < 20; round += 1) {
      await database.query('DROP TABLE IF EXISTS plural_otp_payments', []);
      const saved = await Promise.all(stores().map((store, index) => store.save(`payment ${index}`, '{}', terms)));
      expect(saved).toEqual(Array(10).fill(true));
      const indexes = await database.query("SELECT 1 FROM pg_indexes WHERE tablename = 'plural_otp_payments'", []);
      expect(indexes).toHaveLength(3);
    }
  });

  const insertRows = (select: string): Promise<unknown> =>
    database.query(
      `INSERT INTO plural_otp_payments (id, value, version, keep_until_ms, clear_day, due_at_ms, undelivered) ${select}`,
      [],
    );

  test('ten claimers at once get 500 different records of 500', async () => {
    const clock = new Clock();
    const store = await open(clock);
    await insertRows(`SELECT i::text, '{}', i::text, 0, 0, i, (i % 5 = 0)::int FROM generate_series(1, 500) AS i`);
    const keys: string[] = [];
    const drain = async (): Promise<void> => {
      for (;;) {
        const claimed = await store.claim(clock.now(), clock.now() + 1, 10);
        if (claimed.length === 0) return;
        for (const { key } of claimed) keys.push(key);
      }
    };
    await Promise.all(Array.from({ length: 10 }, drain));
    // A claimer skips the rows that another one is taking, so that it may find nothing while some are left.
    await drain();
    expect(keys).toHaveLength(500);
    expect(new Set(keys).size).toBe(500);
  });

  test('a claim and a save of the same version: exactly one of them takes effect, in 50 rounds', async () => {
    const clock = new Clock();
    const store = await open(clock);
    for (let round = 0; round < 50; round += 1) {
      const key = `round ${round}`;
      await store.save(key, 'before', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() });
      const { version } = (await store.load(key)) ?? {};
      const [saved, claimed] = await Promise.all([
        store.save(key, 'saved', { version, keepSeconds: 60, dueAtMs: null }),
        store.claim(clock.now(), clock.now() + 1000, 10),
      ]);
      // Where the save was first, nothing was due any more; a claim that was first changed the version.
      expect(claimed.length).toBe(saved ? 0 : 1);
    }
  });

  test('with 100,000 expired rows and a statement timeout of two seconds each sweep claims what is due', async () => {
    const clock = new Clock();
    const store = await open(clock);
    await insertRows(`SELECT i::text, '{}', i::text, i, 0, NULL, 0 FROM generate_series(1, 100000) AS i`);
    await insertRows(`SELECT 'due ' || i, '{}', 'v', 0, 0, i, 0 FROM generate_series(1, 20) AS i`);
    for (let claims = 0; claims < 20; claims += 1) {
      expect(await store.claim(clock.now(), clock.now() + 1, 1)).toHaveLength(1);
    }
    // Claims that return records do not wait for the clearing.
    await vi.waitFor(async () => {
      const [row] = await database.query('SELECT count(*)::int AS rows FROM plural_otp_payments', []);
      expect(row?.['rows']).toBeLessThan(100_020);
    }, waitOptions);
  });

  test('claiming and clearing read by index what they return, with 20,000 records that are not due yet', async () => {
    const clock = new Clock();
    await open(clock);
    const later = clock.now() + 60_000;
    await insertRows(`SELECT i::text, '{}', i::text, 0, 99999999, CASE WHEN i % 2 = 0 THEN ${later} END, i % 4 / 2
      FROM generate_series(1, 20000) AS i`);
    await database.query('VACUUM ANALYZE plural_otp_payments', []);
    const plans: string[] = [];
    const explaining: SqlQuery = async (text, params) => {
      const rows = await database.query(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, params);
      plans.push(rows.map((row) => String(row['QUERY PLAN'])).join('\n'));
      return [];
    };
    const store = sqlStore(explaining, { placeholder: '$', now: clock.now });
    await store.claim(clock.now(), later, 50);
    const [, claim = '', clear = ''] = plans;
    for (const [plan, index] of [
      [claim, 'plural_otp_payments_due'],
      [clear, 'plural_otp_payments_clear'],
    ] as const) {
      expect(plan).not.toContain('Seq Scan');
      expect(plan).toContain(`Index Scan using ${index}`);
      // The first line counts the pages of the whole statement.
      const [, hit = '0'] = /shared hit=(\d+)/.exec(plan) ?? [];
      expect(Number(hit)).toBeLessThan(20);
    }
  });
});
