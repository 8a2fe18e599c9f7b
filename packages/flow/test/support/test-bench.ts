import {
  createOtpFlow,
  type FlowState,
  type OtpFlow,
  type OtpTransport,
  type PaymentView,
  type TransportResult,
} from '../../src/index.ts';

const unknown: TransportResult = { kind: 'unreachable' };

export const reference = 'pay-7K2MX4QD';

/** A view with the least in it, changed by `members`. */
export const view = (members: Partial<PaymentView> & Pick<PaymentView, 'phase'>): PaymentView => ({
  next: [],
  revision: 1,
  reference,
  ...members,
});

export const challengeUrl = 'https://acs.bank.example/challenge/1';
export const ready = view({ phase: 'ready', next: ['redirect'], challengeUrl });
export const awaiting = view({
  phase: 'awaitingOtp',
  next: ['submit', 'resend', 'redirect'],
  revision: 3,
  resendInSeconds: 30,
  challengeUrl,
});

export const confirming = view({ phase: 'confirming', next: ['check'], revision: 4 });
export const notAccepted = view({
  phase: 'awaitingOtp',
  next: ['submit', 'resend', 'redirect'],
  revision: 5,
  attempts: { misses: 1 },
  problem: { code: 'OTP_NOT_ACCEPTED' },
});
export const authorized = view({ phase: 'authorized', revision: 9 });

export const viewed = (members: PaymentView): TransportResult => ({ kind: 'view', view: members });
export const unreachable = unknown;
export const refused = (
  status: number,
  code: 'BUSY' | 'BACKEND_UNREACHABLE' | 'SESSION_EXPIRED' | 'INTERNAL',
  retryAfterSeconds = 0,
): TransportResult => ({ kind: 'refused', status, problem: { code }, retryAfterSeconds });

export interface SentCall {
  name: 'generate' | 'submit' | 'resend' | 'payment' | 'leave';
  idempotencyKey?: string;
  otp?: string;
  to?: 'bank' | 'cancel';
  signal: AbortSignal;
  answer(result: TransportResult): Promise<void>;
}

export interface Bench {
  flow: OtpFlow;
  /** Every call that reached the transport, oldest first. */
  sent: SentCall[];
  seen: FlowState[];
  /** The calls as text, the newest last. */
  names(): string;
  /** The newest call. */
  last(): SentCall;
  /** Answers the newest call. */
  answer(result: TransportResult): Promise<void>;
  /** Time goes by, timers run; both clocks move. */
  pass(seconds: number): Promise<void>;
  /** The wall clock alone is moved. */
  setWall(bySeconds: number): void;
  timers(): number;
}

/** Lets everything that is already decided happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

/** A flow over a clock and a transport that do nothing by themselves. */
export function bench(initial?: PaymentView): Bench {
  let nowMs = 1_700_000_000_000;
  let wallAheadMs = 0;
  let ids = 0;
  const pending = new Map<number, { run: () => void; atMs: number }>();
  let timerIds = 0;
  const sent: SentCall[] = [];

  const call = (entry: Omit<SentCall, 'answer'>): Promise<TransportResult> =>
    new Promise((resolve) => {
      sent.push({
        ...entry,
        answer: async (result) => {
          resolve(result);
          await settled();
        },
      });
    });
  const transport: OtpTransport = {
    generate: (idempotencyKey, signal) => call({ name: 'generate', idempotencyKey, signal }),
    submit: (otp, idempotencyKey, signal) => call({ name: 'submit', otp, idempotencyKey, signal }),
    resend: (idempotencyKey, signal) => call({ name: 'resend', idempotencyKey, signal }),
    payment: (signal) => call({ name: 'payment', signal }),
    leave: (to, idempotencyKey, signal) => call({ name: 'leave', to, idempotencyKey, signal }),
  };
  const flow = createOtpFlow({
    transport,
    ...(initial && { view: initial }),
    now: () => nowMs,
    wall: () => nowMs + wallAheadMs,
    newId: () => `act-${(ids += 1)}`,
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
  const seen: FlowState[] = [];
  flow.subscribe((state) => seen.push(state));
  const last = (): SentCall => {
    const newest = sent.at(-1);
    if (!newest) throw new Error('nothing was sent');
    return newest;
  };
  return {
    flow,
    sent,
    seen,
    names: () => sent.map(({ name }) => name).join(' '),
    last,
    answer: (result) => last().answer(result),
    async pass(seconds) {
      const untilMs = nowMs + seconds * 1000;
      for (;;) {
        const due = [...pending].sort(([, a], [, b]) => a.atMs - b.atMs)[0];
        if (!due || due[1].atMs > untilMs) break;
        pending.delete(due[0]);
        nowMs = due[1].atMs;
        due[1].run();
        await settled();
      }
      nowMs = untilMs;
    },
    setWall(bySeconds) {
      wallAheadMs += bySeconds * 1000;
    },
    timers: () => pending.size,
  };
}

/** A bench that stands at the code: asked, generated, sent. */
export async function atTheCode(members: Partial<PaymentView> = {}): Promise<Bench> {
  const it = bench();
  it.flow.start();
  await settled();
  await it.answer(viewed(ready));
  await it.answer(viewed({ ...awaiting, ...members }));
  return it;
}
