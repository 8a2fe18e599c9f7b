import {
  createOtpFlow,
  fetchTransport,
  type FlowState,
  type FlowTimers,
  type OtpFlow,
  type OtpTransport,
} from '@plural-otp/flow';
import type { PaymentView } from '@plural-otp/flow/contract';
import type { ReactiveControllerHost } from 'lit';
import { idleState, isEnd } from './view/view-model.ts';

/** Where a flow gets its answers from: a transport of the page's own, or the backend's base path and a session. */
export interface FlowSource {
  readonly transport: OtpTransport | undefined;
  readonly endpoint: string | URL | null | undefined;
  readonly session: string | undefined;
  readonly view: PaymentView | undefined;
  /** Waits for `start`. */
  readonly manual: boolean;
}

/** One flow for a host. */
export interface FlowController {
  readonly state: FlowState;
  readonly flow: OtpFlow | undefined;
  /** Takes a source; another one than before ends the flow that ran and begins anew. */
  configure(source: FlowSource): void;
  /** Starts, now or as soon as there is something to ask; does nothing twice. */
  start(): void;
}

/** Of a view that is only drawn: its flow is never started, so that nobody is asked. */
const inertTransport = {} as OtpTransport;

const documentEvents = ['visibilitychange', 'prerenderingchange'] as const;
const windowEvents = ['online', 'offline', 'pageshow'] as const;

/**
 * Runs one flow for a host: makes it when there is something to ask, tells it what the page notices, starts it when
 * the customer can see it, and ends it when the host is gone for good.
 */
export function createFlowController(
  host: ReactiveControllerHost & HTMLElement,
  onChange: (state: FlowState, previous: FlowState) => void,
): FlowController {
  let source: Partial<FlowSource> = {};
  let transport: OtpTransport | undefined;
  /** Drawn once: a flow made later, after the element was away, has to ask. */
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
    // Only the events count: `navigator.onLine` alone is false on a machine that reaches its server over loopback.
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
    // Until the new flow knows more, what is on the screen may still be this very payment, with a code half typed.
    if (view || isEnd(state.status)) applyState(flow.state);
    onPageEvent({});
    if (started) flow.start();
    // Reports a host that has a box, once it was laid out: to ask here would lay out the page for each host.
    resizeObserver.disconnect();
    resizeObserver.observe(host);
  }

  function closeFlow(): void {
    flow?.close();
    flow = undefined;
    started = false;
  }

  // A step in a closed accordion or tab must not send a code; it gets a box when it is opened. In a task of its own,
  // since what changes the layout within the observer's is reported as an error of the page.
  const resizeObserver = new ResizeObserver(() => setTimeout(startIfVisible));

  /**
   * Milliseconds to the next whole second of the countdown, 0 without one. It goes on for one second after its end:
   * what was drawn a moment before it still says that there is a second left.
   */
  function nextSecondMs(): number {
    const leftMs = flow ? (flow.state.resendAtMs ?? 0) + 1000 - flow.now() : 0;
    return leftMs > 0 ? leftMs % 1000 || 1000 : 0;
  }

  const requestUpdate = (): void => host.requestUpdate();

  // The beat of a flow is the only timer: with a countdown it falls on the whole seconds, and has it drawn.
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
  /** The countdown of a `manual` flow that has not begun and so has no beat. */
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
      // A move is a removal and an insertion at once: the flow lives through it.
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
        // Whoever asked for a start before there was a source meant the one that comes.
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
