/**
 * `pnpm --filter @plural-otp/core bench`: the costs of core as ratios, with limits, next to its peers.
 *
 * A ratio counts only when the null test of the same run (the baseline against itself) lies within 0.95 to 1.05; a
 * run that was disturbed is repeated, and after three it says so. Ends with 1 when a ratio that counts is past its
 * limit.
 */

import { callBench } from './calls.ts';
import { compare, type Comparison, type Contender } from './compare.ts';
import { signatureBench } from './signatures.ts';

interface Limit {
  reach: number;
  never: number;
}

const limits: Record<string, Limit> = {
  verifyReturn: { reach: 1.35, never: 1.6 },
  'core getOrder': { reach: 1.1, never: 1.3 },
};
const isQuiet = ({ nullRatio }: Comparison): boolean => nullRatio >= 0.95 && nullRatio <= 1.05;

async function measured(
  baseline: Contender,
  contenders: Contender[],
  size: { rounds: number; times: number },
): Promise<Comparison> {
  let found = await compare(baseline, contenders, size);
  for (let tries = 1; tries < 3 && !isQuiet(found); tries += 1) found = await compare(baseline, contenders, size);
  return found;
}

function verdictOf(name: string, ratio: number, counts: boolean): string {
  const limit = limits[name];
  if (limit === undefined) return '';
  if (!counts) return 'not counted';
  if (ratio > limit.never) {
    process.exitCode = 1;
    return `PAST ${limit.never}`;
  }
  return ratio <= limit.reach ? `within ${limit.reach}` : `within ${limit.never}, not yet ${limit.reach}`;
}

function show(baseline: Contender, found: Comparison): void {
  const counts = isQuiet(found);
  console.log(`\nover ${baseline.name}`);
  console.log(
    `  ${found.nullRatio.toFixed(2).padStart(6)}  null test${counts ? '' : ': disturbed, nothing here counts'}`,
  );
  for (const { name, ratio } of found.ratios) {
    console.log(`  ${ratio.toFixed(2).padStart(6)}  ${name.padEnd(48)} ${verdictOf(name, ratio, counts)}`);
  }
}

const signatures = await signatureBench();
show(signatures.baseline, await measured(signatures.baseline, signatures.contenders, { rounds: 31, times: 200 }));

const calls = await callBench();
try {
  show(calls.baseline, await measured(calls.baseline, calls.contenders, { rounds: 41, times: 40 }));
} finally {
  calls.close();
}
