/** Looks for the shortest walk that still breaks a promise. Pure over the function that tries a walk. */
import type { Plan, Reduction } from './plan.ts';
import { type FaultKind, faultKinds } from './swarm.ts';

/** Tries a reduced walk. Resolves to true while it still breaks the promise. */
export type StillBroken = (reduction: Reduction) => Promise<boolean>;

/**
 * Removes steps, first half of them at once and at last one by one, then whole kinds of faults, while the promise stays
 * broken. Gives up after `maxTries` walks, with the shortest so far.
 *
 * @param lastStep - Number of the step the violation was found in; the steps after it go first.
 */
export async function shrink(
  { steps, swarm, reduction }: Plan,
  lastStep: number | undefined,
  isStillBroken: StillBroken,
  maxTries = 250,
): Promise<Reduction> {
  let tries = 0;
  let best: Required<Reduction> = {
    keep: reduction.keep ?? steps.map((_, number) => number),
    without: reduction.without ?? [],
  };
  const attempt = async (candidate: Partial<Reduction>): Promise<boolean> => {
    if (tries >= maxTries) return false;
    tries += 1;
    const next = { ...best, ...candidate };
    if (!(await isStillBroken(next))) return false;
    best = next;
    return true;
  };

  if (lastStep !== undefined) await attempt({ keep: best.keep.filter((number) => number <= lastStep) });
  for (let size = Math.ceil(best.keep.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end, because a late step depends on the early ones more often than the reverse.
    for (let end = best.keep.length; end > 0; end -= size) {
      const { keep } = best;
      await attempt({ keep: [...keep.slice(0, Math.max(0, end - size)), ...keep.slice(end)] });
    }
  }
  for (const kind of Object.keys(faultKinds) as FaultKind[]) {
    if (swarm.faults[kind] > 0 && !best.without.includes(kind)) await attempt({ without: [...best.without, kind] });
  }
  // A walk with fewer kinds of faults may need fewer steps.
  for (let at = best.keep.length - 1; at >= 0; at -= 1) {
    await attempt({ keep: best.keep.filter((_, index) => index !== at) });
  }
  return best;
}
