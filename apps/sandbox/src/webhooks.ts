import { credentials } from './scenarios/credentials.ts';
import { brokenConnection, type Wait } from './lib/connection.ts';
import { scenarioById } from './scenarios/find-scenario.ts';
import type { WebhookMode } from './state/settings.ts';
import { webhookSignature } from './lib/sign.ts';
import { type PendingEvent, remember, type SandboxState, type WebhookDelivery } from './state/state.ts';

/** What deliveries need from outside. */
export interface Postman {
  readonly state: SandboxState;
  readonly now: () => number;
  readonly newId: () => string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly wait: Wait;
}

/** Pauses before the second and third attempt, milliseconds; together with the attempts about five seconds (vendor docs). */
const pausesMs = [0, 1500, 2500] as const;
/** One attempt is given up after this time, milliseconds. */
const attemptMs = 5000;

/** Records one event as a delivery, and says how it goes out. */
export function enqueue(postman: Postman, event: PendingEvent, mode: WebhookMode): WebhookDelivery[] {
  const chosen = event.scenarioId === null ? undefined : scenarioById(event.scenarioId).behaviour.webhook;
  const effective = chosen ?? mode;
  const first = record(postman, event, effective);
  if (effective !== 'duplicate') return [first];
  const again: WebhookDelivery = { ...first, attempts: [] };
  remember(postman.state.deliveries, again, 500);
  return [first, again];
}

function record({ state, now, newId }: Postman, event: PendingEvent, mode: WebhookMode): WebhookDelivery {
  const url = state.webhookUrl;
  const delivery: WebhookDelivery = {
    id: event.id ?? `msg_${newId().replaceAll('-', '')}`,
    at: new Date(now()).toISOString(),
    eventType: event.eventType,
    orderId: event.orderId,
    url,
    state: url === null ? 'noUrl' : firstState(state, event, mode),
    mode,
    attempts: [],
    body: bodyFor(event.body, mode),
  };
  remember(state.deliveries, delivery, 500);
  return delivery;
}

function firstState(state: SandboxState, { orderId }: PendingEvent, mode: WebhookMode): WebhookDelivery['state'] {
  if (mode === 'never') return 'withheld';
  return mode === 'outOfOrder' && heldFor(state, orderId) === undefined ? 'held' : 'sending';
}

/** The delivery that waits for the order's next one. */
function heldFor({ deliveries }: SandboxState, orderId: string): WebhookDelivery | undefined {
  return deliveries.find((delivery) => delivery.state === 'held' && delivery.orderId === orderId);
}

/** Sends a recorded delivery, and then the one that was held back until this one had gone out. */
export async function deliver(postman: Postman, delivery: WebhookDelivery): Promise<void> {
  if (delivery.state !== 'sending' || delivery.url === null) return;
  await attemptAll(postman, delivery, delivery.url);
  const held = heldFor(postman.state, delivery.orderId);
  if (held === undefined) return;
  held.state = 'sending';
  await deliver(postman, held);
}

/** Up to three attempts, each signed afresh, until one is answered 2xx. */
async function attemptAll(postman: Postman, delivery: WebhookDelivery, url: string): Promise<void> {
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await postman.wait(pauseMs, null);
    const status = await attempt(postman, delivery, url);
    delivery.attempts.push({ at: new Date(postman.now()).toISOString(), status });
    if (status !== null && status >= 200 && status < 300) {
      delivery.state = 'delivered';
      return;
    }
  }
  delivery.state = 'givenUp';
}

async function attempt(postman: Postman, delivery: WebhookDelivery, url: string): Promise<number | null> {
  const lateSeconds = delivery.mode === 'lateTimestamp' ? 3600 : 0;
  const timestampSeconds = Math.floor(postman.now() / 1000) - lateSeconds;
  const secret = delivery.mode === 'wrongSignature' ? `not-${credentials.webhookSecret}` : credentials.webhookSecret;
  const giveUp = new AbortController();
  const done = new AbortController();
  void postman.wait(attemptMs, done.signal).then(
    () => giveUp.abort(brokenConnection()),
    () => undefined,
  );
  try {
    const response = await postman.fetch(
      new Request(url, {
        method: 'POST',
        redirect: 'manual',
        signal: giveUp.signal,
        headers: {
          'content-type': 'application/json',
          'webhook-id': delivery.id,
          'webhook-timestamp': String(timestampSeconds),
          'webhook-signature': await webhookSignature(delivery.id, timestampSeconds, delivery.body, secret),
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
function bodyFor(body: string, mode: WebhookMode): string {
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
