/** `wake`: does what is due on one record, for engines that keep their own schedule. */

import type { HandlerContext } from '../context.ts';
import { getDueAtMs } from '../payment/check-schedule.ts';
import { processDue } from '../reconciliation/process-due.ts';

/** Result of `wake`. */
export interface WakeResult {
  /** Time to call `wake` again with this key (epoch milliseconds); `null` when nothing is left to do. */
  againAtMs: number | null;
}

/** Least pause before a record that is still due is woken again. */
const leastPauseMs = 60_000;

/**
 * Checks one order and delivers its verdicts, where they are due. `key` is the one that the store's `schedule` received.
 *
 * @throws {PluralError} `STORE_FAILED`, also for a record that cannot be read.
 */
export async function wake(context: HandlerContext, key: string): Promise<WakeResult> {
  const { repository, settings, now } = context;
  await processDue(context, key, { deliver: Boolean(settings.onVerdict), isClaimed: false });
  const record = await repository.read(key);
  const dueAtMs = record ? getDueAtMs(record) : null;
  const nowMs = now();
  return { againAtMs: dueAtMs === null || dueAtMs > nowMs ? dueAtMs : nowMs + leastPauseMs };
}
