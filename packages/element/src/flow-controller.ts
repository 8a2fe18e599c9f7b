/** Lifecycle of the flow behind one element. */

import {
  createOtpFlow,
  fetchTransport,
  type FlowState,
  type FlowTimers,
  type OtpFlow,
  type OtpTransport,
} from '@plural-otp/flow';
import type { PaymentView } from '@plural-otp/flow/contract';
import { isFinal } from '@plural-otp/flow/presentation';
import type { ReactiveControllerHost } from 'lit';
import { idleState } from './view/view-model.ts';
import { createVisibilityWatch } from './visibility.ts';

/** Backend of a flow: the page's own transport, or the base path of the handler and a session. */
export interface FlowSource {
  readonly transport: OtpTransport | undefined;
  readonly endpoint: string | URL | null | undefined;
  readonly session: string | undefined;
  /** First view, rendered without a request. */
  readonly view: PaymentView | undefined;
  /** True when the flow starts by `start()` alone. */
  readonly manual: boolean;
}

/** Callbacks of a flow controller. */
export interface FlowControllerOptions {
  onChange: (state: FlowState, previous: FlowState) => void;
  /** Receives messages for the page's developer. */
  warn: (message: string) => void;
}

/** Owner of the one flow of a host. */
export interface FlowController {
  /** State to render; outlives the flow it came from. */
  readonly state: FlowState;
  /** Running flow; `undefined` while there is no source, or the host is not connected. */
  readonly flow: OtpFlow | undefined;
  /** Sets the source. A different one closes the current flow and creates another. */
  configure(source: FlowSource): void;
  /** Starts the flow, now or as soon as there is a source. Idempotent. */
  start(): void;
}

/** Transport of a view that is only rendered. Its flow never starts, so no method is ever called. */
const inertTransport = {} as OtpTransport;

/** Views that a flow began with. Each is the first of one flow only: it is old when another flow begins. */
const usedViews = new WeakSet<PaymentView>();

/** Page events that a flow reacts to, or that may make the host visible. */
const documentEvents = ['visibilitychange', 'prerenderingchange'] as const;
const windowEvents = ['online', 'offline', 'pageshow'] as const;

/**
 * Runs one flow for a host: creates it once there is a source, forwards page events to it, starts it when the
 * customer can see the host, and closes it when the host is removed for good.
 */
export function createFlowController(
  host: ReactiveControllerHost & HTMLElement,
  { onChange, warn }: FlowControllerOptions,
): FlowController {
  let source: Partial<FlowSource> = {};
  let transport: OtpTransport | undefined;
  let initialView: PaymentView | undefined;
  let flow: OtpFlow | undefined;
  let state = idleState;
  // True once this payment was started; a host that is put back later goes on.
  let started = false;
  // True when a `manual` step was started, and a session or transport came without a view that tells its payment.
  let mustCheck = false;
  // True when another transport came after the end: the end stays until that transport tells of another payment.
  let keepsEnd = false;

  function applyState(next: FlowState): void {
    const previous = state;
    if (next === previous) return;
    state = next;
    host.requestUpdate();
    onChange(next, previous);
  }

  /** Renders a state of the flow. Before its first response, what was rendered stays: it may be the same payment. */
  function onFlowState(next: FlowState): void {
    const isSameEnd = next.reference === state.reference && next.status === state.status;
    if (keepsEnd && (!next.reference || isSameEnd)) return;
    keepsEnd = false;
    const isUnknown = !next.reference && !next.problem && !isFinal(state);
    const { busy: _, ...rendered } = state;
    // The first poll of a flow pauses the step: no other action is possible before its response.
    const busy = next.busy === 'check' ? 'start' : next.busy;
    applyState(isUnknown ? { ...rendered, ...(busy && { busy }), online: next.online } : next);
  }

  function start(): void {
    started = true;
    visibility.stop();
    flow?.start();
  }

  function startIfVisible(): void {
    const { prerendering } = document as Document & { prerendering?: boolean };
    if (started || source.manual || prerendering || document.hidden) return;
    if (flow && visibility.isVisible()) start();
  }

  const visibility = createVisibilityWatch(host, startIfVisible);

  function onPageEvent({ type, persisted }: Partial<PageTransitionEvent>): void {
    // Only events count: `navigator.onLine` is false on a machine that reaches its server over loopback alone.
    if (type === 'online' || type === 'offline') flow?.notify(type);
    else if (persisted) flow?.notify('restored');
    else if (type !== 'pageshow') flow?.notify(document.hidden ? 'hidden' : 'visible');
    if (type) startIfVisible();
  }

  /** Transport of the flow, whose calls go to the newest one of the page. */
  const currentTransport = new Proxy({} as OtpTransport, {
    get: (_, name: keyof OtpTransport) => transport![name].bind(transport),
  });

  function createFlow(): void {
    if (!transport || flow || !host.isConnected) return;
    const view = initialView && !usedViews.has(initialView) ? initialView : undefined;
    initialView = undefined;
    if (view) usedViews.add(view);
    flow = createOtpFlow({ transport: currentTransport, timers, warn, ...(view && { view }) });
    flow.subscribe(onFlowState);
    if (view || (isFinal(state) && !keepsEnd)) applyState(flow.state);
    onPageEvent({});
    visibility.stop();
    if (started) flow.start();
    else visibility.observe();
    // A poll sends no OTP. If it is the payment that was started, the step goes on; if not, its button is shown.
    if (!started && mustCheck) flow.check();
    mustCheck = false;
  }

  const isActing = (): boolean => flow?.state.busy !== undefined && flow.state.status !== 'idle';

  function closeFlow(): void {
    flow?.close();
    flow = undefined;
  }

  /**
   * Returns the milliseconds until the next whole second of the countdown, or 0 without one. The countdown runs for
   * one second past its end, because the last rendering before the end still shows a second left.
   */
  function nextSecondMs(): number {
    const leftMs = flow ? (flow.state.resendAtMs ?? 0) + 1000 - flow.now() : 0;
    return leftMs > 0 ? leftMs % 1000 || 1000 : 0;
  }

  const requestUpdate = (): void => host.requestUpdate();

  // The flow's own timer is the only one. During a countdown it fires on whole seconds and also renders.
  const timers: FlowTimers = {
    setTimeout(onTimer, afterMs) {
      const nextMs = nextSecondMs();
      return setTimeout(() => {
        onTimer();
        if (nextMs) requestUpdate();
      }, nextMs || afterMs);
    },
    clearTimeout: (timer) => clearTimeout(timer as number),
  };
  // Drives the countdown of a `manual` flow, which has no timer before it starts.
  let countdownTimer: ReturnType<typeof setTimeout> | undefined;

  host.addController({
    hostConnected() {
      for (const type of documentEvents) document.addEventListener(type, onPageEvent);
      for (const type of windowEvents) addEventListener(type, onPageEvent);
      visibility.observe();
      createFlow();
    },
    hostDisconnected() {
      for (const type of documentEvents) document.removeEventListener(type, onPageEvent);
      for (const type of windowEvents) removeEventListener(type, onPageEvent);
      visibility.stop();
      // A move is a removal followed at once by an insertion; the flow survives it.
      queueMicrotask(() => {
        if (!host.isConnected) closeFlow();
      });
    },
    hostUpdated() {
      if (!started) visibility.observe();
      clearTimeout(countdownTimer);
      const nextMs = source.manual && !started ? nextSecondMs() : 0;
      if (nextMs && host.isConnected) countdownTimer = setTimeout(requestUpdate, nextMs);
    },
  });

  return {
    get state() {
      return state;
    },
    get flow() {
      return flow;
    },
    configure(next) {
      const previous = source;
      const { session, view } = next;
      const endpoint = String(next.endpoint ?? '/plural');
      const isSameSession = previous.endpoint === next.endpoint && previous.session === session;
      const isSameView = previous.view === view;
      source = next;
      const isTransportAlone = isSameSession && isSameView && transport !== undefined && next.transport !== undefined;
      if (previous.transport !== next.transport && isTransportAlone && isActing()) {
        // A transport written inline is another object in each rendering of a page. The action in flight goes on.
        transport = next.transport;
      } else if (previous.transport !== next.transport || !isSameSession) {
        // A start that was requested before there was a source applies to the first source.
        const startRequested = started && !flow && !transport;
        const isViewFresh = view !== undefined && !usedViews.has(view);
        closeFlow();
        mustCheck = started && next.manual && !isViewFresh;
        keepsEnd = isTransportAlone && isFinal(state);
        started = startRequested || (started && isViewFresh && view.reference === state.reference);
        initialView = view;
        transport = next.transport ?? (session ? fetchTransport({ endpoint, session, warn }) : undefined);
      }
      createFlow();
      if (!transport && view && !isSameView) applyState(createOtpFlow({ transport: inertTransport, view, warn }).state);
      if (previous.manual && !next.manual) startIfVisible();
    },
    start() {
      if (keepsEnd && flow) {
        keepsEnd = false;
        applyState(flow.state);
      }
      start();
    },
  };
}
