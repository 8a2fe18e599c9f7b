/** The payment a session names: its record, and the view of it. */

import { PluralError } from '@plural-otp/core';
import type { PaymentView, Problem } from '@plural-otp/flow/contract';
import type { HandlerContext } from '../context.ts';
import { TIMED_OUT } from '../lib/timeout.ts';
import { findEntry, requireEntry, type OrderRecord } from '../payment/order-record.ts';
import { toPaymentView } from '../payment/payment-view.ts';
import { reconcileWithin } from '../reconciliation/reconcile-order.ts';
import type { Session } from '../session/sealed-session.ts';

/** Renders the view of a session's payment, with a renewed session once half of its active time is over. */
export async function renderView(
  { sealer, settings, now }: HandlerContext,
  session: Session,
  record: OrderRecord | undefined,
  problem?: Problem,
): Promise<PaymentView> {
  const entry = requireEntry(record, session.paymentId);
  if (!record) throw new PluralError('STORE_FAILED');
  const { readOnly, challengeUrl } = session;
  const nowMs = now();
  const expired = nowMs > session.activeUntilMs;
  const activeMs = settings.limits.activeMinutes * 60_000;
  const isDue =
    !readOnly &&
    !expired &&
    session.activeUntilMs - nowMs < activeMs / 2 &&
    session.activeUntilMs < session.renewUntilMs;
  const renewed = isDue
    ? await sealer.seal({ ...session, activeUntilMs: Math.min(nowMs + activeMs, session.renewUntilMs) })
    : undefined;
  return toPaymentView(record, entry, nowMs, settings.limits, {
    problem,
    session: renewed,
    expired,
    readOnly,
    challengeUrl,
  });
}

/** Returns the problem of a session that may not request and submit OTPs, or not any more. */
export const getRefusal = ({ now }: HandlerContext, { readOnly, activeUntilMs }: Session): Problem | undefined => {
  if (readOnly) return { code: 'SESSION_READ_ONLY' };
  return now() > activeUntilMs ? { code: 'SESSION_EXPIRED' } : undefined;
};

/**
 * Loads the record of a session. Where the save that followed the payment's creation failed, the payment is only
 * reserved in it: then reads the order, which adopts the payment. Any other missing entry was lost, and with it the
 * attempt counters, so nothing can be sent.
 *
 * @throws {PluralError} `STORE_FAILED`.
 */
export async function loadRecord(
  context: HandlerContext,
  { key, paymentId, reference }: Session,
): Promise<OrderRecord | undefined> {
  const record = await context.repository.read(key);
  const isReserved = record?.starting.some((reserved) => reserved.reference === reference) ?? false;
  if (!isReserved || findEntry(record, paymentId)) return record;
  const reconciliation = await reconcileWithin(context, key, 'status', { known: record });
  return reconciliation === TIMED_OUT ? record : reconciliation?.record;
}
