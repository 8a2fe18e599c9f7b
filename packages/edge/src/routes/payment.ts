import type { LeaveBody, PaymentView, Phase } from '@plural-otp/flow/contract';
import { answerView, expectEntry, recover } from './session-payment.ts';
import { phaseOf, type Parts } from '../context.ts';
import type { OrderRecord } from '../payment/order-record.ts';
import type { Session } from '../session/sealed-session.ts';
import { awaitDeliveries, settleForPage } from '../reconciliation/reconcile-order.ts';
import { late } from '../lib/timeout.ts';

/** Tells where the payment stands; an open one has its order read, at most once in `orderReadEverySeconds`. */
export async function look(parts: Parts, session: Session): Promise<PaymentView> {
  const record = await recover(parts, session);
  expectEntry(record, session.paymentId);
  return answerView(parts, session, (await readIfDue(parts, session, record)) ?? record);
}

async function readIfDue(
  parts: Parts,
  { key, paymentId }: Session,
  record: OrderRecord | undefined,
): Promise<OrderRecord | undefined> {
  const { ledger, now, settings } = parts;
  const everyMs = settings.limits.orderReadEverySeconds * 1000;
  // A clock that was set back keeps nobody waiting.
  const isDue = (draft: OrderRecord | undefined): boolean =>
    !expectEntry(draft, paymentId).verdict && Math.abs(now() - (draft?.orderReadAtMs ?? Infinity)) >= everyMs;
  if (!isDue(record)) return record;
  const { record: claimed, result: wasShown } = await ledger.change(key, (draft) => {
    if (!isDue(draft)) return undefined;
    const entry = expectEntry(draft, paymentId);
    const { shown = false } = entry;
    entry.shown = true;
    draft.orderReadAtMs = now();
    return shown;
  });
  if (wasShown === undefined) return claimed;
  if (!wasShown) parts.emit('shown', expectEntry(claimed, paymentId));
  const settled = await settleForPage(parts, key, 'status', expectEntry(claimed, paymentId));
  if (!settled || settled === late) return claimed;
  await awaitDeliveries(parts, settled);
  return settled.record;
}

const mayCancelIn: ReadonlySet<Phase> = new Set(['ready', 'awaitingOtp', 'unresolved']);

/** Records that the customer goes to the bank's page, or gives the payment up. Promises nothing about money. */
export async function leave(parts: Parts, session: Session, to: LeaveBody['to']): Promise<PaymentView> {
  if (session.unsaved) await recover(parts, session);
  const { record, result: left } = await parts.ledger.change(session.key, (draft) => {
    const entry = expectEntry(draft, session.paymentId);
    if (entry.verdict || (to === 'bank' ? entry.leftForBank : !mayCancelIn.has(phaseOf(parts, entry))))
      return undefined;
    if (to === 'bank') {
      entry.leftForBank = true;
    } else {
      entry.stage = 'cancelled';
      entry.customerLeft = true;
      entry.unconfirmedSubmit = undefined;
      entry.problem = undefined;
    }
    return true;
  });
  if (left && to === 'bank') parts.emit('leftForBank', expectEntry(record, session.paymentId));
  return answerView(parts, session, record);
}
