/** The payment routes: the view a page polls, and leaving for the bank's page or cancelling. */

import type { LeaveBody, PaymentView, Phase } from '@plural-otp/flow/contract';
import { renderView, requireEntry, loadOrRestore } from './session-payment.ts';
import { getPhase, type HandlerContext } from '../context.ts';
import type { OrderRecord } from '../payment/order-record.ts';
import type { Session } from '../session/sealed-session.ts';
import { waitForDeliveries, reconcileWithin } from '../reconciliation/reconcile-order.ts';
import { TIMED_OUT } from '../lib/timeout.ts';

/** Returns the view of a payment. Reads the order of an open one first, at most once in `orderReadEverySeconds`. */
export async function getPaymentView(context: HandlerContext, session: Session): Promise<PaymentView> {
  const record = await loadOrRestore(context, session);
  requireEntry(record, session.paymentId);
  return renderView(context, session, (await refreshIfDue(context, session, record)) ?? record);
}

/** Reconciles the order when its last read is long enough ago, so that polling cannot flood Plural. */
async function refreshIfDue(
  context: HandlerContext,
  { key, paymentId }: Session,
  record: OrderRecord | undefined,
): Promise<OrderRecord | undefined> {
  const { repository, now, settings } = context;
  const everyMs = settings.limits.orderReadEverySeconds * 1000;
  // The absolute difference, so that a clock that was set back delays nobody.
  const isDue = (draft: OrderRecord | undefined): boolean =>
    !requireEntry(draft, paymentId).verdict && Math.abs(now() - (draft?.orderReadAtMs ?? Infinity)) >= everyMs;
  if (!isDue(record)) return record;
  const { record: claimed, result: wasShown } = await repository.update(key, (draft) => {
    if (!isDue(draft)) return undefined;
    const entry = requireEntry(draft, paymentId);
    const { shown = false } = entry;
    entry.shown = true;
    draft.orderReadAtMs = now();
    return shown;
  });
  if (wasShown === undefined) return claimed;
  if (!wasShown) context.emit('shown', requireEntry(claimed, paymentId));
  const reconciliation = await reconcileWithin(context, key, 'status', requireEntry(claimed, paymentId));
  if (!reconciliation || reconciliation === TIMED_OUT) return claimed;
  await waitForDeliveries(context, reconciliation);
  return reconciliation.record;
}

const cancellablePhases: ReadonlySet<Phase> = new Set(['ready', 'awaitingOtp', 'unresolved']);

/** Records that the customer leaves for the bank's page or cancels. Promises nothing about money. */
export async function leave(context: HandlerContext, session: Session, to: LeaveBody['to']): Promise<PaymentView> {
  if (session.unsaved) await loadOrRestore(context, session);
  const { record, result: left } = await context.repository.update(session.key, (draft) => {
    const entry = requireEntry(draft, session.paymentId);
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
  });
  if (left && to === 'bank') context.emit('leftForBank', requireEntry(record, session.paymentId));
  return renderView(context, session, record);
}
