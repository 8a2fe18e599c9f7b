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

/** Page events that a flow reacts to, or that may make the host visible. */
const documentEvents = ['visibilitychange', 'prerenderingchange'] as const;
const windowEvents = ['online', 'offline', 'pageshow'] as const;

/**
 * Runs one flow for a host: creates it once there is a source, forwards page events to it, starts it when the
 * customer can see the host, and closes it when the host is removed for good.
 */
export function createFlowController(
  host: ReactiveControllerHost & HTMLElement,
  onChange: (state: FlowState, previous: FlowState) => void,
): FlowController {
  let source: Partial<FlowSource> = {};
  let transport: OtpTransport | undefined;
  // Used by one flow only: a flow created later, after the element was removed, has to request the current view.
  let initialView: PaymentView | undefined;
  let flow: OtpFlow | undefined;
  let state = idleState;
  let started = false;

  function applyState(next: FlowState): void {
    const previous = state;
    if (next === previous) return;
    state = next;
    host.requestUpdate();
    onChange(next, previous);
  }

  function start(): void {
    started = true;
    flow?.start();
  }

  function startIfVisible(): void {
    const { prerendering } = document as Document & { prerendering?: boolean };
    if (started || source.manual || prerendering || document.hidden) return;
    if (flow && host.getClientRects().length > 0) start();
  }

  function onPageEvent({ type, persisted }: Partial<PageTransitionEvent>): void {
    // Only events count: `navigator.onLine` is false on a machine that reaches its server over loopback alone.
    if (type === 'online' || type === 'offline') flow?.notify(type);
    else if (persisted) flow?.notify('restored');
    else if (type !== 'pageshow') flow?.notify(document.hidden ? 'hidden' : 'visible');
    if (type) startIfVisible();
  }

  function createFlow(): void {
    if (!transport || flow || !host.isConnected) return;
    const view = initialView;
    initialView = undefined;
    flow = createOtpFlow({ transport, timers, ...(view && { view }) });
    flow.subscribe(applyState);
    // Without a view, the rendered state stays: it may be the same payment, with a code that is half typed.
    if (view || isFinal(state.status)) applyState(flow.state);
    onPageEvent({});
    if (started) flow.start();
    // The observer reports a host that has a box after layout. Measuring here would force a layout for each host.
    resizeObserver.disconnect();
    resizeObserver.observe(host);
  }

  function closeFlow(): void {
    flow?.close();
    flow = undefined;
    started = false;
  }

  // A step in a closed accordion or tab must not request a code; it gets a box when it is opened. The start runs in a
  // separate task, because a layout change inside the observer's callback is reported as an error of the page.
  const resizeObserver = new ResizeObserver(() => setTimeout(startIfVisible));

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
      resizeObserver.observe(host);
      createFlow();
    },
    hostDisconnected() {
      for (const type of documentEvents) document.removeEventListener(type, onPageEvent);
      for (const type of windowEvents) removeEventListener(type, onPageEvent);
      resizeObserver.disconnect();
      // A move is a removal followed at once by an insertion; the flow survives it.
      queueMicrotask(() => {
        if (!host.isConnected) closeFlow();
      });
    },
    hostUpdated() {
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
      const { session } = next;
      const endpoint = String(next.endpoint ?? '/plural');
      source = next;
      if (
        previous.transport !== next.transport ||
        previous.endpoint !== next.endpoint ||
        previous.session !== session
      ) {
        // A start that was requested before there was a source applies to the first source.
        const startRequested = started && !flow;
        closeFlow();
        started = startRequested;
        initialView = next.view;
        transport = next.transport ?? (session ? fetchTransport({ endpoint, session }) : undefined);
      }
      createFlow();
      const { view } = next;
      if (!transport && view && view !== previous.view)
        applyState(createOtpFlow({ transport: inertTransport, view }).state);
      if (previous.manual && !next.manual) startIfVisible();
    },
    start,
  };
}
