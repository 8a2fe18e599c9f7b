import { PluralError } from '@plural-otp/core';
import type { PaymentView, Problem } from '@plural-otp/flow/contract';
import { validateChallengeUrl } from '../payment/challenge-url.ts';
import { createPaymentEntry } from '../payment/payment-entry.ts';
import type { HandlerContext } from '../context.ts';
import {
  findEntry,
  createRecord,
  scheduleCheck,
  type OrderRecord,
  type PaymentEntry,
} from '../payment/order-record.ts';
import type { Session } from '../session/sealed-session.ts';
import { toPaymentView } from '../payment/payment-view.ts';

/** The payment of a session in its record. Throws `STORE_FAILED`: a sealed payment without a record was lost. */
export function requireEntry(record: OrderRecord | undefined, paymentId: string): PaymentEntry {
  const entry = findEntry(record, paymentId);
  if (!entry) throw new PluralError('STORE_FAILED');
  return entry;
}

/** The view that answers a session, with a renewed seal once half of its time to act is over. */
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
 * Reads the record of a session; makes it when the store had failed at the start, as the seal says. Any other record
 * that is missing was lost, and with it the count of attempts: nothing is sent then.
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
