import { verifyWebhook, type WebhookEvent } from '@plural-otp/core';
import type { HandlerContext } from '../context.ts';
import type { Settings } from '../options.ts';
import { waitForDeliveries, reconcileOrder } from '../reconciliation/reconcile-order.ts';

/** What Plural is told: `done` ends it, `again` has it sent once more, `refused` was not Plural's. */
export type WebhookResult = 'ok' | 'retry' | 'rejected';

type Webhook = NonNullable<Settings['webhook']>;

const orderEventTypes = /^(?:ORDER|PAYMENT)_/;

/** Takes one webhook: verify, tell the merchant, settle the order. Told twice, it does nothing twice. */
export async function handleWebhook(
  context: HandlerContext,
  headers: Headers,
  body: Uint8Array,
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
  // Beside each other: a hook that hangs does not keep money's answer from the merchant.
  const results = await Promise.all([notifyMerchant(context, webhook, event), reconcileEvent(context, event)]);
  return results.includes('retry') ? 'retry' : 'ok';
}

async function notifyMerchant(
  { report }: HandlerContext,
  webhook: Webhook,
  event: WebhookEvent,
): Promise<WebhookResult> {
  try {
    await webhook.onEvent?.(event);
    return 'ok';
  } catch {
    report('WEBHOOK_HOOK_FAILED');
    return 'retry';
  }
}

async function reconcileEvent(
  context: HandlerContext,
  { event_type: type, data }: WebhookEvent,
): Promise<WebhookResult> {
  if (data.order_id === undefined || !orderEventTypes.test(type)) return 'ok';
  try {
    const reconciliation = await reconcileOrder(context, await context.repository.getKey(data.order_id), 'webhook');
    const deliveries = reconciliation && (await waitForDeliveries(context, reconciliation));
    return deliveries?.includes('failed') ? 'retry' : 'ok';
  } catch (error) {
    context.reportError(error);
    return 'retry';
  }
}
