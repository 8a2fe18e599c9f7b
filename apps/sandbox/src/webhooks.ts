/** Webhooks: creates a delivery for each event, signs it and sends it, with the defect that its mode asks for. */
import { credentials } from './scenarios/credentials.ts';
import { connectionResetError } from './lib/connection.ts';
import { readBeginning } from './lib/read-beginning.ts';
import type { Sleep } from './lib/sleep.ts';
import { findScenario } from './scenarios/find-scenario.ts';
import type { WebhookMode } from './state/settings.ts';
import { signWebhook } from './lib/sign.ts';
import {
  nextNumber,
  type PendingEvent,
  pushBounded,
  type SandboxState,
  type WebhookAttempt,
  type WebhookDelivery,
} from './state/state.ts';

/** State, clock and network that deliveries use. */
export interface WebhookSender {
  readonly state: SandboxState;
  readonly now: () => number;
  /** Returns the real time. Signatures state it, because a verifier compares it with its own clock. */
  readonly realNow: () => number;
  readonly newId: () => string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly wait: Sleep;
  /** Called after each change of a delivery. */
  readonly onChange: () => void;
  /** Number of resets. A delivery that began before the last one is not continued. */
  readonly resets: () => number;
}

// Milliseconds before each attempt. Together with the attempts about five seconds (vendor docs).
const retryDelaysMs = [0, 1500, 2500] as const;
// Milliseconds after which one attempt is aborted.
const attemptTimeoutMs = 5000;
const maxLoggedResponseCharacters = 2000;

/**
 * Records an event as one delivery for each URL, or two in mode `duplicate`. The scenario's mode overrides the given one.
 */
export function recordDeliveries(sender: WebhookSender, event: PendingEvent, mode: WebhookMode): WebhookDelivery[] {
  const chosen = event.scenarioId === null ? undefined : findScenario(event.scenarioId).behaviour.webhook;
  const effective = chosen ?? mode;
  const all: readonly (string | null)[] = sender.state.webhookUrls.length > 0 ? sender.state.webhookUrls : [null];
  // A repeated delivery goes where the first one went, unless that URL was removed.
  const urls = all.includes(event.url ?? null) ? [event.url ?? null] : all;
  return urls.flatMap((url) => {
    const first = recordDelivery(sender, event, effective, url);
    if (effective !== 'duplicate') return [first];
    const again: WebhookDelivery = { ...first, number: first.number + 1, attempts: [] };
    pushBounded(sender.state.deliveries, again, 500);
    return [first, again];
  });
}

function recordDelivery(
  { state, now, newId }: WebhookSender,
  event: PendingEvent,
  mode: WebhookMode,
  url: string | null,
): WebhookDelivery {
  const delivery: WebhookDelivery = {
    number: nextNumber(state.deliveries),
    id: event.id ?? `msg_${newId().replaceAll('-', '')}`,
    at: new Date(now()).toISOString(),
    eventType: event.eventType,
    orderId: event.orderId,
    url,
    state: url === null ? 'noUrl' : initialState(state, event.orderId, mode, url),
    mode,
    attempts: [],
    body: toModeBody(event.body, mode),
  };
  pushBounded(state.deliveries, delivery, 500);
  return delivery;
}

function initialState(state: SandboxState, orderId: string, mode: WebhookMode, url: string): WebhookDelivery['state'] {
  if (mode === 'never') return 'suppressed';
  if (mode === 'paused') return 'paused';
  return mode === 'outOfOrder' && findHeldBack(state, orderId, url) === undefined ? 'heldBack' : 'sending';
}

/** Returns the order's delivery to a URL that is held back until the next one was sent. */
function findHeldBack({ deliveries }: SandboxState, orderId: string, url: string): WebhookDelivery | undefined {
  return deliveries.find(
    (delivery) => delivery.state === 'heldBack' && delivery.orderId === orderId && delivery.url === url,
  );
}

/** Sends a recorded delivery, then the one that was held back for it. */
export async function deliver(sender: WebhookSender, delivery: WebhookDelivery): Promise<void> {
  if (delivery.state !== 'sending' || delivery.url === null) return;
  await sendWithRetries(sender, delivery, delivery.url);
  const heldBack = findHeldBack(sender.state, delivery.orderId, delivery.url);
  if (heldBack === undefined) return;
  heldBack.state = 'sending';
  await deliver(sender, heldBack);
}

/** Makes up to three attempts, each with a new signature, until one is answered with 2xx. */
async function sendWithRetries(sender: WebhookSender, delivery: WebhookDelivery, url: string): Promise<void> {
  const resets = sender.resets();
  for (const pauseMs of retryDelaysMs) {
    if (pauseMs > 0) await sender.wait(pauseMs, null);
    if (sender.resets() !== resets) return;
    const attempt = await sendOnce(sender, delivery, url);
    delivery.attempts.push(attempt);
    const { status } = attempt;
    if (status !== null && status >= 200 && status < 300) {
      delivery.state = 'delivered';
      return sender.onChange();
    }
    sender.onChange();
  }
  delivery.state = 'failed';
  sender.onChange();
}

async function sendOnce(sender: WebhookSender, delivery: WebhookDelivery, url: string): Promise<WebhookAttempt> {
  const lateSeconds = delivery.mode === 'lateTimestamp' ? 3600 : 0;
  const timestampSeconds = Math.floor(sender.realNow() / 1000) - lateSeconds;
  const secret = delivery.mode === 'wrongSignature' ? `not-${credentials.webhookSecret}` : credentials.webhookSecret;
  const headers = {
    'content-type': 'application/json',
    'webhook-id': delivery.id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': await signWebhook(delivery.id, timestampSeconds, delivery.body, secret),
  };
  const startedAtMs = sender.realNow();
  const attempt = (status: number | null): WebhookAttempt => ({
    at: new Date(sender.now()).toISOString(),
    status,
    headers,
    durationMs: sender.realNow() - startedAtMs,
  });
  const timeout = new AbortController();
  const done = new AbortController();
  void sender.wait(attemptTimeoutMs, done.signal).then(
    () => timeout.abort(connectionResetError()),
    () => undefined,
  );
  try {
    const response = await sender.fetch(
      new Request(url, {
        method: 'POST',
        redirect: 'manual',
        signal: timeout.signal,
        headers,
        body: delivery.body,
      }),
    );
    return { ...attempt(response.status), response: await readBeginning(response, maxLoggedResponseCharacters) };
  } catch (error) {
    return { ...attempt(null), problem: failureReason(error, timeout.signal) };
  } finally {
    done.abort();
  }
}

/** Describes why an attempt got no response: the cause that `fetch` hides below its own message. */
function failureReason(error: unknown, timeout: AbortSignal): string {
  if (timeout.aborted) return `no response within ${attemptTimeoutMs / 1000} seconds`;
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error && cause.message !== '' ? `${message}: ${cause.message}` : message;
}

/** Rewrites the body for the modes `camelCase` and `wrongOrder`. */
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
