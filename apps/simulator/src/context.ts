/** Shared state of a walk: clock, chance, event log, counters, and the way to report a violated promise. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { PromiseName } from './promises.ts';
import { Trace } from './report/trace.ts';
import { createRandom, createUuid, mixSeed, type Random } from './runtime/seed.ts';
import { VirtualTime } from './runtime/virtual-time.ts';
import type { Plan } from './walk/plan.ts';
import type { EnvironmentKind, FaultKind } from './walk/swarm.ts';

/** A promise that a walk found broken. */
export interface Violation {
  readonly promise: PromiseName;
  readonly detail: string;
  /** Number of the step it was found in; `undefined`: after the last. */
  readonly step: number | undefined;
}

/** Facts about a customer's request that the calls it leads to are checked by. */
interface RequestContext {
  readonly idempotencyKey: string | undefined;
}

/** Shared state of one walk. */
export class WalkContext {
  readonly plan: Plan;
  readonly trace: Trace;
  /** Draws ids, so that a change in the number of ids shifts no fault. */
  readonly idRandom: Random;
  /** Idempotency key of the customer's request that the running code belongs to. */
  readonly requests = new AsyncLocalStorage<RequestContext>();
  readonly time: VirtualTime = new VirtualTime((run) => {
    const request = this.requests.getStore();
    return request === undefined ? run : () => this.requests.run(request, run);
  });
  readonly violations: Violation[] = [];
  readonly faultCounts: Partial<Record<FaultKind | EnvironmentKind, number>> = {};
  readonly counts = { payments: 0, verdicts: 0, deliveries: 0, requests: 0, upstreamCalls: 0, sweeps: 0, kills: 0 };
  /** Ends of the outages (virtual epoch milliseconds). */
  readonly outages = { storeUntilMs: 0, pluralUntilMs: 0 };
  /** Least and greatest number of milliseconds that any clock was ahead of the true time so far. */
  readonly clockOffsetsMs = { least: 0, greatest: 0 };
  /** True once every fault is over and the walk waits for everything to come right. */
  isHealed = false;
  /** Number of the step being taken. */
  step: number | undefined;
  readonly #ignored: readonly PromiseName[];
  #random: Random;

  constructor(plan: Plan, ignored: readonly PromiseName[]) {
    this.plan = plan;
    this.#ignored = ignored;
    this.trace = new Trace(() => this.time.nowMs);
    this.idRandom = createRandom(mixSeed(plan.seed, 1_000_001));
    this.#random = createRandom(mixSeed(plan.seed, 1_000_002));
  }

  /** Chance of the step being taken. */
  get random(): Random {
    return this.#random;
  }

  /** Begins a step: from here on everything is drawn from its seed. */
  beginStep(step: number | undefined, seed: number): void {
    this.step = step;
    this.#random = createRandom(seed);
  }

  newId = (): string => createUuid(this.idRandom);

  /** Returns true when a fault of this kind happens now, and counts it. */
  fault(kind: FaultKind): boolean {
    if (this.isHealed || !this.#random.chance(this.plan.swarm.faults[kind])) return false;
    this.count(kind);
    return true;
  }

  /** Records what the clock of a process was set to. */
  onClockSet(offsetMs: number): void {
    const offsets = this.clockOffsetsMs;
    offsets.least = Math.min(offsets.least, offsetMs);
    offsets.greatest = Math.max(offsets.greatest, offsetMs);
  }

  /** Counts a fault or an event of the environment. */
  count(kind: FaultKind | EnvironmentKind): void {
    this.faultCounts[kind] = (this.faultCounts[kind] ?? 0) + 1;
  }

  /** Records a violated promise. The walk ends after the event that violated it. */
  violate(promise: PromiseName, detail: string): void {
    if (this.#ignored.includes(promise)) return;
    this.trace.add('!', '', `${promise}: ${detail}`);
    this.violations.push({ promise, detail, step: this.step });
  }
}
