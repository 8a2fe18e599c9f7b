import { PluralError } from '@plural-otp/core';
import type { PaymentView, Problem } from '@plural-otp/flow/contract';
import { trustedChallengeUrl } from '../payment/challenge-url.ts';
import { newEntry } from '../payment/payment-entry.ts';
import type { Parts } from '../context.ts';
import { entryOf, newRecord, watch, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import type { Session } from '../session/sealed-session.ts';
import { viewOf } from '../payment/payment-view.ts';

/** The payment of a session in its record. Throws `STORE_FAILED`: a sealed payment without a record was lost. */
export function expectEntry(record: OrderRecord | undefined, paymentId: string): PaymentEntry {
  const entry = entryOf(record, paymentId);
  if (!entry) throw new PluralError('STORE_FAILED');
  return entry;
}

/** The view that answers a session, with a renewed seal once half of its time to act is over. */
export async function answerView(
  { seals, settings, now }: Parts,
  session: Session,
  record: OrderRecord | undefined,
  problem?: Problem,
): Promise<PaymentView> {
  const entry = expectEntry(record, session.paymentId);
  if (!record) throw new PluralError('STORE_FAILED');
  const nowMs = now();
  const expired = nowMs > session.actUntilMs;
  const actMs = settings.limits.activeMinutes * 60_000;
  const isDue = !expired && session.actUntilMs - nowMs < actMs / 2 && session.actUntilMs < session.renewUntilMs;
  const renewed = isDue
    ? await seals.seal({ ...session, actUntilMs: Math.min(nowMs + actMs, session.renewUntilMs) })
    : undefined;
  return viewOf(record, entry, nowMs, settings.limits, { problem, session: renewed, expired });
}

/**
 * Reads the record of a session; makes it when the store had failed at the start, as the seal says. Any other record
 * that is missing was lost, and with it the count of attempts: nothing is sent then.
 */
export async function recover(parts: Parts, session: Session): Promise<OrderRecord | undefined> {
  const { ledger, plural, now, challengeHosts } = parts;
  const { key, orderId, paymentId, reference, unsaved } = session;
  const found = await ledger.read(key);
  if (entryOf(found, paymentId) || !unsaved) return found;
  const order = await plural.getOrder(orderId);
  const payment = order.payments.find(({ id }) => id === paymentId);
  const amount = payment?.payment_amount ?? order.order_amount;
  if (!payment || !amount) return found;
  const entry = newEntry(payment, {
    reference,
    amount,
    nativeOtp: unsaved.nativeOtp,
    nativeOtpFrom: 'unknown',
    challengeUrl: trustedChallengeUrl(session.challengeUrl ?? '', challengeHosts),
    display: {},
    nowMs: now(),
  });
  const { record } = await ledger.change(
    key,
    (draft) => {
      if (entryOf(draft, paymentId)) return undefined;
      draft.payments.push(structuredClone(entry));
      watch(draft, now());
      return true;
    },
    () => newRecord(order, now()),
  );
  return record;
}
