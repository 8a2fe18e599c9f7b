import type { SourcePatch } from '../load-source.ts';
import type { PromiseName } from '../promises.ts';

/** A bug, as replacements in the kit's source. */
export interface PlantedBug {
  readonly name: string;
  /** The mistake, in one sentence. */
  readonly description: string;
  /** Promises of which it breaks at least one. */
  readonly breaks: readonly PromiseName[];
  /** Seed from which walks look for it: near one that finds it, so that the tests take few. */
  readonly seed: number;
  /** Number of walks, from that seed on, within which it is found. */
  readonly walks: number;
  readonly patches: readonly SourcePatch[];
}
