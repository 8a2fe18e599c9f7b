import {
  createOtpFlow,
  type FlowState,
  type OtpFlow,
  type OtpTransport,
  type PaymentView,
  type TransportResult,
} from '../../src/index.ts';
import type { EntryNote, LeaveBody } from '../../src/contract.ts';

export const reference = 'pay-7K2MX4QD';

/** A minimal view, with `overrides` applied. */
export const view = (overrides: Partial<PaymentView> & Pick<PaymentView, 'phase'>): PaymentView => ({
  next: [],
  revision: 1,
  reference,
  ...overrides,
});

export const challengeUrl = 'https://acs.bank.example/challenge/1';
export const readyView = view({ phase: 'ready', next: ['redirect'], challengeUrl });
export const awaitingOtpView = view({
  phase: 'awaitingOtp',
  next: ['submit', 'resend', 'redirect'],
  revision: 3,
  resendInSeconds: 30,
  challengeUrl,
});

export const confirmingView = view({ phase: 'confirming', next: ['check'], revision: 4 });
export const notAcceptedView = view({
  phase: 'awaitingOtp',
  next: ['submit', 'resend', 'redirect'],
  revision: 5,
  attempts: { misses: 1 },
  problem: { code: 'OTP_NOT_ACCEPTED' },
});
export const authorizedView = view({ phase: 'authorized', revision: 9 });

/** Transport results: a view, no response, and a rejection. */
export const viewResult = (members: PaymentView): TransportResult => ({ kind: 'view', view: members });
export const unreachableResult: TransportResult = { kind: 'unreachable' };
export const rejectedResult = (
  status: number,
  code: 'BUSY' | 'BACKEND_UNREACHABLE' | 'SESSION_EXPIRED' | 'INTERNAL',
  retryAfterSeconds = 0,
): TransportResult => ({ kind: 'rejected', status, problem: { code }, retryAfterSeconds });

export interface TransportCall {
  name: 'generate' | 'submit' | 'resend' | 'payment' | 'leave';
  idempotencyKey?: string;
  otp?: string;
  to?: LeaveBody['to'];
  entry?: EntryNote | undefined;
  signal: AbortSignal;
  respond(result: TransportResult): Promise<void>;
}

export interface TestBench {
  flow: OtpFlow;
  /** Transport calls, oldest first. */
  calls: TransportCall[];
  /** States the flow emitted, oldest first. */
  states: FlowState[];
  /** Returns the names of the calls, separated by spaces, oldest first. */
  callNames(): string;
  /** Returns the newest call. */
  lastCall(): TransportCall;
  /** Settles the newest call. */
  respond(result: TransportResult): Promise<void>;
  /** Advances both clocks and runs the timers that become due. */
  advance(seconds: number): Promise<void>;
  /** Moves the wall clock alone. */
  advanceWallClock(bySeconds: number): void;
  /** Returns the number of pending timers. */
  timerCount(): number;
}

/** Runs every microtask that is already queued. */
export async function flushMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

/** Creates a flow over a manual clock and a transport whose calls wait for `respond`. */
export function createTestBench(initial?: PaymentView): TestBench {
  let nowMs = 1_700_000_000_000;
  let wallAheadMs = 0;
  let ids = 0;
  let timerIds = 0;
  const pending = new Map<number, { run: () => void; atMs: number }>();
  const calls: TransportCall[] = [];

  const call = (entry: Omit<TransportCall, 'respond'>): Promise<TransportResult> =>
    new Promise((resolve) => {
      calls.push({
        ...entry,
        respond: async (result) => {
          resolve(result);
          await flushMicrotasks();
        },
      });
    });
  const transport: OtpTransport = {
    generate: (idempotencyKey, signal) => call({ name: 'generate', idempotencyKey, signal }),
    submit: (otp, idempotencyKey, signal, entry) => call({ name: 'submit', otp, idempotencyKey, signal, entry }),
    resend: (idempotencyKey, signal) => call({ name: 'resend', idempotencyKey, signal }),
    payment: (signal) => call({ name: 'payment', signal }),
    leave: (to, idempotencyKey, signal, entry) => call({ name: 'leave', to, idempotencyKey, signal, entry }),
  };
  const flow = createOtpFlow({
    transport,
    ...(initial && { view: initial }),
    now: () => nowMs,
    wallClock: () => nowMs + wallAheadMs,
    newId: () => `key-${(ids += 1)}`,
    timers: {
      setTimeout(run, afterMs) {
        timerIds += 1;
        pending.set(timerIds, { run, atMs: nowMs + afterMs });
        return timerIds;
      },
      clearTimeout(timer) {
        pending.delete(timer as number);
      },
    },
  });
  const states: FlowState[] = [];
  flow.subscribe((state) => states.push(state));
  const lastCall = (): TransportCall => {
    const newest = calls.at(-1);
    if (!newest) throw new Error('no call was made');
    return newest;
  };
  return {
    flow,
    calls,
    states,
    callNames: () => calls.map(({ name }) => name).join(' '),
    lastCall,
    respond: (result) => lastCall().respond(result),
    async advance(seconds) {
      const untilMs = nowMs + seconds * 1000;
      for (;;) {
        const due = [...pending].sort(([, a], [, b]) => a.atMs - b.atMs)[0];
        if (!due || due[1].atMs > untilMs) break;
        pending.delete(due[0]);
        nowMs = due[1].atMs;
        due[1].run();
        await flushMicrotasks();
      }
      nowMs = untilMs;
    },
    advanceWallClock(bySeconds) {
      wallAheadMs += bySeconds * 1000;
    },
    timerCount: () => pending.size,
  };
}

/** Creates a bench whose flow has started and generated, so that it waits for the customer's OTP. */
export async function createAwaitingBench(overrides: Partial<PaymentView> = {}): Promise<TestBench> {
  const bench = createTestBench();
  bench.flow.start();
  await flushMicrotasks();
  await bench.respond(viewResult(readyView));
  await bench.respond(viewResult({ ...awaitingOtpView, ...overrides }));
  return bench;
}
