import { verifyReturn, type PaymentReturn } from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import { getPhase, type HandlerContext } from '../context.ts';
import { findLeadingEntry, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { waitForDeliveries, deliveryTimeoutMs, reconcileWithin } from '../reconciliation/reconcile-order.ts';
import { TIMED_OUT, withTimeout } from '../lib/timeout.ts';

/** Where a customer goes who came back from the bank's page: always a page of the merchant's configuration. */
export async function handleReturn(context: HandlerContext, fields: URLSearchParams | undefined): Promise<string> {
  const { settings, report } = context;
  let verified: PaymentReturn;
  try {
    if (!fields || !settings.returnSignature) throw new TypeError('nothing to verify');
    verified = await verifyReturn(fields, settings.returnSignature);
  } catch (error) {
    context.reportUnverified('RETURN_UNVERIFIED', error);
    return returnPageUrl(context, { problem: 'unverified' });
  }
  await notifyReturn(context, verified);
  const record = await reconcileReturned(context, verified.order_id);
  const entry = record && findLeadingEntry(record);
  if (!record || !entry) {
    report('RETURN_UNKNOWN');
    return returnPageUrl(context, { problem: 'unconfirmed' });
  }
  return resolveReturnPage(context, record, entry, getPhase(context, entry));
}

/** Tells the merchant. One that throws or takes its time does not keep the customer from the order's answer. */
async function notifyReturn(context: HandlerContext, fields: PaymentReturn): Promise<void> {
  const notified = (async (): Promise<unknown> => context.settings.onReturn?.(fields))().catch(() => TIMED_OUT);
  context.waitUntil(notified);
  if ((await withTimeout(context.timers, deliveryTimeoutMs, notified)) === TIMED_OUT)
    context.report('RETURN_HOOK_FAILED');
}

/** The merchant's page for a payment, as its configuration says. */
export function resolveReturnPage(
  context: HandlerContext,
  record: OrderRecord,
  entry: PaymentEntry,
  phase: Phase,
): string {
  const { returnPage, origin } = context.settings;
  if (typeof returnPage !== 'function') return returnPageUrl(context, { reference: entry.reference });
  const { orderId, merchantOrderReference } = record;
  const { paymentId } = entry;
  try {
    const target: unknown = returnPage({ orderId, merchantOrderReference, paymentId, phase });
    if (typeof target !== 'string') throw new TypeError('no page');
    return new URL(target, origin).href;
  } catch {
    context.report('RETURN_PAGE_FAILED', { entry });
    return returnPageUrl(context, { reference: entry.reference });
  }
}

/** The order's record after it was settled, or as it was when that failed: the customer goes on in any case. */
async function reconcileReturned(context: HandlerContext, orderId: string): Promise<OrderRecord | undefined> {
  const { repository } = context;
  const key = await repository.getKey(orderId);
  const reconciliation = await reconcileWithin(context, key, 'return');
  if (reconciliation !== TIMED_OUT) {
    if (reconciliation) await waitForDeliveries(context, reconciliation);
    return reconciliation?.saveStartedPayment;
  }
  try {
    return await repository.read(key);
  } catch {
    return undefined;
  }
}

function returnPageUrl({ settings }: HandlerContext, query: Record<string, string>): string {
  const { returnPage = '/' } = settings;
  const url = new URL(typeof returnPage === 'string' ? returnPage : '/', settings.origin);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
