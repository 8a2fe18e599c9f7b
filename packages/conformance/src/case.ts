import type { TestContext } from './context.ts';

/** One rule a backend has to keep. */
export interface Case {
  readonly group: string;
  /** What holds, as a sentence; `group: rule` is its name. */
  readonly rule: string;
  /** Ends quietly when the rule holds; throws a `ConformanceError`, or a `Skipped`. */
  run(context: TestContext): Promise<void>;
}

/** The cases of one group, by rule. */
export const defineCases = (name: string, cases: Readonly<Record<string, Case['run']>>): Case[] =>
  Object.entries(cases).map(([rule, run]) => ({ group: name, rule, run }));

export const getCaseName = ({ group, rule }: Pick<Case, 'group' | 'rule'>): string => `${group}: ${rule}`;
