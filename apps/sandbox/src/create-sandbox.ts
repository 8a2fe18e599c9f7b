/** `createSandbox`: the emulator as one fetch handler, which dispatches to the API, the ACS page and the control routes. */
import { handleAcsRequest } from './issuer/acs-routes.ts';
import { errorResponse, jsonResponse } from './api/response.ts';
import { type Call, handleCall } from './api/handle-call.ts';
import { runDueEvents } from './issuer/run-due-events.ts';
import { type BackgroundContext, createBackground, findBackgroundContext } from './lib/background.ts';
import { handleControlRequest } from './control/routes.ts';
import type { SandboxControls } from './control/sandbox-controls.ts';
import { applyFault } from './api/apply-fault.ts';
import { connectionResetError } from './lib/connection.ts';
import { type Sleep, sleep } from './lib/sleep.ts';
import { parseFault, takeNextFault, takesEffect, toScriptedFault } from './state/fault-script.ts';
import { countCall, findOrderNames } from './state/call-order.ts';
import { matchEndpoint } from './state/endpoints.ts';
import { challengePath } from './state/order-document.ts';
import { httpUrl } from './api/validators.ts';
import { logCall } from './api/request-log.ts';
import { applySettings, defaultSettings, type Settings, type WebhookMode } from './state/settings.ts';
import { emptyState, type PendingEvent, type SandboxState, type WebhookDelivery } from './state/state.ts';
import { deliver, recordDeliveries, type WebhookSender } from './webhooks.ts';
import type { SandboxContext } from './state/context.ts';

/** Options of {@link createSandbox}: the settings, and the clock, network and state that a test can replace. */
export interface SandboxOptions extends Partial<Settings> {
  /** Returns the time in epoch milliseconds. @default Date.now */
  readonly now?: () => number;
  /** Returns a part of each id. Ids are unique even if it repeats. @default crypto.randomUUID */
  readonly newId?: () => string;
  /** Origin of challenge URLs, for example `https://bank.example`. @default the origin of the request */
  readonly origin?: string;
  /** Sends webhooks. @default the platform's `fetch` */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Sleeps before delayed responses and between webhook attempts; rejects when the signal aborts. @default a timer */
  readonly wait?: Sleep;
  /** Address of webhooks. @default none */
  readonly webhookUrl?: string | null;
  /** State to continue from: the `state` of a sandbox, or the result of `readState`. @default an empty state */
  readonly state?: SandboxState;
}

/** A running sandbox. Its methods are bound, so they may be passed around. */
export interface Sandbox extends SandboxControls {
  /**
   * Handles a request to Plural's API, the ACS page or the control routes. Accepts the arguments of `fetch`, so that it
   * can be passed in its place, and those that a runtime gives a server's handler: `(request, server)` in Bun,
   * `(request, env, context)` in Workers. `HEAD` gets the headers of `GET`.
   *
   * @throws A TypeError where a scripted fault breaks the connection.
   */
  readonly fetch: (input: Request | string | URL, ...rest: unknown[]) => Promise<Response>;
  /** Resolves when no webhook delivery is running or scheduled. */
  readonly whenIdle: () => Promise<void>;
}

const maxAdvanceSeconds = 31_536_000;

// Origin of links in webhooks while no request has shown the sandbox's own.
const defaultOrigin = 'http://127.0.0.1';

/** Returns true for options of `fetch`, and false for a server or an environment that a runtime passes. */
const isRequestInit = (value: unknown): value is RequestInit =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
const toInit = (value: unknown): RequestInit | undefined => (isRequestInit(value) ? value : undefined);

/**
 * Creates an emulator of Plural's card payment API and of an issuer's ACS page: one fetch handler with state.
 *
 * @throws A TypeError for a setting that does not exist or whose value is not allowed, and for an invalid URL.
 * @example
 * ```ts
 * import { createPlural } from '@plural-otp/core';
 * import { createSandbox, credentials } from '@plural-otp/sandbox';
 *
 * const sandbox = createSandbox({ otpAttempts: 1 });
 * const plural = createPlural({
 *   environment: { baseUrl: 'http://127.0.0.1:3001' },
 *   clientId: credentials.clientId,
 *   clientSecret: credentials.clientSecret,
 *   fetch: sandbox.fetch, // no socket: every call is handled in this process
 * });
 * await plural.getCardDetails({
 *   amount: '110000',
 *   card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CARD' }],
 * });
 * console.log(sandbox.state.counts.getCardDetails); // 1
 * ```
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const {
    now: realNow = Date.now,
    newId: givenId = () => crypto.randomUUID(),
    origin: givenOrigin,
    fetch: send = (request: Request) => fetch(request),
    wait = sleep,
    webhookUrl,
    state: initialState,
    ...changes
  } = options;
  const state = initialState ?? emptyState();
  // The options take precedence over the settings of a stored state.
  const configure = (changes: Partial<Record<string, unknown>>): void => {
    state.settings = applySettings({ ...defaultSettings(), ...state.settings }, changes);
  };
  configure(changes);
  const settings = (): Settings => ({ ...defaultSettings(), ...state.settings });
  const origin = givenOrigin === undefined ? undefined : new URL(givenOrigin).origin;
  let lastOrigin = origin ?? defaultOrigin;
  const background = createBackground();
  const scheduled = new WeakSet<object>();

  const now = (): number => realNow() + state.clockOffsetMs;
  const newId = (): string => `${givenId()}-${(state.sequence += 1).toString(36)}`;
  const webhookSender: WebhookSender = { state, now, realNow, newId, fetch: send, wait };
  const contextAt = (base: string): SandboxContext => ({
    state,
    settings: settings(),
    nowMs: now(),
    origin: base,
    newId,
  });

  // Starts the delivery of new events. With a webhook URL it also sets a timer for the next due event, so that its
  // webhook is sent without a further request.
  function dispatchEvents(base: string, runtime?: BackgroundContext): void {
    for (const event of state.outbox.splice(0)) sendEvent(event, settings().webhookMode, runtime);
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
    lastOrigin = base;
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
    if (match === null) return jsonResponse(errorResponse(404, 'NOT_FOUND', 'Unknown endpoint'));
    if ('methods' in match)
      return jsonResponse({
        ...errorResponse(405, 'METHOD_NOT_ALLOWED', 'Method not allowed'),
        headers: { allow: match.methods.join(', ') },
      });
    const call: Call = { ...match, headers: request.headers, bodyText: await request.text() };
    const orderNames = findOrderNames(state, match, call.bodyText);
    const fault = takeNextFault(state.faults, match.operation, orderNames);
    const context = contextAt(base);
    const effective = fault === null || takesEffect(fault);
    const result = effective
      ? handleCall(context, call)
      : errorResponse(500, 'INTERNAL_ERROR', 'The call did not take effect');
    countCall(state, match, orderNames);
    const entry = logCall(context, call, url.pathname, request.method, result, fault);
    // Before the delay: a webhook does not wait for a response that is late or lost.
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
    fetch: async (input, ...rest) => {
      const runtime = findBackgroundContext(rest);
      const [init] = rest;
      const request = input instanceof Request && !isRequestInit(init) ? input : new Request(input, toInit(init));
      if (request.method !== 'HEAD') return handleRequest(request, runtime);
      const { status, headers } = await handleRequest(new Request(request, { method: 'GET' }), runtime);
      return new Response(null, { status, headers });
    },
    script: (...faults) => {
      state.faults.push(...faults.map((fault) => toScriptedFault(parseFault(fault))));
    },
    clearScript: (order) => {
      const kept = order === undefined ? [] : state.faults.filter(({ fault }) => fault.order !== order);
      state.faults.splice(0, state.faults.length, ...kept);
    },
    state,
    settings,
    configure,
    advance: (seconds) => {
      if (!(seconds >= 0 && seconds <= maxAdvanceSeconds))
        throw new TypeError(`"seconds" must be from 0 to ${maxAdvanceSeconds}.`);
      state.clockOffsetMs += seconds * 1000;
      runDueEvents(contextAt(lastOrigin));
      dispatchEvents(lastOrigin);
    },
    resetClock: () => {
      state.clockOffsetMs = 0;
    },
    setWebhookUrl: (url) => {
      if (url !== null && httpUrl(url, '').length > 0)
        throw new TypeError('The webhook URL must be an http or https URL.');
      state.webhookUrl = url;
    },
    whenIdle: background.whenIdle,
  };
  if (webhookUrl !== undefined) sandbox.setWebhookUrl(webhookUrl);
  if (initialState !== undefined) dispatchEvents(lastOrigin);
  return sandbox;
}
