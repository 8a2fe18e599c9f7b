import { answerBankPage } from './issuer/acs-routes.ts';
import { jsonResponse, refusal } from './api/response.ts';
import { answerCall, type Call } from './api/handle-call.ts';
import { catchUp } from './issuer/otp-challenge.ts';
import { type BackgroundContext, createBackground } from './lib/background.ts';
import { answerControl } from './control/routes.ts';
import type { Controls } from './control/types.ts';
import { bend } from './api/apply-fault.ts';
import { brokenConnection, type Wait, waitFor } from './lib/connection.ts';
import { readFault, scripted, takeFault, takesEffect } from './state/fault-script.ts';
import { matchEndpoint } from './state/endpoints.ts';
import { challengePath } from './state/order-document.ts';
import { webAddress } from './api/validators.ts';
import { logCall } from './api/request-log.ts';
import { initialSettings, type Settings, type WebhookMode, withSettings } from './state/settings.ts';
import { emptyState, type PendingEvent, type SandboxState, type WebhookDelivery } from './state/state.ts';
import { deliver, enqueue, type Postman } from './webhooks.ts';
import type { World } from './state/context.ts';

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
  readonly wait?: Wait;
  readonly webhookUrl?: string | null;
  /** A state to go on from, as `state` or `readState` gave it. */
  readonly state?: SandboxState;
}

export interface Sandbox extends Controls {
  /**
   * Plural's API, the bank's page and the control routes. Takes what `fetch` takes, so it can stand in for it; rejects
   * with a TypeError where a scripted fault breaks the connection.
   */
  readonly fetch: (input: Request | string | URL, init?: RequestInit | BackgroundContext) => Promise<Response>;
  /** Resolves when no webhook is being delivered and nothing is due by itself. */
  readonly whenIdle: () => Promise<void>;
}

const mostSeconds = 31_536_000;

// Where links lead when no request said where the sandbox is.
const loopback = 'http://127.0.0.1';

/** An emulator of Plural's card payment API and of a bank's page, as one fetch handler with state. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const {
    now: realNow = Date.now,
    newId: givenId = () => crypto.randomUUID(),
    origin: givenOrigin,
    fetch: send = (request: Request) => fetch(request),
    wait = waitFor,
    webhookUrl,
    state: earlier,
    ...changes
  } = options;
  let settings = withSettings(initialSettings(), changes);
  const origin = givenOrigin === undefined ? undefined : new URL(givenOrigin).origin;
  const state = earlier ?? emptyState();
  const background = createBackground();
  const scheduled = new WeakSet<object>();

  const now = (): number => realNow() + state.clockOffsetMs;
  const newId = (): string => `${givenId()}-${(state.sequence += 1).toString(36)}`;
  const postman: Postman = { state, now, newId, fetch: send, wait };
  const worldAt = (base: string): World => ({ state, settings, nowMs: now(), origin: base, newId });

  /** Hands what happened to delivery, and wakes up for what will happen by itself while somebody waits for a webhook. */
  function afterwards(base: string, context?: BackgroundContext): void {
    for (const event of state.outbox.splice(0)) sendEvent(event, settings.webhookMode, context);
    const [next] = state.due;
    if (next === undefined || state.webhookUrl === null || scheduled.has(next)) return;
    scheduled.add(next);
    const wake = async (): Promise<void> => {
      await wait(Math.max(0, next.atMs - now()), null);
      catchUp(worldAt(base));
      afterwards(base);
    };
    background.keep(wake(), context);
  }

  function sendEvent(event: PendingEvent, mode: WebhookMode, context?: BackgroundContext): WebhookDelivery[] {
    const deliveries = enqueue(postman, event, mode);
    for (const delivery of deliveries) background.keep(deliver(postman, delivery), context);
    return deliveries;
  }

  async function answer(request: Request, context?: BackgroundContext): Promise<Response> {
    const url = new URL(request.url);
    const base = origin ?? url.origin;
    try {
      catchUp(worldAt(base));
      if (url.pathname === challengePath && (request.method === 'GET' || request.method === 'POST'))
        return await answerBankPage(worldAt(base), request, url);
      if (url.pathname === '/' || url.pathname === '/sandbox' || url.pathname.startsWith('/sandbox/'))
        return await answerControl({ sandbox, send: sendEvent }, request, url, worldAt(base));
      return await answerApi(request, url, base, context);
    } finally {
      afterwards(base, context);
    }
  }

  async function answerApi(request: Request, url: URL, base: string, context?: BackgroundContext): Promise<Response> {
    const match = matchEndpoint(request.method, url.pathname);
    if (match === null) return jsonResponse(refusal(404, 'NOT_FOUND', 'There is no such endpoint'));
    if ('methods' in match)
      return jsonResponse({
        ...refusal(405, 'METHOD_NOT_ALLOWED', 'The endpoint takes another method'),
        headers: { allow: match.methods.join(', ') },
      });
    const call: Call = { ...match, headers: request.headers, bodyText: await request.text() };
    const fault = takeFault(state.faults, match.operation);
    const world = worldAt(base);
    const effective = fault === null || takesEffect(fault);
    const result = effective ? answerCall(world, call) : refusal(500, 'INTERNAL_ERROR', 'The call did not take effect');
    const entry = logCall(world, call, url.pathname, request.method, result, fault);
    // A webhook does not wait for an answer that comes late or never.
    afterwards(base, context);
    if (result.delayMs !== undefined && result.delayMs > 0) await wait(result.delayMs, request.signal);
    if (fault === null) {
      if (result.lost === true) throw brokenConnection();
      return jsonResponse(result);
    }
    const response = await bend(result, fault, wait, request.signal);
    entry.status = response.status;
    return response;
  }

  const sandbox: Sandbox = {
    fetch: async (input, init) => {
      if (init !== undefined && 'waitUntil' in init) return answer(new Request(input), init);
      return answer(input instanceof Request && init === undefined ? input : new Request(input, init));
    },
    script: (...faults) => {
      state.faults.push(...faults.map((fault) => scripted(readFault(fault))));
    },
    clearScript: () => {
      state.faults.length = 0;
    },
    state,
    settings: () => settings,
    configure: (changes) => {
      settings = withSettings(settings, changes);
    },
    advance: (seconds) => {
      if (!(seconds >= 0 && seconds <= mostSeconds)) throw new TypeError('The clock moves by 0 seconds to a year.');
      state.clockOffsetMs += seconds * 1000;
      catchUp(worldAt(origin ?? loopback));
      afterwards(origin ?? loopback);
    },
    setWebhookUrl: (url) => {
      if (url !== null && webAddress(url, '').length > 0)
        throw new TypeError('Webhooks go to an http or https address.');
      state.webhookUrl = url;
    },
    whenIdle: background.whenIdle,
  };
  if (webhookUrl !== undefined) sandbox.setWebhookUrl(webhookUrl);
  if (earlier !== undefined) afterwards(origin ?? loopback);
  return sandbox;
}
