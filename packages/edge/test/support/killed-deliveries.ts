/** Runs processes that deliver verdicts and are killed in the middle, until a number of them was killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { writeDocExample } from './doc-example.ts';

/** A database whose store is an example of docs/stores.md. */
export interface KillDatabase {
  /** Heading of the example. */
  example: 'PostgreSQL' | 'SQLite';
  /** Environment variables that the example reads. */
  env: Record<string, string>;
  /** Runs a statement in the database. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
}

/** Result of a run. */
export interface KillReport {
  killed: number;
  orders: number;
  /** Verdicts whose effect happened twice or more. */
  repeated: number;
  /** Verdicts whose effect never happened. */
  missing: number;
}

const moments = ['before the effect', 'after the effect', 'before the mark', 'after the mark', 'after it all'];
const ordersAtOnce = 40;
/** A process begins when every lease and claim of the ones before has ended. */
const pauseMs = 180_000;
const retryPauseMs = 6 * 3_600_000;

/** A process that delivers, bundled because it is started so often, with the store of an example. */
interface DeliveryProcess {
  script: string;
  example: string;
  dispose: () => void;
}

async function buildDeliveryProcess(heading: KillDatabase['example']): Promise<DeliveryProcess> {
  const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const written = writeDocExample(heading);
  const folder = mkdtempSync(join(dirname(written), 'killed-'));
  const [script, example] = [join(folder, 'delivery.mjs'), join(folder, 'example.mjs')];
  const alias = {
    '@plural-otp/core/internal': at('core/src/internal.ts'),
    '@plural-otp/core/wire': at('core/src/wire/index.ts'),
    '@plural-otp/core': at('core/src/index.ts'),
    '@plural-otp/flow/contract/schemas': at('flow/src/contract-schemas.ts'),
    '@plural-otp/flow/contract': at('flow/src/contract.ts'),
    '@plural-otp/edge/stores/sql': at('edge/src/stores/sql.ts'),
    '@plural-otp/edge': at('edge/src/index.ts'),
  };
  const shared: BuildOptions = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    alias,
    external: ['pg'],
  };
  await build({ ...shared, entryPoints: [at('edge/test/support/delivery-process.ts')], outfile: script });
  await build({ ...shared, entryPoints: [written], outfile: example });
  rmSync(written);
  return { script, example, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Kills so many processes around `onVerdict`, one after another, and counts the effects once all verdicts are delivered.
 * `transaction` runs the hook in the transaction that marks the verdict, `plain` beside it.
 */
export async function killDeliveries(
  database: KillDatabase,
  hook: 'transaction' | 'plain',
  kills: number,
): Promise<KillReport> {
  const { script, example, dispose } = await buildDeliveryProcess(database.example);
  const placeholder = database.example === 'PostgreSQL' ? '$' : '?';
  const shared = {
    ...process.env,
    ...database.env,
    NODE_OPTIONS: '',
    NODE_NO_WARNINGS: '1',
    EXAMPLE: example,
    PLACEHOLDER: placeholder,
    HOOK: hook,
  };
  let aheadMs = 0;
  const run = async (env: Record<string, string>): Promise<number | 'killed'> => {
    aheadMs += pauseMs;
    const child = spawn(process.execPath, [script], {
      env: { ...shared, AHEAD_MS: String(aheadMs), ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code, signal] = (await once(child, 'exit')) as [number, NodeJS.Signals | null];
    return signal === 'SIGKILL' ? 'killed' : code;
  };

  await database.query('CREATE TABLE IF NOT EXISTS effects (key TEXT)');
  await database.query('DELETE FROM effects');
  const hasDue = async (): Promise<boolean> => {
    const rows = await database.query('SELECT id FROM plural_otp_payments WHERE due_at_ms IS NOT NULL LIMIT 1');
    return rows.length > 0;
  };
  let killed = 0;
  let orders = 0;
  let runs = 0;
  try {
    while (killed < kills) {
      if ((await run({ SEED_ORDERS: String(ordersAtOnce) })) !== 0) throw new Error('no orders were made');
      orders += ordersAtOnce;
      for (;;) {
        runs += 1;
        const moment = killed < kills ? (moments[runs % moments.length] ?? '') : '';
        const end = await run({ KILL_AT: moment, KILL_AFTER: String(Math.floor(runs / moments.length) % 3) });
        if (end === 'killed') killed += 1;
        else if (end === 0) {
          if (!(await hasDue())) break;
          // A delivery that failed, and not by a kill, waits longer the more often it was tried.
          aheadMs += retryPauseMs;
        }
        if (typeof end === 'number' && end !== 0 && end !== 3) throw new Error(`a process ended with ${end}`);
        if (runs > 20 * (kills + 10)) throw new Error('the verdicts are never all delivered');
      }
    }
    const effects = await database.query('SELECT key, CAST(count(*) AS INTEGER) AS times FROM effects GROUP BY key');
    return {
      killed,
      orders,
      repeated: effects.filter(({ times }) => Number(times) > 1).length,
      missing: orders - effects.length,
    };
  } finally {
    dispose();
  }
}
