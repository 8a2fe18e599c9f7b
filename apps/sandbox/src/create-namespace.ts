/** One namespace of a sandbox: state, settings, faults and clock of its own, and the requests that reach it. */
import { handleAcsRequest } from './issuer/acs-routes.ts';
import { respond } from './api/respond.ts';
import { errorResponse, jsonResponse } from './api/response.ts';
import { type Call, handleCall } from './api/handle-call.ts';
import { decideByHand } from './issuer/decide-by-hand.ts';
import { runDueEvents } from './issuer/run-due-events.ts';
import { type BackgroundContext, createBackground } from './lib/background.ts';
import { createChangeSignal } from './lib/changes.ts';
import { createLiveView } from './control/live-view.ts';
import { describeEntries, type EntryWaiting, findEntries, waitForEntries } from './control/find-entries.ts';
import type { NamespaceList, SandboxControls } from './control/sandbox-controls.ts';
import type { Sleep } from './lib/sleep.ts';
import { parseFault, takeNextFault, takesEffect, toScriptedFault } from './state/fault-script.ts';
import { countCall, findOrderNames } from './state/call-order.ts';
import { matchEndpoint } from './state/endpoints.ts';
import { challengePath } from './state/order-document.ts';
import { advanceClock, type ClockStart, readClock, setClock, startClock } from './state/clock.ts';
import { seededId } from './state/ids.ts';
import { httpUrl } from './lib/validators.ts';
import { logCall, logUnknown } from './api/request-log.ts';
import { resetState } from './state/reset-state.ts';
import { applySettings, defaultSettings, type Settings, type WebhookMode } from './state/settings.ts';
import type { PendingEvent, SandboxState, WebhookDelivery } from './state/state.ts';
import { readState, writeState } from './state/state-file.ts';
import { deliver, recordDeliveries, type WebhookSender } from './webhooks.ts';
import type { SandboxContext } from './state/context.ts';

/** Parts of a namespace. */
export interface NamespaceParts {
  /** Name, or an empty string for the sandbox's own. */
  readonly name: string;
  readonly state: SandboxState;
  /** True when the state is a stored one: its clock, and the settings that are not given, remain. */
  readonly isStored: boolean;
  readonly settings: Partial<Settings>;
  readonly webhookUrls: readonly string[] | undefined;
  readonly clockStart: ClockStart;
  /** Returns the real time, or the time that a test gives. */
  readonly realNow: () => number;
  /**
   * `real`: clock and timers of the platform. `given`: both are given. `clockOnly`: the clock is given and the timers are
   * not, so that they do not follow it.
   */
  readonly time: 'real' | 'given' | 'clockOnly';
  readonly seed: number | undefined;
  readonly newId: () => string;
  readonly origin: string | undefined;
  /** Origin of links in webhooks while no request has shown the sandbox's own. */
  readonly firstOrigin: string;
  readonly send: (request: Request) => Promise<Response>;
  readonly wait: Sleep;
  readonly namespaces: NamespaceList;
}

/** A namespace: its controls, and the handling of a request that belongs to it. */
export interface Namespace extends SandboxControls {
  readonly handle: (request: Request, runtime?: BackgroundContext) => Promise<Response>;
}

const defaultWaitMs = 5000;

/** Creates a namespace. */
export function createNamespace(parts: NamespaceParts): Namespace {
  const { name, state, realNow, wait, origin, namespaces } = parts;
  // Given settings take precedence over those of a stored state.
  const configure = (changes: Partial<Record<string, unknown>>): void => {
    state.settings = applySettings({ ...defaultSettings(), ...state.settings }, changes);
  };
  const settings = (): Settings => ({ ...defaultSettings(), ...state.settings });
  let lastOrigin = origin ?? parts.firstOrigin;
  let resets = 0;
  const background = createBackground();
  const changes = createChangeSignal();
  const live = createLiveView();

  const now = (): number => readClock(state, realNow());
  const newId = (): string => {
    state.sequence += 1;
    const { seed } = parts;
    return `${seed === undefined ? parts.newId() : seededId(seed, name, state.sequence)}-${state.sequence.toString(36)}`;
  };
  const webhookSender: WebhookSender = {
    state,
    now,
    realNow,
    newId,
    fetch: parts.send,
    wait,
    onChange: changes.notify,
    resets: () => resets,
  };
  const contextAt = (base: string): SandboxContext => ({
    namespace: name,
    state,
    settings: settings(),
    nowMs: now(),
    origin: base,
    newId,
  });
  const setWebhookUrl = (given: string | readonly string[] | null): void => {
    const urls = given === null ? [] : typeof given === 'string' ? [given] : given;
    for (const url of urls) requireWebhookUrl(url);
    state.webhookUrls = [...new Set(urls)];
  };
  const startAgain = (): void => {
    startClock(state, realNow(), parts.clockStart);
    configure(parts.settings);
    setWebhookUrl(parts.webhookUrls ?? null);
  };

  // Starts the delivery of new events, and sets a timer for the next due one, so that its webhook is sent without a
  // further request.
  function dispatchEvents(runtime?: BackgroundContext): void {
    for (const event of state.outbox.splice(0)) sendEvent(event, settings().webhookMode, runtime);
    setDueTimer(runtime);
    changes.notify();
  }

  let timer: { readonly atMs: number; readonly abort: AbortController } | undefined;
  const stopTimer = (): void => {
    timer?.abort.abort();
    timer = undefined;
  };
  function setDueTimer(runtime?: BackgroundContext): void {
    const atMs = state.dueEvents[0]?.atMs;
    if (timer !== undefined && timer.atMs === atMs) return;
    stopTimer();
    if (atMs === undefined || state.webhookUrls.length === 0 || state.frozenAtMs !== null) return;
    const own = { atMs, abort: new AbortController() };
    timer = own;
    const wake = async (): Promise<void> => {
      await wait(Math.max(0, atMs - now()), own.abort.signal);
      // A timer may fire a little early. A clock that a test gives may not have moved at all: then the next request,
      // `advance` or `whenIdle` sends the event.
      if (timer === own && (parts.time === 'real' || now() >= atMs)) timer = undefined;
      runDueEvents(contextAt(lastOrigin));
      dispatchEvents();
    };
    const work = wake();
    if (parts.time === 'clockOnly') work.catch(() => undefined);
    else background.waitUntil(work, runtime);
  }

  // Notifies nobody when nothing is due: two that wait would wake each other for ever.
  function catchUp(): void {
    if (runDueEvents(contextAt(lastOrigin)) || state.outbox.length > 0) dispatchEvents();
    else setDueTimer();
  }

  function sendEvent(event: PendingEvent, mode: WebhookMode, runtime?: BackgroundContext): WebhookDelivery[] {
    const deliveries = recordDeliveries(webhookSender, event, mode);
    for (const delivery of deliveries) background.waitUntil(deliver(webhookSender, delivery), runtime);
    return deliveries;
  }

  function release(deliveries: readonly WebhookDelivery[]): void {
    for (const delivery of deliveries) {
      delivery.state = 'sending';
      background.waitUntil(deliver(webhookSender, delivery));
    }
  }

  async function handle(request: Request, runtime?: BackgroundContext): Promise<Response> {
    const url = new URL(request.url);
    const base = origin ?? url.origin;
    lastOrigin = base;
    try {
      runDueEvents(contextAt(base));
      if (url.pathname === challengePath && (request.method === 'GET' || request.method === 'POST'))
        return await handleAcsRequest(contextAt(base), request, url);
      if (url.pathname === '/' || url.pathname === '/sandbox' || url.pathname.startsWith('/sandbox/')) {
        // Loaded at the first request: tests and pages that embed a sandbox mostly send none.
        const { handleControlRequest } = await import('./control/routes.ts');
        const control = {
          describeApi: async (at: string) => (await import('./api/openapi.ts')).describeApi(at),
          sandbox: controls,
          send: sendEvent,
          release,
          namespaces,
          live,
          catchUp,
          nextChange: changes.next,
        };
        return await handleControlRequest(control, request, url, () => contextAt(base));
      }
      return await handleApiRequest(request, url, base, runtime);
    } finally {
      dispatchEvents(runtime);
    }
  }

  async function handleApiRequest(
    request: Request,
    url: URL,
    base: string,
    runtime?: BackgroundContext,
  ): Promise<Response> {
    const match = matchEndpoint(request.method, url.pathname);
    if (match === null || 'methods' in match) {
      const response =
        match === null
          ? errorResponse(404, 'NOT_FOUND', 'Unknown endpoint')
          : {
              ...errorResponse(405, 'METHOD_NOT_ALLOWED', 'Method not allowed'),
              headers: { allow: match.methods.join(', ') },
            };
      logUnknown(contextAt(base), url.pathname, request.method, response);
      return jsonResponse(response);
    }
    const { headers } = request;
    const call: Call = { ...match, headers, query: url.searchParams, bodyText: await request.text() };
    const startedAtMs = realNow();
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
    dispatchEvents(runtime);
    try {
      return await respond(request, result, fault, entry, wait);
    } finally {
      entry.durationMs = realNow() - startedAtMs;
    }
  }

  const waiting: EntryWaiting = { state, now, catchUp, nextChange: changes.next };
  const controls: Namespace = {
    handle,
    script: (...faults) => {
      state.faults.push(...faults.map((fault) => toScriptedFault(parseFault(fault))));
    },
    decide: (paymentId, decision) => {
      decideByHand(contextAt(lastOrigin), paymentId, decision);
      dispatchEvents();
    },
    clearScript: (order) => {
      const kept = order === undefined ? [] : state.faults.filter(({ fault }) => fault.order !== order);
      state.faults.splice(0, state.faults.length, ...kept);
    },
    state,
    settings,
    configure,
    advance: (seconds) => {
      advanceClock(state, seconds);
      stopTimer();
      catchUp();
      changes.notify();
    },
    setClock: (change) => {
      setClock(state, realNow(), change);
      stopTimer();
      catchUp();
      changes.notify();
    },
    resetClock: () => {
      startClock(state, realNow(), parts.clockStart);
      stopTimer();
      dispatchEvents();
    },
    setWebhookUrl,
    reset: ({ keep = [] } = {}) => {
      resets += 1;
      stopTimer();
      resetState(state, keep, startAgain);
      changes.notify();
    },
    find: (kind, filter) => findEntries(state, kind, filter),
    findWithin: (kind, filter, waitMs) => waitForEntries(waiting, kind, filter, waitMs),
    waitFor: async (kind, filter = {}, waitMs = defaultWaitMs) => {
      const [first] = await waitForEntries(waiting, kind, filter, waitMs);
      if (first !== undefined) return first;
      const wanted = `No entry of ${kind} matched ${JSON.stringify(filter)} within ${waitMs} ms.`;
      throw new Error(`${wanted} ${describeEntries({ state }, kind)}`);
    },
    exportState: () => writeState(state),
    importState: (text) => {
      const imported = readState(text);
      resets += 1;
      stopTimer();
      namespaces.remove();
      Object.assign(state, imported, name !== '' && { namespaces: new Map() });
      dispatchEvents();
    },
    whenIdle: async () => {
      do {
        catchUp();
        await background.whenIdle();
      } while ((state.dueEvents[0]?.atMs ?? Number.POSITIVE_INFINITY) <= now());
    },
  };
  if (parts.isStored) {
    configure(parts.settings);
    if (parts.webhookUrls !== undefined) setWebhookUrl(parts.webhookUrls);
    if (parts.clockStart.startAtMs !== undefined || parts.clockStart.frozen !== undefined)
      startClock(state, realNow(), parts.clockStart);
    dispatchEvents();
  } else {
    startAgain();
  }
  return controls;
}

function requireWebhookUrl(url: string): void {
  if (httpUrl(url, '').length > 0) throw new TypeError('A webhook URL must be an http or https URL.');
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw new TypeError('A webhook URL must not have a user name or a password: fetch does not send to one.');
}
