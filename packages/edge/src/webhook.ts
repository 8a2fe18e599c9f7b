import { verifyWebhook, type WebhookEvent } from '@plural-otp/core';
import type { Parts } from './parts.ts';
import { awaitDeliveries, settleRecord } from './settle.ts';

/** What Plural is told: `done` ends it, `again` has it sent once more, `refused` was not Plural's. */
export type WebhookEnd = 'done' | 'again' | 'refused';

const settledTypes = /^(?:ORDER|PAYMENT)_/;

/** Takes one webhook: verify, tell the merchant, settle the order. Told twice, it does nothing twice. */
export async function takeWebhook(parts: Parts, headers: Headers, body: Uint8Array): Promise<WebhookEnd> {
  const { settings, now, report, reportError } = parts;
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
  let end: WebhookEnd = 'done';
  try {
    await webhook.onEvent?.(event);
  } catch {
    report('WEBHOOK_HOOK_FAILED');
    end = 'again';
  }
  const orderId = event.data.order_id;
  if (orderId === undefined || !settledTypes.test(event.event_type)) return end;
  try {
    const settled = await settleRecord(parts, await parts.ledger.keyOf(orderId), 'webhook');
    const deliveries = settled && (await awaitDeliveries(parts, settled));
    return deliveries?.includes('failed') ? 'again' : end;
  } catch (error) {
    reportError(error);
    return 'again';
  }
}
