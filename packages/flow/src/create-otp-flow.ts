import { randomUuid } from './uuid.ts';
import type { PaymentView } from './contract.ts';
import { createMachine, serializeState, transition } from './machine.ts';
import type { Call, MachineEvent } from './machine-state.ts';
import { isEnd } from './machine-timing.ts';
import { parseView } from './parse-view.ts';
import type { FlowState, OtpFlow, OtpTransport, TransportResult } from './flow-state.ts';

export interface OtpFlowOptions {
  transport: OtpTransport;
  /** What the page already knows: it is shown at once, and `start` does not ask for it again. */
  view?: PaymentView;
  /** The flow's clock, epoch milliseconds. Default: one that no change of the time of day moves. */
  now?: () => number;
  /** The time of day, epoch milliseconds; when it parts from `now`, the backend is asked again. Default: `now`, or `Date.now`. */
  wallClock?: () => number;
  /** Makes the id of an act: a UUID. */
  newId?: () => string;
  /** Used instead of the global timers. */
  timers?: FlowTimers;
}

/** The two timer functions that a flow uses; it holds one timer at a time. */
export interface FlowTimers {
  setTimeout(run: () => void, afterMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** A transport of the page's own may hand on what its backend said, unread; a view that is none is no answer. */
function validate(result: TransportResult): TransportResult | undefined {
  if (result.kind !== 'view') return result;
  const view = parseView(result.view);
  return view && { kind: 'view', view };
}

/** A flow for one payment. Nothing is sent before `start`, `check`, `redirect` or `cancel` is called. */
export function createOtpFlow(options: OtpFlowOptions): OtpFlow {
  const {
    transport,
    newId = randomUuid,
    now = () => performance.timeOrigin + performance.now(),
    wallClock = options.now ?? Date.now,
  } = options;
  const timers: FlowTimers = options.timers ?? globalThis;
  let clockOffsetMs = wallClock() - now();

  const listeners = new Set<(state: FlowState, previous: FlowState) => void>();
  let machine = createMachine(parseView(options.view), now());
  let state = JSON.parse(serializeState(machine)) as FlowState;
  let controller: AbortController | undefined;
  let idempotencyKey = '';
  let closed = false;
  let timer: unknown;

  async function perform({ name, isRetry }: Call, otp: string, signal: AbortSignal): Promise<TransportResult> {
    if (name === 'payment') return transport.payment(signal);
    if (!isRetry) idempotencyKey = newId();
    if (name === 'submit') return transport.submit(otp, idempotencyKey, signal);
    if (name === 'bank' || name === 'cancel') return transport.leave(name, idempotencyKey, signal);
    return transport[name](idempotencyKey, signal);
  }

  function run(call: Call, otp: string): void {
    controller?.abort();
    controller = new AbortController();
    void perform(call, otp, controller.signal)
      .then(validate)
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
    if (machine.started && !isEnd(machine.status)) timer = timers.setTimeout(tick, tickIntervalMs);
    const text = serializeState(machine);
    if (text === JSON.stringify(state)) return;
    const previous = state;
    const current = JSON.parse(text) as FlowState;
    state = current;
    // Each in a task of its own: what a listener throws is reported as its own fault, and what it calls comes after.
    for (const listener of listeners) queueMicrotask(() => listeners.has(listener) && listener(current, previous));
  }

  /** Time goes by. Clocks that part tell of sleep or of a clock being set: the backend knows what is true now. */
  function tick(): void {
    const driftMs = wallClock() - now() - clockOffsetMs;
    clockOffsetMs += driftMs;
    const maxDriftMs = 2_000;
    dispatch({ type: Math.abs(driftMs) > maxDriftMs ? 'check' : 'tick' });
  }

  const on = (type: 'start' | 'resend' | 'redirect' | 'cancel' | 'check') => () => dispatch({ type });

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
    submit: (otp) => dispatch({ type: 'submit', otp }),
    resend: on('resend'),
    redirect: on('redirect'),
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
