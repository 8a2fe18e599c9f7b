/**
 * The return route: the customer comes back from the bank's page. Whatever arrives, they are redirected to the
 * merchant's page, because they may have paid; the order, not the return, says whether they did.
 */

import { verifyReturn, type PaymentReturn } from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import { getPhase, type HandlerContext } from '../context.ts';
import { parseForm, readBody } from '../http/body.ts';
import { emptyResponse } from '../http/responses.ts';
import { hasContentType, type RoutePolicy } from '../http/route-policy.ts';
import { callSafely } from '../lib/call-safely.ts';
import { TIMED_OUT, withTimeout } from '../lib/timeout.ts';
import { findLeadingEntry, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { deliveryTimeoutMs, reconcileWithin, waitForDeliveries } from '../reconciliation/reconcile-order.ts';
import { requestReading } from '../reconciliation/request-reading.ts';

/** Handles a return: verifies it, reconciles its order, and redirects the customer. */
export async function handleReturn(context: HandlerContext, request: Request, policy: RoutePolicy): Promise<Response> {
  const fields = await readReturnFields(context, request, policy);
  return emptyResponse(303, { location: await resolveReturn(context, fields) });
}

/** Reads the fields of a return. Returns `undefined` where they cannot be read, which is then an unverified return. */
async function readReturnFields(
  { timers, reportError }: HandlerContext,
  request: Request,
  { contentType = '', maxBodyBytes }: RoutePolicy,
): Promise<URLSearchParams | undefined> {
  if (request.method === 'GET') return new URL(request.url).searchParams;
  if (!hasContentType(request.headers, contentType)) return undefined;
  try {
    const bytes = await readBody(request, maxBodyBytes, timers);
    return typeof bytes === 'string' ? undefined : parseForm(bytes);
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

/**
 * Resolves the page a customer is redirected to: always one of the merchant's configuration, never one of the request.
 */
async function resolveReturn(context: HandlerContext, fields: URLSearchParams | undefined): Promise<string> {
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
  const key = await context.repository.getKey(verified.order_id);
  const record = await reconcileForReturn(context, key);
  const entry = record && findLeadingEntry(record);
  if (!record || !entry) {
    report('RETURN_UNKNOWN');
    return returnPageUrl(context, { problem: 'unconfirmed' });
  }
  context.emit('returned', { key, record, entry });
  return resolveReturnPage(context, record, entry, getPhase(context, entry));
}

/** Calls `onReturn`. A hook that throws or hangs does not delay the customer: the wait for it is bounded. */
async function notifyReturn(context: HandlerContext, fields: PaymentReturn): Promise<void> {
  const notified = (async (): Promise<unknown> => context.settings.onReturn?.(fields))().catch(() => TIMED_OUT);
  context.waitUntil(notified);
  if ((await withTimeout(context.timers, deliveryTimeoutMs, notified)) === TIMED_OUT) {
    context.report('RETURN_HOOK_FAILED');
  }
}

/**
 * Resolves the merchant's page for a payment, from `returnPage`. Falls back to `/` of the shop, with the
 * reference, when that function throws or returns no URL.
 */
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
    if (typeof target !== 'string') {
      // An async function returns a promise that may reject.
      void callSafely(() => target);
      throw new TypeError('no page');
    }
    return new URL(target, origin).href;
  } catch {
    context.report('RETURN_PAGE_FAILED', { entry });
    return returnPageUrl(context, { reference: entry.reference });
  }
}

/**
 * Returns the order's record after reconciliation, or as it was when that failed, so that the customer goes on anyway.
 */
async function reconcileForReturn(context: HandlerContext, key: string): Promise<OrderRecord | undefined> {
  try {
    const requested = await requestReading(context, key);
    if (!requested?.mayRead) return requested?.record;
    const reconciliation = await reconcileWithin(context, key, 'return', { known: requested.record });
    if (!reconciliation || reconciliation === TIMED_OUT) return requested.record;
    await waitForDeliveries(context, reconciliation);
    return reconciliation.record;
  } catch (error) {
    context.reportError(error);
    return undefined;
  }
}

function returnPageUrl({ settings }: HandlerContext, query: Record<string, string>): string {
  const { returnPage } = settings;
  const url = new URL(typeof returnPage === 'string' ? returnPage : '/', settings.origin);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
