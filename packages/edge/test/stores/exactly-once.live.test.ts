import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresBin, shouldSkip, startPostgres, type DatabaseServer } from '../support/databases.ts';
import { killDeliveries, type KillDatabase, type KillReport } from '../support/killed-deliveries.ts';

// `KILLS=1000 vitest run --project stores test/stores/exactly-once` makes the figures of docs/stores.md.
const kills = Number(process.env['KILLS'] ?? 60);
const report = (name: string, found: KillReport): void => {
  if (process.env['KILLS']) console.info(name, JSON.stringify(found));
};

function describeExactlyOnce(name: string, database: () => KillDatabase): void {
  test(`${name}: with \`transaction\`, of processes killed around onVerdict no effect is repeated and none is missing`, async () => {
    const found = await killDeliveries(database(), 'transaction', kills);
    report(`${name}, transaction`, found);
    expect(found).toMatchObject({ repeated: 0, missing: 0 });
    expect(found.killed).toBeGreaterThanOrEqual(kills);
  });

  test(`${name}: without it the same kills repeat effects, and none is missing`, async () => {
    const found = await killDeliveries(database(), 'plain', kills / 3);
    report(`${name}, plain`, found);
    expect(found.repeated).toBeGreaterThan(0);
    expect(found.missing).toBe(0);
  });
}

describe('exactly once', { timeout: 60_000 + kills * 5000 }, () => {
  describe('on SQLite', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plural-otp-'));
    const file = join(folder, 'shop.sqlite');
    const database = new DatabaseSync(file);
    afterAll(() => {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    });
    describeExactlyOnce('SQLite', () => ({
      example: 'SQLite',
      env: { DATABASE_FILE: file },
      query: async (text) => database.prepare(text).all(),
    }));
  });

  describe.skipIf(shouldSkip(postgresBin))('on PostgreSQL', () => {
    let engine: DatabaseServer;
    let pool: Pool;
    let url: string;
    beforeAll(async () => {
      engine = await startPostgres();
      url = `postgres://postgres@127.0.0.1:${engine.port}/postgres`;
      pool = new Pool({ connectionString: url });
    }, 60_000);
    afterAll(async () => {
      await pool?.end();
      await engine?.dispose();
    });
    describeExactlyOnce('PostgreSQL', () => ({
      example: 'PostgreSQL',
      env: { DATABASE_URL: url },
      query: async (text) => (await pool.query(text)).rows,
    }));
  });
});
