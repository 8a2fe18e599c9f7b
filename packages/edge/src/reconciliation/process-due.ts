/** Does what is due on one record: its check, and its deliveries. The same for the sweep and for `wake`. */

import type { HandlerContext } from '../context.ts';
import { TIMED_OUT } from '../lib/timeout.ts';
import { isCheckDue, scheduleNextCheck } from '../payment/check-schedule.ts';
import { isDeliveryDue, scheduleRetry } from '../payment/delivery-schedule.ts';
import { isOpen, isUndelivered, type OrderRecord } from '../payment/order-record.ts';
import { reportUndelivered, type Delivery } from './deliver-verdict.ts';
import { reconcileWithin } from './reconcile-order.ts';

/** Work that was done on a record. */
export interface DueWork {
  /** True when the order was read, or could not be. */
  checked: boolean;
  deliveries: Delivery[];
  /** True while a payment is open, a verdict undelivered, or the order could not be read. */
  stillOpen: boolean;
}

const nothingDone: DueWork = { checked: false, deliveries: [], stillOpen: false };

/**
 * Reads the order of a record that is due, and delivers its verdicts unless `deliver` is false. Schedules the next check
 * before it, so that a crash only delays it, and another attempt after a failure.
 *
 * @throws {PluralError} `STORE_FAILED`.
 */
export async function processDue(
  context: HandlerContext,
  key: string,
  { known, deliver, isClaimed }: { known?: OrderRecord | undefined; deliver: boolean; isClaimed: boolean },
): Promise<DueWork> {
  const { repository, now } = context;
  let isDue = false;
  const { record } = await repository.update(
    key,
    (draft) => {
      const nowMs = now();
      const mustCheck = isCheckDue(draft, nowMs);
      const mustDeliver = isDeliveryDue(draft, nowMs);
      isDue = mustCheck || (mustDeliver && deliver);
      if (mustCheck) scheduleNextCheck(draft, nowMs);
      // A record claimed before its time is saved as it is, which restores its due time.
      return mustCheck || (isClaimed && !mustDeliver) || undefined;
    },
    { known },
  );
  if (!record || !isDue) return nothingDone;
  const reconciliation = await reconcileWithin(context, key, 'sweep', { known: record, deliver });
  if (!reconciliation) return nothingDone;
  if (reconciliation === TIMED_OUT) {
    if (deliver) await postponeDeliveries(context, key);
    return { checked: true, deliveries: [], stillOpen: true };
  }
  const deliveries = await reconciliation.deliveries;
  const { payments, starting } = reconciliation.record;
  const isUndone = deliveries.length < payments.filter(isUndelivered).length || !deliveries.every(isDone);
  return { checked: true, deliveries, stillOpen: isUndone || starting.length > 0 || payments.some(isOpen) };
}

const isDone = (delivery: Delivery): boolean => delivery === 'delivered';

/** Schedules another attempt of deliveries whose order could not be read: a verdict is delivered with its order. */
async function postponeDeliveries(context: HandlerContext, key: string): Promise<void> {
  const { repository, now } = context;
  const { result: postponed = [] } = await repository.update(key, (draft) => {
    const due = draft.payments.filter(({ verdict }) => (verdict?.deliverAtMs ?? Infinity) <= now());
    for (const { verdict } of due) if (verdict) scheduleRetry(verdict, now());
    return due.length > 0 ? due : undefined;
  });
  for (const entry of postponed) reportUndelivered(context, entry);
}
