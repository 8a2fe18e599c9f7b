/** Takes walks until their number or the time is over, or one of them breaks a promise. */
import { writeFileSync } from 'node:fs';
import { corpus } from './corpus.ts';
import { formatRanges, type SimulateOptions } from './options.ts';
import { formatSummary, SummaryCollector } from './report/summary.ts';
import { createPlan, type Plan, type Reduction } from './walk/plan.ts';
import { runWalk, type WalkResult } from './walk/run-walk.ts';
import { shrink } from './walk/shrink.ts';

const maxTraceLines = 200;

/** Prints one line. */
export type Print = (line: string) => void;

/** Runs the command. Resolves to the exit code: 1 when a promise was broken. */
export async function simulate(options: SimulateOptions, print: Print): Promise<0 | 1> {
  const { seed, walks, minutes, keep, without, trace, digest } = options;
  const reduction: Reduction = { without, ...(keep !== undefined && { keep }) };
  const collector = new SummaryCollector(seed);
  const startedAtMs = performance.now();
  const secondsSince = (): number => (performance.now() - startedAtMs) / 1000;
  let broken: WalkResult | undefined;
  for (const walkSeed of options.corpus ? corpus.map((entry) => entry.seed) : seedsFrom(seed, walks ?? Infinity)) {
    if (secondsSince() >= minutes * 60) break;
    const result = await runWalk(createPlan(walkSeed, reduction), options.ignore);
    collector.add(result);
    if (digest) print(`${result.plan.seed} ${result.digest}`);
    if (trace) for (const line of result.lines) print(line);
    // Digests are compared, so that every walk has to have one.
    if (result.violations.length === 0 || digest) continue;
    broken = result;
    break;
  }
  const summary = collector.toSummary(secondsSince());
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(summary, undefined, 2)}\n`);
  if (broken) await reportViolation(broken, options, print);
  if (!digest) print(formatSummary(summary));
  return broken ? 1 : 0;
}

function* seedsFrom(first: number, count: number): Generator<number> {
  for (let number = 0; number < count; number += 1) yield first + number;
}

async function reportViolation(result: WalkResult, options: SimulateOptions, print: Print): Promise<void> {
  const { plan, violations } = result;
  const [violation] = violations;
  if (!violation) return;
  const { promise } = violation;
  print(`seed ${plan.seed} breaks ${promise}: ${violation.detail}`);
  print(`replay: npm run simulate -- --seed ${plan.seed}${formatReduction(plan.reduction, options)}`);
  if (options.noShrink) return;
  const breaks = ({ violations: found }: WalkResult): boolean => found[0]?.promise === promise;
  const reduction = await shrink(plan, violation.step, async (candidate) =>
    breaks(await runWalk(createPlan(plan.seed, candidate), options.ignore)),
  );
  const shortest = await runWalk(createPlan(plan.seed, reduction), options.ignore);
  print(`shortest: npm run simulate -- --seed ${plan.seed}${formatReduction(reduction, options)}`);
  print(formatRates(shortest.plan));
  const { lines } = shortest;
  if (lines.length > maxTraceLines) print(`… ${lines.length - maxTraceLines} lines before; all with --trace`);
  for (const line of lines.slice(-maxTraceLines)) print(line);
}

function formatReduction({ keep, without = [] }: Reduction, { bug, ignore }: SimulateOptions): string {
  return [
    keep === undefined ? '' : ` --keep ${formatRanges(keep)}`,
    without.length === 0 ? '' : ` --without ${without.join(',')}`,
    bug === undefined ? '' : ` --bug ${bug}`,
    ignore.length === 0 ? '' : ` --ignore ${ignore.join(',')}`,
  ].join('');
}

function formatRates({ swarm }: Plan): string {
  const rates = Object.entries(swarm.faults).filter(([, rate]) => rate > 0);
  return `faults: ${rates.length === 0 ? 'none' : rates.map(([kind, rate]) => `${kind} ${rate}`).join(', ')}`;
}
