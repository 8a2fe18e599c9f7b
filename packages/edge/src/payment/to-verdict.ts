/** Builds the verdict that `onVerdict` receives, from the record and the order that was just read. */

import type { Order } from '@plural-otp/core';
import { getRefunded, omitUndefined } from '@plural-otp/core/internal';
import { toVerdictKey, type OrderRecord, type PaymentEntry } from './order-record.ts';
import type { PaymentVerdict } from './verdict.ts';

/** Returns the verdict on a payment as it is delivered, or `undefined` when there is none yet. */
export function toVerdict(record: OrderRecord, entry: PaymentEntry, order: Order): PaymentVerdict | undefined {
  const { verdict, paymentId, merchantPaymentReference, amount, customerLeft } = entry;
  if (!verdict) return undefined;
  const { code, message } = order.payments.find(({ id }) => id === paymentId)?.error_detail ?? {};
  const { supersedes, outcome, orderOpen, duplicate, source } = verdict;
  const { orderId, merchantOrderReference, preAuth } = record;
  return omitUndefined({
    key: toVerdictKey(entry),
    supersedes,
    outcome,
    orderId,
    merchantOrderReference,
    paymentId,
    merchantPaymentReference,
    amount,
    preAuth,
    orderOpen,
    refunded: outcome === 'paid' ? getRefunded(order) : undefined,
    duplicate,
    customerLeft,
    error: outcome === 'failed' && code !== undefined ? { code, message: message ?? '' } : undefined,
    source,
    order,
  });
}
