import { PluralError } from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import { verdictOf } from '../reconciliation/deliver-verdict.ts';
import { phaseOf, type Parts } from '../context.ts';
import { present } from '../lib/omit-undefined.ts';
import { isOwed, leadingEntry } from '../payment/order-record.ts';
import { settleRecord } from '../reconciliation/reconcile-order.ts';
import type { PaymentVerdict } from '../payment/verdict.ts';

/** Where an order's payment stands after the order was read. */
export interface SettleResult {
  phase: Phase;
  verdict?: PaymentVerdict;
  /** Whether nothing is owed: `onVerdict` has taken every verdict there is. */
  delivered: boolean;
}

/**
 * Reads the order now, decides, and delivers what is owed, waiting for `onVerdict`. Of several payments it tells of
 * the one that has the money, else of the newest.
 *
 * Throws `REQUEST_INVALID` for an order that has no payment from here, `STORE_FAILED`, and what reading the order throws.
 */
export async function settleOrder(parts: Parts, orderId: string): Promise<SettleResult> {
  const { ledger } = parts;
  const key = await ledger.keyOf(orderId);
  const settled = await settleRecord(parts, key, 'settle');
  await settled?.deliveries;
  const record = await ledger.read(key);
  const entry = record && leadingEntry(record);
  if (!settled || !entry) {
    throw new PluralError('REQUEST_INVALID', {
      issues: [{ path: 'orderId', expected: 'an order with a payment that this handler started' }],
    });
  }
  const verdict = verdictOf(record, entry, settled.order);
  return present({
    phase: phaseOf(parts, entry),
    verdict,
    delivered: verdict !== undefined && !record.payments.some(isOwed),
  });
}
