/** At-least-once delivery of verdicts: a lease in the record, the merchant's hook, and a record of its success. */

import type { Order } from '@plural-otp/core';
import type { HandlerContext } from '../context.ts';
import { rescheduleDecided } from '../payment/check-schedule.ts';
import { recordDelivered, scheduleRetry, takeLease } from '../payment/delivery-schedule.ts';
import {
  findEntry,
  isUndelivered,
  toVerdictKey,
  type OrderRecord,
  type PaymentEntry,
  type RecordedVerdict,
} from '../payment/order-record.ts';
import { toVerdict } from '../payment/to-verdict.ts';
import type { PaymentVerdict } from '../payment/verdict.ts';
import { TIMED_OUT, withAbortTimeout, withTimeout } from '../lib/timeout.ts';

/** Result of a delivery. `elsewhere`: another process holds the lease. */
export type Delivery = 'delivered' | 'failed' | 'elsewhere';

const hookTimeoutMs = 30_000;

/**
 * Delivers one verdict: takes a lease in the record, so that two processes do not call `onVerdict` at once; calls it;
 * and records its success. The lease is taken only while the verdict is still the one that was found.
 */
export async function deliverVerdict(
  context: HandlerContext,
  key: string,
  found: PaymentEntry,
  order: Order,
): Promise<Delivery> {
  const { repository, settings, now } = context;
  const pendingKey = toVerdictKey(found);
  const currentEntry = (draft: OrderRecord | undefined): PaymentEntry | undefined => {
    const entry = findEntry(draft, found.paymentId);
    return entry && toVerdictKey(entry) === pendingKey ? entry : undefined;
  };
  const markDelivered = (draft: OrderRecord, verdict: RecordedVerdict): void => {
    recordDelivered(verdict, now());
    rescheduleDecided(draft, now());
  };
  const { record, result: leased } = await repository.update(key, (draft) => {
    const entry = currentEntry(draft);
    const { verdict } = entry ?? {};
    if (!verdict) return undefined;
    if (settings.onVerdict) return takeLease(verdict, now()) || undefined;
    markDelivered(draft, verdict);
    return true;
  });
  const entry = currentEntry(record);
  if (!record || !entry?.verdict || !isUndelivered(entry)) return 'delivered';
  const verdict = toVerdict(record, entry, order);
  if (!leased || !verdict) return 'elsewhere';

  const hook = await runHook(context, verdict, entry.verdict.attempt);
  if (hook !== 'done') context.report('VERDICT_NOT_DELIVERED', { entry });
  await repository.update(key, (draft) => {
    const current = currentEntry(draft)?.verdict;
    if (!current) return undefined;
    if (hook === 'done') markDelivered(draft, current);
    else scheduleRetry(current, now(), hook === 'hung');
    return true;
  });
  return hook === 'done' ? 'delivered' : 'failed';
}

/** Calls `onVerdict`. The wait ends after 30 seconds, also when the hook ignores its signal. */
async function runHook(
  { settings, timers }: HandlerContext,
  verdict: PaymentVerdict,
  attempt: number,
): Promise<'done' | 'threw' | 'hung'> {
  const call = withAbortTimeout(timers, hookTimeoutMs, async (signal) =>
    settings.onVerdict?.(verdict, { signal, attempt }),
  );
  try {
    return (await withTimeout(timers, hookTimeoutMs, call)) === TIMED_OUT ? 'hung' : 'done';
  } catch {
    return 'threw';
  }
}
