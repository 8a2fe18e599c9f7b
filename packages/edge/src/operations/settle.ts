/** `settle`: reconciles one order on demand. */

import { PluralError } from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import { getPhase, type HandlerContext } from '../context.ts';
import { omitUndefined } from '@plural-otp/core/internal';
import { isUndelivered, findLeadingEntry } from '../payment/order-record.ts';
import { reconcileOrder } from '../reconciliation/reconcile-order.ts';
import { toVerdict } from '../payment/to-verdict.ts';
import { restoreRecord } from './restore-record.ts';
import type { PaymentVerdict } from '../payment/verdict.ts';

/** State of an order's payment after the order was read. */
export interface SettleResult {
  phase: Phase;
  verdict?: PaymentVerdict;
  /** True when there is a verdict and `onVerdict` accepted every verdict of the order. */
  delivered: boolean;
}

/**
 * Reads the order now, decides, and delivers every undelivered verdict, waiting for `onVerdict`. Of several payments,
 * returns the state of the one that has the money, else of the newest. An order whose record was lost gets a new one,
 * with every payment that Plural reports: name only orders whose payments this handler started.
 *
 * @throws {PluralError} `REQUEST_INVALID` for an order without a payment, `STORE_FAILED`, and what reading the order
 * throws.
 */
export async function settle(context: HandlerContext, orderId: string): Promise<SettleResult> {
  const { repository } = context;
  const key = await repository.getKey(orderId);
  const found = await repository.read(key);
  // One without a payment is of a start that was refused: it tells no more than none.
  const isKnown = found && found.payments.length + found.starting.length > 0;
  const known = isKnown ? found : await restoreRecord(context, key, orderId);
  const reconciliation = known && (await reconcileOrder(context, key, 'settle', { known }));
  await reconciliation?.deliveries;
  const record = await repository.read(key);
  const entry = record && findLeadingEntry(record);
  if (!reconciliation || !entry) {
    throw new PluralError('REQUEST_INVALID', {
      issues: [{ path: 'orderId', expected: 'an order with a payment started by this handler' }],
    });
  }
  const verdict = toVerdict(record, entry, reconciliation.order);
  return omitUndefined({
    phase: getPhase(context, entry),
    verdict,
    delivered: verdict !== undefined && !record.payments.some(isUndelivered),
  });
}
