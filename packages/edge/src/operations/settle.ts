import { PluralError } from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import { toVerdict } from '../reconciliation/deliver-verdict.ts';
import { getPhase, type HandlerContext } from '../context.ts';
import { omitUndefined } from '@plural-otp/core/internal';
import { isUndelivered, findLeadingEntry } from '../payment/order-record.ts';
import { reconcileOrder } from '../reconciliation/reconcile-order.ts';
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
export async function settle(context: HandlerContext, orderId: string): Promise<SettleResult> {
  const { repository } = context;
  const key = await repository.getKey(orderId);
  const reconciliation = await reconcileOrder(context, key, 'settle');
  await reconciliation?.deliveries;
  const record = await repository.read(key);
  const entry = record && findLeadingEntry(record);
  if (!reconciliation || !entry) {
    throw new PluralError('REQUEST_INVALID', {
      issues: [{ path: 'orderId', expected: 'an order with a payment that this handler started' }],
    });
  }
  const verdict = toVerdict(record, entry, reconciliation.order);
  return omitUndefined({
    phase: getPhase(context, entry),
    verdict,
    delivered: verdict !== undefined && !record.payments.some(isUndelivered),
  });
}
