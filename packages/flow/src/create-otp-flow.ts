/** The flow: runs the machine's calls over a transport, keeps its timer, and notifies listeners. */
import { randomUuid } from './uuid.ts';
import type { EntryNote, PaymentView } from './contract.ts';
import { createMachine, serializeState, transition } from './machine.ts';
import type { Call, MachineEvent } from './machine-state.ts';
import { isEnd } from './machine-timing.ts';
import { warnOnce } from './warn.ts';
import { parseView } from './parse-view.ts';
import type { FlowState, OtpFlow, OtpTransport, TransportResult } from './flow-state.ts';

export interface OtpFlowOptions {
  transport: OtpTransport;
  /** View that came with the session. It is shown at once, so that `start` needs no request for it. */
  view?: PaymentView;
  /** Clock of the flow, in epoch milliseconds. @default a monotonic clock */
  now?: () => number;
  /** Wall clock, in epoch milliseconds. The flow polls when it drifts from `now`. @default `now` if given, else `Date.now` */
  wallClock?: () => number;
  /** Returns an idempotency key, a UUID. @default a random UUID */
  newId?: () => string;
  /** Replaces the global timers. */
  timers?: FlowTimers;
  /** Receives messages for the page's developer. @default `console.warn`, once per message */
  warn?: (message: string) => void;
}

/** Timer functions that a flow uses. It holds at most one timer at a time. */
export interface FlowTimers {
  setTimeout(run: () => void, afterMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** Parses the view in a result, because a custom transport may pass on a backend's JSON unchecked. An invalid view counts as no response. */
function validate(result: TransportResult, warn: (message: string) => void): TransportResult | undefined {
  if (result.kind !== 'view') return result;
  const view = parseView(result.view, warn);
  return view && { kind: 'view', view };
}

/**
 * Creates the flow of one payment. It sends nothing before `start`, `check`, `redirect` or `cancel` is called.
 *
 * @example
 * ```ts
 * import { createOtpFlow, fetchTransport, type PaymentView } from '@plural-otp/flow';
 *
 * export function showStep(session: string, view: PaymentView, render: (status: string) => void) {
 *   const flow = createOtpFlow({ transport: fetchTransport({ endpoint: '/plural', session }), view });
 *   flow.subscribe(({ status }) => render(status));
 *   flow.start();
 *   return flow;
 * }
 * ```
 */
export function createOtpFlow(options: OtpFlowOptions): OtpFlow {
  const {
    transport,
    newId = randomUuid,
    now = () => originMs + performance.now(),
    wallClock = options.now ?? Date.now,
    warn = warnOnce,
  } = options;
  // Safari before 15 and some JavaScript engines without a browser have no `timeOrigin`.
  const originMs = performance.timeOrigin ?? Date.now() - performance.now();
  const timers: FlowTimers = options.timers ?? globalThis;
  let clockOffsetMs = wallClock() - now();

  const listeners = new Set<(state: FlowState, previous: FlowState) => void>();
  let machine = createMachine(parseView(options.view, warn), now());
  let state = JSON.parse(serializeState(machine)) as FlowState;
  let controller: AbortController | undefined;
  let idempotencyKey = '';
  let note: EntryNote | undefined;
  let closed = false;
  let timer: unknown;

  async function perform({ name, isRetry }: Call, otp: string, signal: AbortSignal): Promise<TransportResult> {
    if (name === 'payment') return transport.payment(signal);
    if (!isRetry) idempotencyKey = newId();
    if (name === 'submit') return transport.submit(otp, idempotencyKey, signal, note);
    if (name === 'bank' || name === 'cancel') return transport.leave(name, idempotencyKey, signal);
    return transport[name](idempotencyKey, signal);
  }

  function run(call: Call, otp: string): void {
    controller?.abort();
    controller = new AbortController();
    void perform(call, otp, controller.signal)
      .then((result) => validate(result, warn))
      .catch(() => undefined)
      .then((result) => dispatch({ type: 'result', call, result }));
  }

  function dispatch(event: MachineEvent): void {
    if (closed) return;
    const { call } = machine;
    machine = transition(machine, event, now());
    if (machine.call && machine.call !== call) run(machine.call, 'otp' in event ? event.otp : '');
    timers.clearTimeout(timer);
    const tickIntervalMs = 1_000;
    if (machine.started && !isEnd(machine)) timer = timers.setTimeout(tick, tickIntervalMs);
    const text = serializeState(machine);
    // Equal JSON means that nothing visible changed.
    if (text === JSON.stringify(state)) return;
    const previous = state;
    const current = JSON.parse(text) as FlowState;
    state = current;
    // A microtask per listener: an exception reaches the global error handler without stopping the others, and calls
    // that a listener makes on the flow come after this dispatch.
    for (const listener of listeners) queueMicrotask(() => listeners.has(listener) && listener(current, previous));
  }

  /** Advances time. A drift between the clocks means that the device slept or the clock was set, so the flow polls. */
  function tick(): void {
    const driftMs = wallClock() - now() - clockOffsetMs;
    clockOffsetMs += driftMs;
    const maxDriftMs = 2_000;
    dispatch({ type: Math.abs(driftMs) > maxDriftMs ? 'drift' : 'tick' });
  }

  const on = (type: 'start' | 'resend' | 'cancel' | 'check') => () => dispatch({ type });

  return {
    get state() {
      return state;
    },
    now,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: on('start'),
    submit(otp, entry) {
      note = entry;
      dispatch({ type: 'submit', otp });
    },
    resend: on('resend'),
    redirect: (redirectOptions) => dispatch({ type: 'redirect', inTab: redirectOptions?.inTab }),
    away(entry) {
      if (closed || state.status !== 'awaitingOtp') return;
      // In an async function, because a transport of the page may throw.
      void (async () => transport.leave('away', newId(), new AbortController().signal, entry))().catch(() => undefined);
    },
    cancel: on('cancel'),
    check: on('check'),
    notify: (type) => dispatch({ type }),
    close() {
      closed = true;
      controller?.abort();
      timers.clearTimeout(timer);
      listeners.clear();
    },
  };
}
