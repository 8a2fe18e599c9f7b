import type { World } from './context.ts';

/** One rule a backend has to keep. */
export interface Case {
  readonly group: string;
  /** What holds, as a sentence; `group: rule` is its name. */
  readonly rule: string;
  /** Ends quietly when the rule holds; throws a `Breach`, or a `NotRun`. */
  run(world: World): Promise<void>;
}

/** The cases of one group, by rule. */
export const group = (name: string, cases: Readonly<Record<string, Case['run']>>): Case[] =>
  Object.entries(cases).map(([rule, run]) => ({ group: name, rule, run }));

export const nameOf = ({ group, rule }: Pick<Case, 'group' | 'rule'>): string => `${group}: ${rule}`;
