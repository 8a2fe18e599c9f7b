import { Breach, NotRun } from './assert.ts';
import { nameOf, type Case } from './case.ts';
import { allCases } from './cases/index.ts';
import { masked } from './redact.ts';
import { openWorld, type World, type WorldOptions } from './context.ts';

/** How one case ended. Its texts hold no secret. */
export interface CaseResult {
  readonly group: string;
  readonly rule: string;
  readonly end: 'held' | 'broken' | 'notRun';
  /** With `broken`: what the rule asks for, and what came. */
  readonly expected?: string;
  readonly came?: string;
  /** With `notRun`: why. */
  readonly reason?: string;
  readonly durationMs: number;
}

export interface ConformOptions extends WorldOptions {
  /** Runs the cases whose `group: rule` holds one of these texts; all when there is none. */
  only?: readonly string[];
  /** Leaves out the cases whose `group: rule` holds one of these texts. */
  skip?: readonly string[];
  /** Gets each result as it comes. */
  onResult?: (result: CaseResult) => void;
  /** Milliseconds, for durations. @default performance.now */
  now?: () => number;
}

/** The cases a run would have, in order. */
export function casesOf({ only = [], skip = [] }: Pick<ConformOptions, 'only' | 'skip'> = {}): readonly Case[] {
  const named = (one: Case, texts: readonly string[]): boolean =>
    texts.some((text) => nameOf(one).toLowerCase().includes(text.toLowerCase()));
  return allCases.filter((one) => (only.length === 0 || named(one, only)) && !named(one, skip));
}

/**
 * Plays every case, one after the other, against a backend that takes a sandbox for Plural. Changes the sandbox's
 * script, settings and clock; script and settings are put back after each case.
 *
 * @throws when there is no sandbox at the address, so that no case could be played.
 */
export async function runConformance(options: ConformOptions): Promise<readonly CaseResult[]> {
  const { onResult, now = () => performance.now() } = options;
  const world = await openWorld(options);
  const results: CaseResult[] = [];
  for (const one of casesOf(options)) {
    const startedMs = now();
    const end = await play(one, world);
    const result = { group: one.group, rule: one.rule, ...end, durationMs: now() - startedMs };
    results.push(result);
    onResult?.(result);
  }
  return results;
}

async function play(one: Case, world: World): Promise<Pick<CaseResult, 'end' | 'expected' | 'came' | 'reason'>> {
  try {
    await one.run(world);
    return { end: 'held' };
  } catch (error) {
    const hide = (text: string): string => masked(text, world.secrets);
    if (error instanceof NotRun) return { end: 'notRun', reason: hide(error.message) };
    if (error instanceof Breach) return { end: 'broken', expected: hide(error.expected), came: hide(error.came) };
    return { end: 'broken', expected: 'an answer', came: hide(error instanceof Error ? error.message : 'none') };
  } finally {
    await world.sandbox.restore();
  }
}
