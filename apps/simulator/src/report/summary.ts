/** Adds up what walks did, for people and as JSON. */
import { environmentKinds, faultKinds, type EnvironmentKind, type FaultKind } from '../walk/swarm.ts';
import type { WalkContext } from '../context.ts';
import type { PromiseName } from '../promises.ts';
import type { WalkResult } from '../walk/run-walk.ts';

const hourMs = 3_600_000;

/** Totals of a run. */
export interface Summary {
  readonly firstSeed: number;
  readonly walks: number;
  readonly seconds: number;
  readonly virtualHours: number;
  readonly counts: WalkContext['counts'];
  /** Number of times each kind of fault happened. */
  readonly faults: Readonly<Record<FaultKind | EnvironmentKind, number>>;
  readonly violations: readonly { readonly seed: number; readonly promise: PromiseName; readonly detail: string }[];
}

/** Collects the results of a run. */
export class SummaryCollector {
  #walks = 0;
  #virtualMs = 0;
  readonly #firstSeed: number;
  readonly #counts: Record<string, number> = {};
  readonly #faults: Record<string, number> = Object.fromEntries(
    [...Object.keys(faultKinds), ...Object.keys(environmentKinds)].map((kind) => [kind, 0]),
  );
  readonly #violations: { seed: number; promise: PromiseName; detail: string }[] = [];

  constructor(firstSeed: number) {
    this.#firstSeed = firstSeed;
  }

  add({ plan, virtualMs, counts, faultCounts, violations }: WalkResult): void {
    this.#walks += 1;
    this.#virtualMs += virtualMs;
    for (const [name, count] of Object.entries(counts)) this.#counts[name] = (this.#counts[name] ?? 0) + count;
    for (const [kind, count] of Object.entries(faultCounts)) this.#faults[kind] = (this.#faults[kind] ?? 0) + count;
    for (const { promise, detail } of violations) this.#violations.push({ seed: plan.seed, promise, detail });
  }

  toSummary(seconds: number): Summary {
    return {
      firstSeed: this.#firstSeed,
      walks: this.#walks,
      seconds: Math.round(seconds * 10) / 10,
      virtualHours: Math.round(this.#virtualMs / hourMs),
      counts: this.#counts as Summary['counts'],
      faults: this.#faults as Summary['faults'],
      violations: this.#violations,
    };
  }
}

/** Formats a summary as a few lines. */
export function formatSummary({ walks, seconds, virtualHours, counts, faults, violations }: Summary): string {
  const years = (virtualHours / 24 / 365).toFixed(1);
  const happened = Object.entries(faults).filter(([, count]) => count > 0);
  return [
    `${walks} walks in ${seconds} s (${(walks / Math.max(seconds, 0.1)).toFixed(1)} a second), ${years} years of virtual time`,
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
    `faults: ${happened.map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    violations.length === 0 ? 'every promise held' : `${violations.length} violations`,
  ].join('\n');
}
