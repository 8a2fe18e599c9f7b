/** The verdicts that the shop was told. */
import { expectOneOf } from './assert.ts';
import type { TestContext } from './context.ts';
import { sleep } from './sleep.ts';

const pollMs = 100;
const maxPolls = 20;

/**
 * Expects that the shop was told exactly these verdicts, in order. Waits up to two seconds for those that are missing: a
 * page may show a verdict that another thread, process or queue of the backend is still delivering.
 */
export async function expectVerdicts(
  { hook }: TestContext,
  reference: string,
  expected: readonly string[],
  what = 'verdicts',
): Promise<void> {
  let verdicts = await hook.getVerdicts(reference);
  for (let poll = 0; poll < maxPolls && verdicts.length < expected.length; poll += 1) {
    await sleep(pollMs);
    verdicts = await hook.getVerdicts(reference);
  }
  expectOneOf(what, verdicts, expected);
}
