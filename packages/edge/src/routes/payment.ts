/** The payment routes: the view a page polls, and leaving for the bank's page or cancelling. */

import type { EntryNote, LeaveBody, PaymentView, Phase } from '@plural-otp/flow/contract';
import { getRefusal, loadRecord, renderView } from './session-payment.ts';
import { getPhase, type HandlerContext } from '../context.ts';
import { requireEntry, type OrderRecord } from '../payment/order-record.ts';
import type { Session } from '../session/sealed-session.ts';
import { waitForDeliveries, reconcileWithin } from '../reconciliation/reconcile-order.ts';
import { TIMED_OUT } from '../lib/timeout.ts';

/** Returns the view of a payment. Reads the order of an open one first, at most once in `orderReadEverySeconds`. */
export async function getPaymentView(context: HandlerContext, session: Session): Promise<PaymentView> {
  const record = await loadRecord(context, session);
  return renderView(context, session, (await refreshIfDue(context, session, record)) ?? record);
}

/**
 * Reconciles the order when its last read is long enough ago, so that polling cannot flood Plural. Also notes that the
 * step was shown.
 */
async function refreshIfDue(
  context: HandlerContext,
  { key, paymentId, readOnly = false }: Session,
  record: OrderRecord | undefined,
): Promise<OrderRecord | undefined> {
  const { repository, now, settings } = context;
  const everyMs = settings.limits.orderReadEverySeconds * 1000;
  const inspect = (draft: OrderRecord | undefined): { isDue: boolean; isNew: boolean } => {
    const { verdict, shown } = requireEntry(draft, paymentId);
    return {
      // The absolute difference, so that a clock that was set back delays nobody.
      isDue: !verdict && Math.abs(now() - (draft?.orderReadAtMs ?? Infinity)) >= everyMs,
      // A reader is not the customer, to whom the step is shown.
      isNew: !verdict && !shown && !readOnly,
    };
  };
  let { isDue, isNew } = inspect(record);
  let current = record;
  // Without a time between two reads there is nothing to claim, so a poll writes nothing.
  if (isNew || (isDue && everyMs > 0)) {
    const { record: saved, result: isClaimed } = await repository.update(
      key,
      (draft) => {
        ({ isDue, isNew } = inspect(draft));
        if (!isDue && !isNew) return undefined;
        if (isNew) requireEntry(draft, paymentId).shown = true;
        if (isDue) draft.orderReadAtMs = now();
        return true;
      },
      { known: record },
    );
    current = saved;
    if (isClaimed && isNew) context.emit('shown', { key, record: saved, entry: requireEntry(saved, paymentId) });
  }
  if (!isDue) return current;
  const entry = requireEntry(current, paymentId);
  const reconciliation = await reconcileWithin(context, key, 'status', { entry, known: current });
  if (!reconciliation || reconciliation === TIMED_OUT) return current;
  await waitForDeliveries(context, reconciliation);
  return reconciliation.record;
}

const cancellablePhases: ReadonlySet<Phase> = new Set(['ready', 'awaitingOtp', 'unresolved']);

/**
 * Records that the customer leaves for the bank's page or cancels. Promises nothing about money. A customer who goes
 * `away` may come back: that is emitted, and changes nothing.
 */
export async function leave(
  context: HandlerContext,
  session: Session,
  to: LeaveBody['to'],
  note?: EntryNote,
): Promise<PaymentView> {
  const known = await loadRecord(context, session);
  if (session.readOnly) return renderView(context, session, known, getRefusal(context, session));
  const { key, paymentId } = session;
  if (to === 'away') {
    const entry = requireEntry(known, paymentId);
    const isAwaited = getPhase(context, entry) === 'awaitingOtp';
    if (isAwaited) context.emit('away', { key, record: known, entry }, { entry: note });
    return renderView(context, session, known);
  }
  const { record, result: left } = await context.repository.update(
    key,
    (draft) => {
      const entry = requireEntry(draft, paymentId);
      if (entry.verdict || (to === 'bank' ? entry.leftForBank : !cancellablePhases.has(getPhase(context, entry))))
        return undefined;
      if (to === 'bank') {
        entry.leftForBank = true;
        entry.mayBeAttemptedOtherwise = true;
      } else {
        entry.stage = 'cancelled';
        entry.customerLeft = true;
        entry.unconfirmedSubmit = undefined;
        entry.problem = undefined;
      }
      return true;
    },
    { known },
  );
  if (left) {
    const entry = requireEntry(record, paymentId);
    context.emit(to === 'bank' ? 'leftForBank' : 'cancelled', { key, record, entry });
  }
  return renderView(context, session, record);
}
