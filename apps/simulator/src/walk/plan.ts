/** The plan of a walk, drawn from its seed: who acts when. What the actor then does depends on what they see. */
import { createRandom, mixSeed } from '../runtime/seed.ts';
import { drawSwarm, environmentKinds, type EnvironmentKind, type FaultKind, type Swarm } from './swarm.ts';

/** Actor of a step: a customer, an operation of the shop, or the environment. */
export type Actor = 'customer' | 'sweep' | 'settle' | 'support' | EnvironmentKind;

/** One step of a walk. */
export interface Step {
  readonly actor: Actor;
  /** Index of the customer or process, modulo their number. */
  readonly index: number;
  /** Seed of all that is drawn during this step, so that leaving another step out does not change it. */
  readonly seed: number;
  /** Virtual milliseconds after it. */
  readonly pauseMs: number;
}

/** Parts of a plan that are left out, so that a violation is shown by as little as possible. */
export interface Reduction {
  /** Indices of the steps that are kept; absent: all. */
  readonly keep?: readonly number[];
  /** Kinds of faults that never happen. */
  readonly without?: readonly FaultKind[];
}

/** A whole walk before it begins. */
export interface Plan {
  readonly seed: number;
  readonly swarm: Swarm;
  readonly steps: readonly Step[];
  readonly reduction: Reduction;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Draws the plan of a seed. */
export function createPlan(seed: number, reduction: Reduction = {}): Plan {
  const random = createRandom(mixSeed(seed, 0));
  const drawn = drawSwarm(random);
  const actors: (readonly [number, Actor])[] = [
    [60, 'customer'],
    [12, 'sweep'],
    [3, 'settle'],
    [3, 'support'],
    ...(Object.keys(environmentKinds) as EnvironmentKind[]).map((kind) => [drawn.environment[kind], kind] as const),
  ];
  const steps = Array.from({ length: drawn.steps }, (_, number): Step => {
    const longest = random.weighted([
      [20, 0],
      [25, second],
      [40, 10 * second],
      [10, 90 * second],
      [3, 10 * minute],
      [1.5, 3 * hour],
      [0.5, 30 * hour],
    ]);
    return {
      actor: random.weighted(actors),
      index: random.integer(0, 59),
      seed: mixSeed(seed, number + 1),
      pauseMs: random.integer(0, longest),
    };
  });
  const faults = { ...drawn.faults };
  for (const kind of reduction.without ?? []) faults[kind] = 0;
  return { seed, swarm: { ...drawn, faults }, steps, reduction };
}

/** Returns the steps of a plan that are to be taken, each with its number. */
export function keptSteps({ steps, reduction }: Plan): readonly (readonly [number: number, step: Step])[] {
  const numbered = steps.map((step, number) => [number, step] as const);
  const { keep } = reduction;
  return keep === undefined ? numbered : numbered.filter(([number]) => keep.includes(number));
}
