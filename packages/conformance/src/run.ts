/** The runner: selects cases, runs them one after the other, and redacts their results. */
import { ConformanceError, Skipped } from './assert.ts';
import { getCaseName, type Case } from './case.ts';
import { allCases } from './cases/index.ts';
import { createTestContext, type TestContext, type TestContextOptions } from './context.ts';
import { redact } from './redact.ts';
import { closeSandbox, SandboxLost } from './sandbox.ts';
import { NoResponse } from './send.ts';

/** Result of one case. Its strings hold no secret. */
export interface CaseResult {
  readonly group: string;
  readonly rule: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** With `failed`: the value or behaviour the rule requires. */
  readonly expected?: string;
  /** With `failed`: the value or behaviour of the backend. */
  readonly received?: string;
  /** With `skipped`: why the case could not run. */
  readonly reason?: string;
  readonly durationMs: number;
}

export interface ConformanceOptions extends TestContextOptions {
  /** Runs only cases whose name (`group: rule`) contains one of these strings. @default all */
  only?: readonly string[];
  /** Leaves out cases whose name contains one of these strings. */
  skip?: readonly string[];
  /** Called with each result as soon as it is known. */
  onResult?: (result: CaseResult) => void;
  /** Clock for durations, in milliseconds. @default performance.now */
  now?: () => number;
}

/** Returns the cases that a run with these options would have, in order. Matching ignores case. */
export function selectCases({ only = [], skip = [] }: Pick<ConformanceOptions, 'only' | 'skip'> = {}): readonly Case[] {
  const matches = (candidate: Case, patterns: readonly string[]): boolean =>
    patterns.some((pattern) => getCaseName(candidate).toLowerCase().includes(pattern.toLowerCase()));
  return allCases.filter((candidate) => (only.length === 0 || matches(candidate, only)) && !matches(candidate, skip));
}

/**
 * Runs every case, one after the other, against a backend that uses a sandbox in place of Plural. Sets the sandbox's
 * script and settings aside, and puts them and its clock back at the end, also after an abort.
 *
 * @throws {Error} when no sandbox responds at the address, or the hook fails, so that no case could run; and the reason
 * of `signal`, once it aborted.
 *
 * @example
 * ```ts
 * import { runConformance } from '@plural-otp/conformance';
 *
 * const results = await runConformance({ url: 'http://127.0.0.1:3000/plural' });
 * const failed = results.filter(({ status }) => status === 'failed');
 * for (const { group, rule, expected, received } of failed) {
 *   console.error(`${group}: ${rule}: expected ${expected}; received ${received}`);
 * }
 * ```
 */
export async function runConformance(options: ConformanceOptions): Promise<readonly CaseResult[]> {
  const { onResult, now = () => performance.now(), signal } = options;
  signal?.throwIfAborted();
  const context = await createTestContext(options);
  const results: CaseResult[] = [];
  let silences = 0;
  let lost: string | undefined;
  try {
    for (const selected of selectCases(options)) {
      const startedMs = now();
      const { isSilent, isSandboxLost, ...outcome }: CaseOutcome =
        lost === undefined
          ? await runCase(selected, context, signal)
          : { status: 'skipped', reason: `${lost} stopped responding` };
      if (isSilent === true) silences += 1;
      if (silences === maxSilences) lost = 'the backend';
      if (isSandboxLost === true) lost = 'the sandbox';
      const result = { group: selected.group, rule: selected.rule, ...outcome, durationMs: now() - startedMs };
      results.push(result);
      onResult?.(result);
    }
  } finally {
    await closeSandbox(context.sandbox, options.onRestoreFailure);
  }
  return results;
}

/** Responses that may stay away before the remaining cases are skipped, so that a run ends. */
const maxSilences = 2;

type CaseOutcome = Pick<CaseResult, 'status' | 'expected' | 'received' | 'reason'> & {
  /** True when no response of the backend or its hook arrived in time. */
  isSilent?: boolean;
  /** True when the sandbox does not respond, or could not be made ready for the next case. */
  isSandboxLost?: boolean;
};

async function runCase(selected: Case, context: TestContext, signal: AbortSignal | undefined): Promise<CaseOutcome> {
  const outcome = await runToOutcome(selected, context, signal);
  // The rejection of the signal ends the run, not only the case.
  signal?.throwIfAborted();
  try {
    await context.endCase();
    return outcome;
  } catch (error) {
    const received = redact(toMessage(error), context.secrets);
    const failure = { status: 'failed' as const, expected: 'a sandbox that is ready for the next case', received };
    return { ...(outcome.status === 'failed' ? outcome : failure), isSandboxLost: true };
  }
}

async function runToOutcome(
  selected: Case,
  context: TestContext,
  signal: AbortSignal | undefined,
): Promise<CaseOutcome> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    await Promise.race([selected.run(context), aborted]);
    return { status: 'passed' };
  } catch (error) {
    const hide = (text: string): string => redact(text, context.secrets);
    if (error instanceof Skipped) return { status: 'skipped', reason: hide(error.message) };
    if (error instanceof ConformanceError)
      return { status: 'failed', expected: hide(error.expected), received: hide(error.received) };
    return {
      status: 'failed',
      expected: 'a response',
      received: hide(toMessage(error)),
      ...(error instanceof SandboxLost && { isSandboxLost: true }),
      ...(error instanceof NoResponse && { isSilent: true }),
    };
  }
}

const toMessage = (error: unknown): string => (error instanceof Error ? error.message : 'an unknown error');
