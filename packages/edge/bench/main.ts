/**
 * `pnpm bench edge`: measures the handler relative to a bare JSON handler on Node, Bun and Deno, and its heap growth.
 * `pnpm bench edge --load`: runs one minute at full speed over loopback.
 * `pnpm bench edge --sweep`: runs the sweep for hours of virtual time.
 * `pnpm bench edge --redis`: measures the cost of a payment on a real Redis, and ten sweepers relative to one.
 * `pnpm bench edge --postgres`: measures claims beside a million expired rows, and ten sweepers relative to one, on a real
 * PostgreSQL.
 * `pnpm bench edge --d1`: counts what a payment costs on D1, in Miniflare.
 *
 * A ratio counts only when the null test of its run lies within 0.95 to 1.05. Exits with 1 when a ratio that counts exceeds
 * its limit.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { benchD1 } from './d1.ts';
import { load } from './load.ts';
import { abandonPayments, drainVerdicts } from './sweep-load.ts';
import { benchPostgres } from './postgres.ts';
import { benchRedis } from './redis.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const program = (name: string): string => at(`../node_modules/.bin/${name}`);

interface Limit {
  reach: number;
  never: number;
}
const runtimes: Record<string, { command: string[]; limit: Limit }> = {
  Node: { command: [process.execPath], limit: { reach: 2, never: 2.8 } },
  Bun: { command: [program('bun'), 'run'], limit: { reach: 5, never: 9 } },
  Deno: { command: [program('deno'), 'run', '--no-remote', '--no-config'], limit: { reach: 6, never: 9 } },
};
const heapLimit: Limit = { reach: 0.5, never: 4 };

interface Measured {
  nullRatio: number;
  ratio: number;
  grownMb: number;
}

function measure([command = '', ...args]: string[]): Measured {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

function toVerdict(value: number, { reach, never }: Limit): string {
  if (value > never) {
    process.exitCode = 1;
    return `PAST ${never}`;
  }
  return value <= reach ? `within ${reach}` : `within ${never}, not yet ${reach}`;
}

async function ratios(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-bench-'));
  try {
    const entryPoints = ['submit.ts', 'heap.ts'].map(at);
    await build({ entryPoints, outdir: folder, bundle: true, format: 'esm', target: 'es2022', conditions: ['worker'] });
    console.log('submit route with all checks over a bare JSON handler, 32 at once');
    for (const [name, { command, limit }] of Object.entries(runtimes)) {
      const { nullRatio, ratio } = measure([...command, join(folder, 'submit.js')]);
      const isQuiet = Math.abs(nullRatio - 1) <= 0.05;
      const verdict = isQuiet ? toVerdict(ratio, limit) : 'disturbed, not counted';
      console.log(
        `  ${ratio.toFixed(2).padStart(6)}  ${name.padEnd(6)} ${verdict} (null test ${nullRatio.toFixed(2)})`,
      );
    }
    const { grownMb } = measure([process.execPath, '--expose-gc', join(folder, 'heap.js')]);
    console.log('heap kept per 50,000 requests over 100 payments, after collection');
    console.log(`  ${grownMb.toFixed(2).padStart(6)} MB     ${toVerdict(grownMb, heapLimit)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The gate of the sweep: of 60 abandoned payments a minute, a paid one is told within two minutes at 99 %. */
async function sweepLoad(): Promise<void> {
  const { delaysSeconds, missing, checked, unfinishedSweeps } = await abandonPayments(60, 6 * 60);
  const at = (share: number): number => delaysSeconds[Math.ceil(delaysSeconds.length * share) - 1] ?? Infinity;
  console.log(
    '60 abandoned payments a minute for six hours, one sweep a minute, an order read in 100 ms (virtual time)',
  );
  console.log(`  ${checked} orders checked, ${unfinishedSweeps} sweeps left something due`);
  console.log(`  told after ${at(0.5)} s (50 %), ${at(0.99)} s (99 %), ${at(1)} s (all); not told: ${missing}`);
  if (missing > 0 || at(0.99) > 120) process.exitCode = 1;
  const { seconds, delivered } = await drainVerdicts(10_000);
  console.log(`  ${delivered} undelivered verdicts delivered by one process in ${seconds.toFixed(0)} s`);
}

if (process.argv.includes('--load')) await load(60);
else if (process.argv.includes('--sweep')) await sweepLoad();
else if (process.argv.includes('--redis')) await benchRedis();
else if (process.argv.includes('--postgres')) await benchPostgres();
else if (process.argv.includes('--d1')) await benchD1();
else await ratios();
