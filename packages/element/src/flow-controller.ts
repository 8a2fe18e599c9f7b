import { createOtpFlow, fetchTransport, type FlowState, type OtpFlow, type OtpTransport } from '@plural-otp/flow';
import type { PaymentView } from '@plural-otp/flow/contract';
import type { ReactiveControllerHost } from 'lit';
import { idle, isEnd } from './screen.ts';

/** Where a flow gets its answers from: a transport of the page's own, or the backend's base path and a session. */
export interface FlowSource {
  readonly transport: OtpTransport | undefined;
  readonly endpoint: string | undefined;
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
  /** Starts, now; does nothing twice. */
  start(): void;
}

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
  let firstView: PaymentView | undefined;
  let flow: OtpFlow | undefined;
  let state = idle;
  let started = false;
  let away: AbortController | undefined;

  function take(next: FlowState): void {
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

  function startIfSeen(): void {
    const { prerendering } = document as Document & { prerendering?: boolean };
    if (started || source.manual || prerendering || document.hidden) return;
    if (flow && host.getClientRects().length > 0) start();
  }

  function notice({ type, persisted }: Partial<PageTransitionEvent>): void {
    // Only the events count: `navigator.onLine` alone is false on a machine that reaches its server over loopback.
    if (type === 'online' || type === 'offline') flow?.notify(type);
    else if (persisted) flow?.notify('restored');
    else if (type !== 'pageshow') flow?.notify(document.hidden ? 'hidden' : 'visible');
    startIfSeen();
  }

  function begin(): void {
    if (!transport || flow || !host.isConnected) return;
    const view = firstView;
    firstView = undefined;
    flow = createOtpFlow({ transport, ...(view && { view }) });
    flow.subscribe(take);
    // Until the new flow knows more, what is on the screen may still be this very payment, with a code half typed.
    if (view || isEnd(state.status)) take(flow.state);
    notice({});
  }

  function end(): void {
    flow?.close();
    flow = undefined;
    started = false;
  }

  // A step in a closed accordion or tab must not send a code; it gets a box when it is opened.
  const resize = new ResizeObserver(startIfSeen);

  host.addController({
    hostConnected() {
      away = new AbortController();
      const { signal } = away;
      for (const type of ['visibilitychange', 'prerenderingchange'])
        document.addEventListener(type, notice, { signal });
      for (const type of ['online', 'offline', 'pageshow']) addEventListener(type, notice, { signal });
      resize.observe(host);
      begin();
    },
    hostDisconnected() {
      away?.abort();
      resize.disconnect();
      // A move is a removal and an insertion at once: the flow lives through it.
      queueMicrotask(() => {
        if (!host.isConnected) end();
      });
    },
  });

  return {
    get state() {
      return state;
    },
    get flow() {
      return flow;
    },
    configure(given) {
      const known = source;
      const { endpoint, session } = given;
      source = given;
      if (known.transport !== given.transport || known.endpoint !== endpoint || known.session !== session) {
        end();
        firstView = given.view;
        transport =
          given.transport ?? (endpoint !== undefined && session ? fetchTransport({ endpoint, session }) : undefined);
      }
      begin();
    },
    start,
  };
}
