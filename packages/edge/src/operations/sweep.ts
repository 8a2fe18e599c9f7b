/** `sweep`: reconciles payments that no request, return or webhook resolved. */

import type { HandlerContext } from '../context.ts';
import { endChecks, getDueAtMs, isCheckDue, scheduleNextCheck } from '../payment/check-schedule.ts';
import { findLeadingEntry } from '../payment/order-record.ts';
import { reconcileOrder } from '../reconciliation/reconcile-order.ts';

/** Options of `sweep`. */
export interface SweepOptions {
  /** Largest number of orders to check. @default 50 */
  limit?: number;
  /** Stops the sweep before the next order. */
  signal?: AbortSignal;
}

/** Result of a sweep. */
export interface SweepResult {
  /** Number of orders that were checked. */
  checked: number;
  /** Number of verdicts that were delivered. */
  delivered: number;
  /** Number of orders that will be checked again. */
  stillOpen: number;
}

const concurrency = 4;
/** Time for which one sweep has a record to itself; another sweep may check it after that. */
const claimMs = 120_000;

/**
 * Checks every order that is due. Call it every 30 seconds or so, in any number of processes: it is what makes delivery
 * at-least-once. An order that cannot be read waits for its next check; a record that cannot be read is reported each time it
 * is claimed.
 *
 * @throws {PluralError} `STORE_FAILED`.
 */
export async function sweep(context: HandlerContext, { limit = 50, signal }: SweepOptions = {}): Promise<SweepResult> {
  const nowMs = context.now();
  const claimed = await context.repository.claim(nowMs, nowMs + claimMs, limit);
  const keys = claimed.map(({ key }) => key);
  const result: SweepResult = { checked: 0, delivered: 0, stillOpen: 0 };
  const worker = async (): Promise<void> => {
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      if (signal?.aborted) return;
      await checkOrder(context, key, result);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return result;
}

async function checkOrder(context: HandlerContext, key: string, result: SweepResult): Promise<void> {
  const { repository, now } = context;
  try {
    // Rescheduled before the check, so that another sweep skips the order, and a crash only delays it.
    const { record } = await repository.update(key, (draft) => {
      if (!isCheckDue(draft, now())) return undefined;
      scheduleNextCheck(draft, now());
      return true;
    });
    if (!record) return;
    result.checked += 1;
    const reconciliation = await reconcileOrder(context, key, 'sweep');
    const deliveries = (await reconciliation?.deliveries) ?? [];
    result.delivered += deliveries.filter((delivery) => delivery === 'delivered').length;
    const { record: after, result: ended } = await repository.update(key, (draft) => endChecks(draft, now()));
    if (after && getDueAtMs(after) !== null) result.stillOpen += 1;
    if (ended?.stillOpen) context.report('ORDER_STILL_OPEN', { entry: after && findLeadingEntry(after) });
  } catch (error) {
    context.reportError(error);
    result.stillOpen += 1;
  }
}
