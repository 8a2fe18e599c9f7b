import type { SourcePatch } from '../load-source.ts';
import type { PromiseName } from '../promises.ts';

/**
 * First seed of the walks that look for a bug, and the number of walks that find any: of the seeds from 1 to 200 the one
 * from which all bugs together take the fewest walks, so that the tests can take them each time. From another seed one
 * that is found seldom takes up to twice as many.
 */
export const search = { seed: 61, walks: 100 } as const;

/** A bug, as replacements in the kit's source. */
export interface PlantedBug {
  readonly name: string;
  /** The mistake, in one sentence. */
  readonly description: string;
  /** Promises of which it breaks at least one. */
  readonly breaks: readonly PromiseName[];
  readonly patches: readonly SourcePatch[];
}
