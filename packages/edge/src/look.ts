import type { LeaveBody, PaymentView } from '@plural-otp/flow/contract';
import { answerView, expectEntry, recover } from './answer-view.ts';
import type { Parts } from './parts.ts';
import type { OrderRecord } from './record.ts';
import type { Session } from './session.ts';
import { awaitDeliveries, settleRecord } from './settle.ts';
import { situationOf } from './situation.ts';

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
  const isDue = (draft: OrderRecord | undefined): boolean =>
    !expectEntry(draft, paymentId).verdict && now() - (draft?.orderReadAtMs ?? 0) >= everyMs;
  if (!isDue(record)) return record;
  const { record: claimed, result: claim } = await ledger.change<'mine' | 'first' | 'elsewhere'>(key, (draft) => {
    if (!draft || !isDue(draft)) return { save: false, result: 'elsewhere' };
    const entry = expectEntry(draft, paymentId);
    const result = entry.shown ? 'mine' : 'first';
    entry.shown = true;
    draft.orderReadAtMs = now();
    return { save: true, result };
  });
  if (claim === 'elsewhere') return claimed;
  if (claim === 'first') parts.emit('shown', expectEntry(claimed, paymentId));
  try {
    const settled = await settleRecord(parts, key, 'status');
    if (settled) await awaitDeliveries(parts, settled);
    return settled?.record ?? claimed;
  } catch (error) {
    parts.reportError(error, expectEntry(claimed, paymentId));
    return claimed;
  }
}

/** Records that the customer goes to the bank's page, or gives the payment up. Promises nothing about money. */
export async function leave(parts: Parts, session: Session, to: LeaveBody['to']): Promise<PaymentView> {
  const { ledger, now, settings } = parts;
  if (session.unsaved) await recover(parts, session);
  const { record, result: left } = await ledger.change(session.key, (draft) => {
    const entry = expectEntry(draft, session.paymentId);
    const { phase } = situationOf(entry, now(), settings.limits.submits);
    const mayLeave = phase === 'ready' || phase === 'awaitingOtp' || phase === 'unresolved';
    if (entry.verdict) return { save: false, result: false };
    if (to === 'cancel') {
      if (!mayLeave) return { save: false, result: false };
      entry.stage = 'cancelled';
      entry.customerLeft = true;
      delete entry.outstanding;
      delete entry.problem;
      return { save: true, result: true };
    }
    if (entry.leftForBank) return { save: false, result: false };
    entry.leftForBank = true;
    return { save: true, result: true };
  });
  if (left && to === 'bank') parts.emit('leftForBank', expectEntry(record, session.paymentId));
  return answerView(parts, session, record);
}
