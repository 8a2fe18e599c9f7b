/**
 * Restores the record of an order that has none, because the store lost it. Nothing in an order says which handler
 * started its payments, so only `settle` does this, whose caller names the order.
 */

import { isPluralError, type Payment } from '@plural-otp/core';
import type { HandlerContext } from '../context.ts';
import { scheduleCheck } from '../payment/check-schedule.ts';
import { createRecord, maxPaymentsPerOrder, type OrderRecord, type StartReservation } from '../payment/order-record.ts';
import { createReference } from '../payment/support-reference.ts';

/**
 * Creates a record in which each payment of the order is reserved, so that reconciling the order adopts them. None of
 * them takes an OTP, because nobody knows how many were submitted. Resolves to `undefined` for an order without a
 * payment.
 *
 * @throws {PluralError} `STORE_FAILED`, and what reading the order throws.
 */
export async function restoreRecord(
  { repository, plural, now, newId }: HandlerContext,
  key: string,
  orderId: string,
): Promise<OrderRecord | undefined> {
  const order = await plural.getOrder(orderId).catch((error: unknown) => {
    if (isPluralError(error) && error.status === 404) return undefined;
    throw error;
  });
  if (!order) return undefined;
  const nowMs = now();
  const toReservation = async (payment: Payment): Promise<StartReservation[]> => {
    const amount = payment.payment_amount ?? order.order_amount;
    if (!amount) return [];
    return [
      {
        merchantPaymentReference: payment.merchant_payment_reference ?? payment.id,
        paymentId: payment.id,
        reference: await createReference(newId),
        amount,
        startedAtMs: nowMs,
        activeUntilMs: nowMs,
        nativeOtp: false,
        nativeOtpFrom: 'unknown',
        display: {},
        restored: true,
      },
    ];
  };
  const starting = (await Promise.all(order.payments.slice(-maxPaymentsPerOrder).map(toReservation))).flat();
  if (starting.length === 0) return undefined;
  const { record } = await repository.update(
    key,
    // Another process may have created it meanwhile.
    (draft) => {
      if (draft.payments.length + draft.starting.length > 0) return undefined;
      draft.starting.push(...starting);
      scheduleCheck(draft, nowMs);
      return true;
    },
    { create: () => createRecord(order, nowMs), known: null },
  );
  return record;
}
