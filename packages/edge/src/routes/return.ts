import { verifyReturn, type PaymentReturn } from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import { phaseOf, type Parts } from '../context.ts';
import { leadingEntry, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { awaitDeliveries, deliveryPatienceMs, settleForPage } from '../reconciliation/reconcile-order.ts';
import { late, within } from '../lib/timeout.ts';

/** Where a customer goes who came back from the bank's page: always a page of the merchant's configuration. */
export async function returned(parts: Parts, fields: URLSearchParams | undefined): Promise<string> {
  const { settings, report } = parts;
  let verified: PaymentReturn;
  try {
    if (!fields || !settings.returnSignature) throw new TypeError('nothing to verify');
    verified = await verifyReturn(fields, settings.returnSignature);
  } catch (error) {
    parts.reportUnverified('RETURN_UNVERIFIED', error);
    return page(parts, { problem: 'unverified' });
  }
  await tellReturn(parts, verified);
  const record = await settleReturned(parts, verified.order_id);
  const entry = record && leadingEntry(record);
  if (!record || !entry) {
    report('RETURN_UNKNOWN');
    return page(parts, { problem: 'unconfirmed' });
  }
  return returnPageOf(parts, record, entry, phaseOf(parts, entry));
}

/** Tells the merchant. One that throws or takes its time does not keep the customer from the order's answer. */
async function tellReturn(parts: Parts, fields: PaymentReturn): Promise<void> {
  const told = (async (): Promise<unknown> => parts.settings.onReturn?.(fields))().catch(() => late);
  parts.keep(told);
  if ((await within(parts.wait, deliveryPatienceMs, told)) === late) parts.report('RETURN_HOOK_FAILED');
}

/** The merchant's page for a payment, as its configuration says. */
export function returnPageOf(parts: Parts, record: OrderRecord, entry: PaymentEntry, phase: Phase): string {
  const { returnPage, origin } = parts.settings;
  if (typeof returnPage !== 'function') return page(parts, { reference: entry.reference });
  const { orderId, merchantOrderReference } = record;
  const { paymentId } = entry;
  try {
    const target: unknown = returnPage({ orderId, merchantOrderReference, paymentId, phase });
    if (typeof target !== 'string') throw new TypeError('no page');
    return new URL(target, origin).href;
  } catch {
    parts.report('RETURN_PAGE_FAILED', { entry });
    return page(parts, { reference: entry.reference });
  }
}

/** The order's record after it was settled, or as it was when that failed: the customer goes on in any case. */
async function settleReturned(parts: Parts, orderId: string): Promise<OrderRecord | undefined> {
  const { ledger } = parts;
  const key = await ledger.keyOf(orderId);
  const settled = await settleForPage(parts, key, 'return');
  if (settled !== late) {
    if (settled) await awaitDeliveries(parts, settled);
    return settled?.record;
  }
  try {
    return await ledger.read(key);
  } catch {
    return undefined;
  }
}

function page({ settings }: Parts, query: Record<string, string>): string {
  const { returnPage = '/' } = settings;
  const url = new URL(typeof returnPage === 'string' ? returnPage : '/', settings.origin);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
