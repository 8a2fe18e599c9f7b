/** The shape of a conformance case, and helpers to define and name cases. */
import type { TestContext } from './context.ts';

/** One rule of the contract that a backend has to satisfy. */
export interface Case {
  readonly group: string;
  /** The rule as a sentence; `group: rule` is the name of the case. */
  readonly rule: string;
  /**
   * Resolves when the rule is satisfied.
   *
   * @throws {ConformanceError} when it is not, and {Skipped} when the case cannot run.
   */
  run(context: TestContext): Promise<void>;
}

/** Defines the cases of one group, keyed by rule. */
export const defineCases = (group: string, cases: Readonly<Record<string, Case['run']>>): Case[] =>
  Object.entries(cases).map(([rule, run]) => ({ group, rule, run }));

export const getCaseName = ({ group, rule }: Pick<Case, 'group' | 'rule'>): string => `${group}: ${rule}`;
