/** Records that Plural reported something about an order, before it is read: from then on the sweep reads it as well. */

import type { HandlerContext } from '../context.ts';
import { isCheckDue, isSettled, requestCheck } from '../payment/check-schedule.ts';
import type { OrderRecord } from '../payment/order-record.ts';

/**
 * Makes a check of an order due now, unless nothing is left to learn of it. `mayRead` is true when the order may be read
 * at once: at most once in `orderReadEverySeconds`, so that replays cannot flood Plural. Resolves to `undefined` when the
 * order has no record.
 *
 * @throws {PluralError} `STORE_FAILED`.
 */
export async function requestReading(
  { repository, settings, now }: HandlerContext,
  key: string,
): Promise<{ record: OrderRecord; mayRead: boolean } | undefined> {
  const everyMs = settings.limits.orderReadEverySeconds * 1000;
  const { record, result: mayRead = false } = await repository.update(key, (draft) => {
    if (isSettled(draft)) return undefined;
    const nowMs = now();
    const isAllowed = Math.abs(nowMs - (draft.orderReadAtMs ?? Infinity)) >= everyMs;
    if (!isAllowed && isCheckDue(draft, nowMs)) return undefined;
    requestCheck(draft, nowMs);
    if (isAllowed) draft.orderReadAtMs = nowMs;
    return isAllowed;
  });
  return record && { record, mayRead };
}
