import { credentials } from './scenarios/credentials.ts';
import { connectionResetError, type Sleep } from './lib/connection.ts';
import { scenarioById } from './scenarios/find-scenario.ts';
import type { WebhookMode } from './state/settings.ts';
import { signWebhook } from './lib/sign.ts';
import { type PendingEvent, pushBounded, type SandboxState, type WebhookDelivery } from './state/state.ts';

/** What deliveries need from outside. */
export interface WebhookSender {
  readonly state: SandboxState;
  readonly now: () => number;
  readonly newId: () => string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly wait: Sleep;
}

/** Pauses before the second and third attempt, milliseconds; together with the attempts about five seconds (vendor docs). */
const retryDelaysMs = [0, 1500, 2500] as const;
/** One attempt is given up after this time, milliseconds. */
const attemptTimeoutMs = 5000;

/** Records one event as a delivery, and says how it goes out. */
export function recordDeliveries(sender: WebhookSender, event: PendingEvent, mode: WebhookMode): WebhookDelivery[] {
  const chosen = event.scenarioId === null ? undefined : scenarioById(event.scenarioId).behaviour.webhook;
  const effective = chosen ?? mode;
  const first = recordDelivery(sender, event, effective);
  if (effective !== 'duplicate') return [first];
  const again: WebhookDelivery = { ...first, attempts: [] };
  pushBounded(sender.state.deliveries, again, 500);
  return [first, again];
}

function recordDelivery({ state, now, newId }: WebhookSender, event: PendingEvent, mode: WebhookMode): WebhookDelivery {
  const url = state.webhookUrl;
  const delivery: WebhookDelivery = {
    id: event.id ?? `msg_${newId().replaceAll('-', '')}`,
    at: new Date(now()).toISOString(),
    eventType: event.eventType,
    orderId: event.orderId,
    url,
    state: url === null ? 'noUrl' : initialState(state, event, mode),
    mode,
    attempts: [],
    body: toModeBody(event.body, mode),
  };
  pushBounded(state.deliveries, delivery, 500);
  return delivery;
}

function initialState(state: SandboxState, { orderId }: PendingEvent, mode: WebhookMode): WebhookDelivery['state'] {
  if (mode === 'never') return 'suppressed';
  return mode === 'outOfOrder' && findHeldBack(state, orderId) === undefined ? 'heldBack' : 'sending';
}

/** The delivery that waits for the order's next one. */
function findHeldBack({ deliveries }: SandboxState, orderId: string): WebhookDelivery | undefined {
  return deliveries.find((delivery) => delivery.state === 'heldBack' && delivery.orderId === orderId);
}

/** Sends a recorded delivery, and then the one that was held back until this one had gone out. */
export async function deliver(sender: WebhookSender, delivery: WebhookDelivery): Promise<void> {
  if (delivery.state !== 'sending' || delivery.url === null) return;
  await sendWithRetries(sender, delivery, delivery.url);
  const held = findHeldBack(sender.state, delivery.orderId);
  if (held === undefined) return;
  held.state = 'sending';
  await deliver(sender, held);
}

/** Up to three attempts, each signed afresh, until one is answered 2xx. */
async function sendWithRetries(sender: WebhookSender, delivery: WebhookDelivery, url: string): Promise<void> {
  for (const pauseMs of retryDelaysMs) {
    if (pauseMs > 0) await sender.wait(pauseMs, null);
    const status = await sendOnce(sender, delivery, url);
    delivery.attempts.push({ at: new Date(sender.now()).toISOString(), status });
    if (status !== null && status >= 200 && status < 300) {
      delivery.state = 'delivered';
      return;
    }
  }
  delivery.state = 'failed';
}

async function sendOnce(sender: WebhookSender, delivery: WebhookDelivery, url: string): Promise<number | null> {
  const lateSeconds = delivery.mode === 'lateTimestamp' ? 3600 : 0;
  const timestampSeconds = Math.floor(sender.now() / 1000) - lateSeconds;
  const secret = delivery.mode === 'wrongSignature' ? `not-${credentials.webhookSecret}` : credentials.webhookSecret;
  const giveUp = new AbortController();
  const done = new AbortController();
  void sender.wait(attemptTimeoutMs, done.signal).then(
    () => giveUp.abort(connectionResetError()),
    () => undefined,
  );
  try {
    const response = await sender.fetch(
      new Request(url, {
        method: 'POST',
        redirect: 'manual',
        signal: giveUp.signal,
        headers: {
          'content-type': 'application/json',
          'webhook-id': delivery.id,
          'webhook-timestamp': String(timestampSeconds),
          'webhook-signature': await signWebhook(delivery.id, timestampSeconds, delivery.body, secret),
        },
        body: delivery.body,
      }),
    );
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  } finally {
    done.abort();
  }
}

/** The event in the envelope and about the order that the mode asks for. */
function toModeBody(body: string, mode: WebhookMode): string {
  if (mode !== 'camelCase' && mode !== 'wrongOrder') return body;
  const {
    event_type,
    eventType = event_type,
    data,
  } = JSON.parse(body) as {
    event_type?: string;
    eventType?: string;
    data: Record<string, unknown>;
  };
  if (mode === 'wrongOrder')
    return JSON.stringify({ event_type: eventType, data: { ...data, order_id: 'v1-000000000000-aa-nobody' } });
  const { order_id: orderId, merchant_order_reference: merchantOrderReference } = data;
  return JSON.stringify({ eventType, data: { ...data, orderId, merchantOrderReference } });
}
