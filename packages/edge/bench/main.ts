/**
 * `pnpm bench edge`: measures the handler relative to a bare JSON handler on Node, Bun and Deno, and its heap growth.
 * `pnpm bench edge --load`: runs one minute at full speed over loopback.
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
import { load } from './load.ts';

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

if (process.argv.includes('--load')) await load(60);
else await ratios();
