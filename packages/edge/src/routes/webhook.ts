/** The webhook route: verifies an event, hands it to the merchant, and reconciles the order it is about. Idempotent. */

import { verifyWebhook, type WebhookEvent } from '@plural-otp/core';
import type { HandlerContext } from '../context.ts';
import { emptyResponse, errorResponse, unavailableResponse } from '../http/responses.ts';
import { readPolicyBody, type RoutePolicy } from '../http/route-policy.ts';
import { TIMED_OUT, withTimeout } from '../lib/timeout.ts';
import type { Settings } from '../options.ts';
import { deliveryTimeoutMs, reconcileOrder, waitForDeliveries } from '../reconciliation/reconcile-order.ts';
import { requestReading } from '../reconciliation/request-reading.ts';

/** Result for Plural: `ok` ends the event, `retry` has it sent again, `rejected` means it is not Plural's. */
type WebhookResult = 'ok' | 'retry' | 'rejected';

type Webhook = NonNullable<Settings['webhook']>;

const orderEventTypes = /^(?:ORDER|PAYMENT)_/;

/** Handles a webhook and responds within Plural's own time limit. */
export async function handleWebhook(context: HandlerContext, request: Request, policy: RoutePolicy): Promise<Response> {
  const body = await readPolicyBody(request, policy, context.timers);
  if (typeof body === 'number') return errorResponse(body);
  const progress: Progress = { isRecorded: false, isHandled: false };
  const work = processWebhook(context, request.headers, body, progress);
  context.waitUntil(work);
  const result = await withTimeout(context.timers, deliveryTimeoutMs, work);
  // Plural gives up after about five seconds. Once a check is due in the store, the sweep completes what takes longer.
  // Nothing completes a hook that fails later, so Plural has to send an event again until the hook has resolved in time.
  if (result === TIMED_OUT) {
    return progress.isRecorded && progress.isHandled ? emptyResponse(202) : unavailableResponse();
  }
  if (result === 'rejected') return errorResponse(403);
  return result === 'retry' ? unavailableResponse() : emptyResponse(204);
}

/** Progress of a webhook: the parts of it that need no repetition of the event any more. */
interface Progress {
  /** True once the store knows that the order is to be read. */
  isRecorded: boolean;
  /** True once `webhook.onEvent` has resolved. */
  isHandled: boolean;
}

async function processWebhook(
  context: HandlerContext,
  headers: Headers,
  body: Uint8Array,
  progress: Progress,
): Promise<WebhookResult> {
  const { settings, now } = context;
  const { webhook } = settings;
  if (!webhook) return 'rejected';
  let event: WebhookEvent;
  try {
    const { secret, secretEncoding } = webhook;
    event = await verifyWebhook({ headers, body }, { secret, secretEncoding, now });
  } catch (error) {
    context.reportUnverified('WEBHOOK_UNVERIFIED', error);
    return 'rejected';
  }
  // In parallel, so that a hook that hangs does not delay the verdict.
  const areDone = await Promise.all([
    notifyMerchant(context, webhook, event, progress),
    reconcileEvent(context, event, progress),
  ]);
  return areDone.every(Boolean) ? 'ok' : 'retry';
}

/** Hands an event to `webhook.onEvent`. Resolves to false when that failed, so that Plural sends the event again. */
async function notifyMerchant(
  { report }: HandlerContext,
  webhook: Webhook,
  event: WebhookEvent,
  progress: Progress,
): Promise<boolean> {
  try {
    await webhook.onEvent?.(event);
    progress.isHandled = true;
    return true;
  } catch {
    report('WEBHOOK_HOOK_FAILED');
    return false;
  }
}

/**
 * Reconciles the order an event is about. The event itself decides nothing: it may be late, repeated or out of order.
 * Resolves to false when that failed, so that Plural sends the event again.
 */
async function reconcileEvent(
  context: HandlerContext,
  { event_type: type, data }: WebhookEvent,
  progress: Progress,
): Promise<boolean> {
  if (data.order_id === undefined || !orderEventTypes.test(type)) return true;
  try {
    const key = await context.repository.getKey(data.order_id);
    const requested = await requestReading(context, key);
    progress.isRecorded = true;
    if (!requested?.mayRead) return true;
    const reconciliation = await reconcileOrder(context, key, 'webhook', { known: requested.record });
    const deliveries = reconciliation && (await waitForDeliveries(context, reconciliation));
    return !deliveries?.some((delivery) => delivery === 'failed' || delivery === 'hung');
  } catch (error) {
    context.reportError(error);
    return false;
  }
}
