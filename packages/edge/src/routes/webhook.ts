import { verifyWebhook, type WebhookEvent } from '@plural-otp/core';
import type { Parts } from '../context.ts';
import type { Settings } from '../options.ts';
import { awaitDeliveries, settleRecord } from '../reconciliation/reconcile-order.ts';

/** What Plural is told: `done` ends it, `again` has it sent once more, `refused` was not Plural's. */
export type WebhookEnd = 'done' | 'again' | 'refused';

type Webhook = NonNullable<Settings['webhook']>;

const settledTypes = /^(?:ORDER|PAYMENT)_/;

/** Takes one webhook: verify, tell the merchant, settle the order. Told twice, it does nothing twice. */
export async function takeWebhook(parts: Parts, headers: Headers, body: Uint8Array): Promise<WebhookEnd> {
  const { settings, now } = parts;
  const { webhook } = settings;
  if (!webhook) return 'refused';
  let event: WebhookEvent;
  try {
    const { secret, secretEncoding } = webhook;
    event = await verifyWebhook({ headers, body }, { secret, secretEncoding, now });
  } catch (error) {
    parts.reportUnverified('WEBHOOK_UNVERIFIED', error);
    return 'refused';
  }
  // Beside each other: a hook that hangs does not keep money's answer from the merchant.
  const ends = await Promise.all([tell(parts, webhook, event), settle(parts, event)]);
  return ends.includes('again') ? 'again' : 'done';
}

async function tell({ report }: Parts, webhook: Webhook, event: WebhookEvent): Promise<WebhookEnd> {
  try {
    await webhook.onEvent?.(event);
    return 'done';
  } catch {
    report('WEBHOOK_HOOK_FAILED');
    return 'again';
  }
}

async function settle(parts: Parts, { event_type: type, data }: WebhookEvent): Promise<WebhookEnd> {
  if (data.order_id === undefined || !settledTypes.test(type)) return 'done';
  try {
    const settled = await settleRecord(parts, await parts.ledger.keyOf(data.order_id), 'webhook');
    const deliveries = settled && (await awaitDeliveries(parts, settled));
    return deliveries?.includes('failed') ? 'again' : 'done';
  } catch (error) {
    parts.reportError(error);
    return 'again';
  }
}
