import type { WakeResult } from '@plural-otp/edge';
import { makeWorkerUtils, run, type Runner, type WorkerUtils } from 'graphile-worker';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { jobSchedule, taskName, wakeTask } from '../../../../docs/recipes/graphile-worker/wake-tasks.ts';
import { createTable, sqlStore } from '../../src/stores/sql.ts';
import { postgresBin, shouldSkip, startPostgres, waitOptions, type DatabaseServer } from '../support/databases.ts';
import { Clock, startAndPrompt, startAndSubmit } from '../support/test-shop.ts';

let engine: DatabaseServer;
let pool: Pool;
let utils: WorkerUtils;
let runner: Runner | undefined;

describe.skipIf(shouldSkip(postgresBin))('graphile-worker on PostgreSQL', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    engine = await startPostgres();
    pool = new Pool({ connectionString: `postgres://postgres@127.0.0.1:${engine.port}/postgres` });
    pool.on('error', () => undefined);
    await pool.query(createTable);
    utils = await makeWorkerUtils({ pgPool: pool });
    await utils.migrate();
  }, 60_000);
  afterEach(async () => {
    await runner?.stop();
    runner = undefined;
    await pool.query('DELETE FROM plural_otp_payments');
    await pool.query('DELETE FROM graphile_worker._private_jobs');
  });
  afterAll(async () => {
    await utils?.release();
    await pool?.end();
    await engine?.dispose();
  });

  const jobs = async (): Promise<{ key: string; run_at: Date }[]> =>
    (await pool.query('SELECT key, run_at FROM graphile_worker.jobs')).rows as { key: string; run_at: Date }[];

  /** A shop whose due times are jobs: its minutes pass in the engine's milliseconds. */
  function createScheduledShop() {
    const clock = new Clock();
    const startMs = clock.now();
    const dueTimes = new Map<string, number>();
    const addJob = jobSchedule(utils.addJob);
    const schedule = async (key: string, atMs: number | null): Promise<void> => {
      if (atMs !== null) dueTimes.set(key, atMs);
      await addJob(key, atMs === null ? null : Date.now() + (atMs - clock.now()) / 60);
    };
    const store = {
      ...sqlStore(async (text, params) => (await pool.query(text, [...params])).rows, {
        placeholder: '$',
        now: clock.now,
      }),
      schedule,
    };
    const woken: string[] = [];
    const work = (wake: (key: string) => Promise<WakeResult>) =>
      wakeTask((key) => {
        woken.push(key);
        const dueAtMs = dueTimes.get(key) ?? startMs;
        if (dueAtMs > clock.now()) clock.advance((dueAtMs - clock.now()) / 1000);
        return wake(key);
      }, schedule);
    const made = { clock, store, woken };
    return { made, work };
  }

  test('a paid payment that nothing reported is told by its job, without a sweep, and has no job left', async () => {
    const { made, work } = createScheduledShop();
    const { shop } = await startAndSubmit({ clock: made.clock, store: made.store });
    expect(shop.verdicts).toEqual([]);
    expect(await jobs()).toHaveLength(1);
    runner = await run({
      pgPool: pool,
      concurrency: 2,
      pollInterval: 100,
      noHandleSignals: true,
      taskList: { [taskName]: work(shop.handler.wake) },
    });
    await vi.waitFor(() => expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['paid']), waitOptions);
    await vi.waitFor(async () => expect(await jobs()).toEqual([]), waitOptions);
    expect(made.woken.length).toBeGreaterThan(0);
  });

  test('an open payment keeps exactly one job, which moves to each next check', async () => {
    const { made, work } = createScheduledShop();
    const { shop } = await startAndPrompt({ clock: made.clock, store: made.store });
    runner = await run({
      pgPool: pool,
      concurrency: 2,
      pollInterval: 100,
      noHandleSignals: true,
      taskList: { [taskName]: work(shop.handler.wake) },
    });
    await vi.waitFor(() => expect(made.woken.length).toBeGreaterThanOrEqual(3), waitOptions);
    await vi.waitFor(async () => expect(await jobs()).toHaveLength(1), waitOptions);
    expect(shop.callCount('getOrder')).toBeGreaterThanOrEqual(3);
    expect(shop.verdicts).toEqual([]);
  });
});
