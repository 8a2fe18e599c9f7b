import { ConformanceError, Skipped } from './assert.ts';
import { getCaseName, type Case } from './case.ts';
import { allCases } from './cases/index.ts';
import { redact } from './redact.ts';
import { createTestContext, type TestContext, type TestContextOptions } from './context.ts';

/** How one case ended. Its texts hold no secret. */
export interface CaseResult {
  readonly group: string;
  readonly rule: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** With `failed`: what the rule asks for, and what came. */
  readonly expected?: string;
  readonly received?: string;
  /** With `skipped`: why. */
  readonly reason?: string;
  readonly durationMs: number;
}

export interface ConformanceOptions extends TestContextOptions {
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
export function selectCases({ only = [], skip = [] }: Pick<ConformanceOptions, 'only' | 'skip'> = {}): readonly Case[] {
  const matches = (one: Case, texts: readonly string[]): boolean =>
    texts.some((text) => getCaseName(one).toLowerCase().includes(text.toLowerCase()));
  return allCases.filter((one) => (only.length === 0 || matches(one, only)) && !matches(one, skip));
}

/**
 * Plays every case, one after the other, against a backend that takes a sandbox for Plural. Changes the sandbox's
 * script, settings and clock; script and settings are put back after each case.
 *
 * @throws when there is no sandbox at the address, so that no case could be played.
 */
export async function runConformance(options: ConformanceOptions): Promise<readonly CaseResult[]> {
  const { onResult, now = () => performance.now() } = options;
  const context = await createTestContext(options);
  const results: CaseResult[] = [];
  for (const one of selectCases(options)) {
    const startedMs = now();
    const end = await runCase(one, context);
    const result = { group: one.group, rule: one.rule, ...end, durationMs: now() - startedMs };
    results.push(result);
    onResult?.(result);
  }
  return results;
}

async function runCase(
  one: Case,
  context: TestContext,
): Promise<Pick<CaseResult, 'status' | 'expected' | 'received' | 'reason'>> {
  try {
    await one.run(context);
    return { status: 'passed' };
  } catch (error) {
    const hide = (text: string): string => redact(text, context.secrets);
    if (error instanceof Skipped) return { status: 'skipped', reason: hide(error.message) };
    if (error instanceof ConformanceError)
      return { status: 'failed', expected: hide(error.expected), received: hide(error.received) };
    return { status: 'failed', expected: 'an answer', received: hide(error instanceof Error ? error.message : 'none') };
  } finally {
    await context.sandbox.restore();
  }
}
