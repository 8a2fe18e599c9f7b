import { handleAcsRequest } from './issuer/acs-routes.ts';
import { jsonResponse, errorResponse } from './api/response.ts';
import { handleCall, type Call } from './api/handle-call.ts';
import { runDueEvents } from './issuer/otp-challenge.ts';
import { type BackgroundContext, createBackground } from './lib/background.ts';
import { handleControlRequest } from './control/routes.ts';
import type { SandboxControls } from './control/types.ts';
import { applyFault } from './api/apply-fault.ts';
import { connectionResetError, type Sleep, sleep } from './lib/connection.ts';
import { parseFault, toScriptedFault, takeNextFault, takesEffect } from './state/fault-script.ts';
import { matchEndpoint } from './state/endpoints.ts';
import { challengePath } from './state/order-document.ts';
import { httpUrl } from './api/validators.ts';
import { logCall } from './api/request-log.ts';
import { defaultSettings, type Settings, type WebhookMode, applySettings } from './state/settings.ts';
import { emptyState, type PendingEvent, type SandboxState, type WebhookDelivery } from './state/state.ts';
import { deliver, recordDeliveries, type WebhookSender } from './webhooks.ts';
import type { SandboxContext } from './state/context.ts';

export interface SandboxOptions extends Partial<Settings> {
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** A text unlike any before; a UUID by default. */
  readonly newId?: () => string;
  /** Base of challenge URLs, `https://bank.example`; by default where the request came to. */
  readonly origin?: string;
  /** Sends webhooks; the platform's `fetch` by default. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Waits, for late answers and pauses between webhook attempts; rejects when the signal aborts. */
  readonly wait?: Sleep;
  readonly webhookUrl?: string | null;
  /** A state to go on from, as `state` or `readState` gave it. */
  readonly state?: SandboxState;
}

export interface Sandbox extends SandboxControls {
  /**
   * Plural's API, the bank's page and the control routes. Takes what `fetch` takes, so it can stand in for it; rejects
   * with a TypeError where a scripted fault breaks the connection.
   */
  readonly fetch: (input: Request | string | URL, init?: RequestInit | BackgroundContext) => Promise<Response>;
  /** Resolves when no webhook is being delivered and nothing is due by itself. */
  readonly whenIdle: () => Promise<void>;
}

const maxAdvanceSeconds = 31_536_000;

// Where links lead when no request said where the sandbox is.
const defaultOrigin = 'http://127.0.0.1';

/** An emulator of Plural's card payment API and of a bank's page, as one fetch handler with state. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const {
    now: realNow = Date.now,
    newId: givenId = () => crypto.randomUUID(),
    origin: givenOrigin,
    fetch: send = (request: Request) => fetch(request),
    wait = sleep,
    webhookUrl,
    state: earlier,
    ...changes
  } = options;
  let settings = applySettings(defaultSettings(), changes);
  const origin = givenOrigin === undefined ? undefined : new URL(givenOrigin).origin;
  const state = earlier ?? emptyState();
  const background = createBackground();
  const scheduled = new WeakSet<object>();

  const now = (): number => realNow() + state.clockOffsetMs;
  const newId = (): string => `${givenId()}-${(state.sequence += 1).toString(36)}`;
  const webhookSender: WebhookSender = { state, now, newId, fetch: send, wait };
  const contextAt = (base: string): SandboxContext => ({ state, settings, nowMs: now(), origin: base, newId });

  /** Hands what happened to delivery, and wakes up for what will happen by itself while somebody waits for a webhook. */
  function dispatchEvents(base: string, runtime?: BackgroundContext): void {
    for (const event of state.outbox.splice(0)) sendEvent(event, settings.webhookMode, runtime);
    const [next] = state.dueEvents;
    if (next === undefined || state.webhookUrl === null || scheduled.has(next)) return;
    scheduled.add(next);
    const wake = async (): Promise<void> => {
      await wait(Math.max(0, next.atMs - now()), null);
      runDueEvents(contextAt(base));
      dispatchEvents(base);
    };
    background.waitUntil(wake(), runtime);
  }

  function sendEvent(event: PendingEvent, mode: WebhookMode, runtime?: BackgroundContext): WebhookDelivery[] {
    const deliveries = recordDeliveries(webhookSender, event, mode);
    for (const delivery of deliveries) background.waitUntil(deliver(webhookSender, delivery), runtime);
    return deliveries;
  }

  async function handleRequest(request: Request, runtime?: BackgroundContext): Promise<Response> {
    const url = new URL(request.url);
    const base = origin ?? url.origin;
    try {
      runDueEvents(contextAt(base));
      if (url.pathname === challengePath && (request.method === 'GET' || request.method === 'POST'))
        return await handleAcsRequest(contextAt(base), request, url);
      if (url.pathname === '/' || url.pathname === '/sandbox' || url.pathname.startsWith('/sandbox/'))
        return await handleControlRequest({ sandbox, send: sendEvent }, request, url, contextAt(base));
      return await handleApiRequest(request, url, base, runtime);
    } finally {
      dispatchEvents(base, runtime);
    }
  }

  async function handleApiRequest(
    request: Request,
    url: URL,
    base: string,
    runtime?: BackgroundContext,
  ): Promise<Response> {
    const match = matchEndpoint(request.method, url.pathname);
    if (match === null) return jsonResponse(errorResponse(404, 'NOT_FOUND', 'There is no such endpoint'));
    if ('methods' in match)
      return jsonResponse({
        ...errorResponse(405, 'METHOD_NOT_ALLOWED', 'The endpoint takes another method'),
        headers: { allow: match.methods.join(', ') },
      });
    const call: Call = { ...match, headers: request.headers, bodyText: await request.text() };
    const fault = takeNextFault(state.faults, match.operation);
    const context = contextAt(base);
    const effective = fault === null || takesEffect(fault);
    const result = effective
      ? handleCall(context, call)
      : errorResponse(500, 'INTERNAL_ERROR', 'The call did not take effect');
    const entry = logCall(context, call, url.pathname, request.method, result, fault);
    // A webhook does not wait for an answer that comes late or never.
    dispatchEvents(base, runtime);
    if (result.delayMs !== undefined && result.delayMs > 0) await wait(result.delayMs, request.signal);
    if (fault === null) {
      if (result.connectionLost === true) throw connectionResetError();
      return jsonResponse(result);
    }
    const response = await applyFault(result, fault, wait, request.signal);
    entry.status = response.status;
    return response;
  }

  const sandbox: Sandbox = {
    fetch: async (input, init) => {
      if (init !== undefined && 'waitUntil' in init) return handleRequest(new Request(input), init);
      return handleRequest(input instanceof Request && init === undefined ? input : new Request(input, init));
    },
    script: (...faults) => {
      state.faults.push(...faults.map((fault) => toScriptedFault(parseFault(fault))));
    },
    clearScript: () => {
      state.faults.length = 0;
    },
    state,
    settings: () => settings,
    configure: (changes) => {
      settings = applySettings(settings, changes);
    },
    advance: (seconds) => {
      if (!(seconds >= 0 && seconds <= maxAdvanceSeconds))
        throw new TypeError('The clock moves by 0 seconds to a year.');
      state.clockOffsetMs += seconds * 1000;
      runDueEvents(contextAt(origin ?? defaultOrigin));
      dispatchEvents(origin ?? defaultOrigin);
    },
    setWebhookUrl: (url) => {
      if (url !== null && httpUrl(url, '').length > 0) throw new TypeError('Webhooks go to an http or https address.');
      state.webhookUrl = url;
    },
    whenIdle: background.whenIdle,
  };
  if (webhookUrl !== undefined) sandbox.setWebhookUrl(webhookUrl);
  if (earlier !== undefined) dispatchEvents(origin ?? defaultOrigin);
  return sandbox;
}
