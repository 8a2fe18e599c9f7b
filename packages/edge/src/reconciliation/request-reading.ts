/** Records that Plural reported something about an order, before it is read: from then on the sweep reads it as well. */

import type { HandlerContext } from '../context.ts';
import { isCheckDue, isSettled, requestCheck } from '../payment/check-schedule.ts';
import { isOpen, type OrderRecord } from '../payment/order-record.ts';

/** A reading that was requested. */
export interface RequestedReading {
  record: OrderRecord;
  /** True when this caller may read the order now. */
  mayRead: boolean;
}

/** Longest time a return or a webhook waits until the order may be read again. */
const maxPauseMs = 2000;

/**
 * Makes a check of an order due now, unless nothing is left to learn of it. The order may be read at most once in
 * `orderReadEverySeconds`, so that replays cannot flood Plural. Where the last reading of an open payment was just
 * before, waits until the next is allowed, because that one did not show what Plural reports. Resolves to `undefined`
 * when the order has no record.
 *
 * @throws {PluralError} `STORE_FAILED`.
 */
export async function requestReading(context: HandlerContext, key: string): Promise<RequestedReading | undefined> {
  const { settings, timers, now } = context;
  const requested = await requestOnce(context, key);
  if (!requested || requested.mayRead || !requested.record.payments.some(isOpen)) return requested;
  const nextAtMs = (requested.record.orderReadAtMs ?? 0) + settings.limits.orderReadEverySeconds * 1000;
  const pauseMs = nextAtMs - now();
  if (pauseMs > maxPauseMs) return requested;
  // The pause may be over by now, because saving the request took longer than what was left of it.
  if (pauseMs > 0) await timers.sleep(pauseMs);
  return requestOnce(context, key);
}

async function requestOnce(
  { repository, settings, now }: HandlerContext,
  key: string,
): Promise<RequestedReading | undefined> {
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
