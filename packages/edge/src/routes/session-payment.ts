/** The payment a session names: loaded or restored, and rendered as a view. */

import { PluralError } from '@plural-otp/core';
import type { PaymentView, Problem } from '@plural-otp/flow/contract';
import { validateChallengeUrl } from '../payment/challenge-url.ts';
import { createPaymentEntry } from '../payment/payment-entry.ts';
import type { HandlerContext } from '../context.ts';
import { scheduleCheck } from '../payment/check-schedule.ts';
import { findEntry, createRecord, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import type { Session } from '../session/sealed-session.ts';
import { toPaymentView } from '../payment/payment-view.ts';

/**
 * Returns the entry of a session's payment.
 *
 * @throws {PluralError} `STORE_FAILED`, when the record lost it: its attempt counters would restart.
 */
export function requireEntry(record: OrderRecord | undefined, paymentId: string): PaymentEntry {
  const entry = findEntry(record, paymentId);
  if (!entry) throw new PluralError('STORE_FAILED');
  return entry;
}

/** Renders the view of a session's payment, with a renewed session once half of its active time is over. */
export async function renderView(
  { sealer, settings, now }: HandlerContext,
  session: Session,
  record: OrderRecord | undefined,
  problem?: Problem,
): Promise<PaymentView> {
  const entry = requireEntry(record, session.paymentId);
  if (!record) throw new PluralError('STORE_FAILED');
  const nowMs = now();
  const expired = nowMs > session.activeUntilMs;
  const activeMs = settings.limits.activeMinutes * 60_000;
  const isDue =
    !expired && session.activeUntilMs - nowMs < activeMs / 2 && session.activeUntilMs < session.renewUntilMs;
  const renewed = isDue
    ? await sealer.seal({ ...session, activeUntilMs: Math.min(nowMs + activeMs, session.renewUntilMs) })
    : undefined;
  return toPaymentView(record, entry, nowMs, settings.limits, { problem, session: renewed, expired });
}

/**
 * Loads the record of a session. Restores it from the order when the store had failed at the start, as the seal states.
 * Any other missing record was lost, and with it the attempt counters, so nothing is sent.
 */
export async function loadOrRestore(context: HandlerContext, session: Session): Promise<OrderRecord | undefined> {
  const { repository, plural, now, challengeHosts } = context;
  const { key, orderId, paymentId, reference, unsaved } = session;
  const found = await repository.read(key);
  if (findEntry(found, paymentId) || !unsaved) return found;
  const order = await plural.getOrder(orderId);
  const payment = order.payments.find(({ id }) => id === paymentId);
  const amount = payment?.payment_amount ?? order.order_amount;
  if (!payment || !amount) return found;
  const entry = createPaymentEntry(payment, {
    reference,
    amount,
    nativeOtp: unsaved.nativeOtp,
    nativeOtpFrom: 'unknown',
    challengeUrl: validateChallengeUrl(session.challengeUrl ?? '', challengeHosts),
    display: {},
    nowMs: now(),
  });
  const { record } = await repository.update(
    key,
    (draft) => {
      if (findEntry(draft, paymentId)) return undefined;
      draft.payments.push(structuredClone(entry));
      scheduleCheck(draft, now());
      return true;
    },
    () => createRecord(order, now()),
  );
  return record;
}
