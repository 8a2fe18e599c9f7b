/** A payment by `@plural-otp/flow` in an engine without a browser, as an app on React Native runs it: own fetch, own timers. */

import { createOtpFlow, fetchTransport, type FlowTimers, type PaymentView } from '@plural-otp/flow';

declare const print: (line: string) => void;

const view = (members: Partial<PaymentView>): PaymentView => ({
  phase: 'ready',
  next: [],
  revision: 1,
  reference: 'NL7K-42QX',
  ...members,
});
const awaiting = view({ phase: 'awaitingOtp', next: ['submit', 'resend'], revision: 2, resendInSeconds: 30 });
const rejected = view({ ...awaiting, revision: 3, attempts: { misses: 1 }, problem: { code: 'OTP_NOT_ACCEPTED' } });

/** Responses in order. `lost` stands for a response that the network lost. */
const responses: readonly (PaymentView | 'lost')[] = [
  awaiting,
  rejected,
  'lost',
  view({ phase: 'confirming', next: ['check'], revision: 4 }),
  view({ phase: 'authorized', revision: 5 }),
];
const requests: { path: string; otp?: string; idempotencyKey?: string }[] = [];

async function respond(url: string, { body }: { body: string }): Promise<unknown> {
  const response = responses[requests.length];
  const { otp, idempotencyKey } = JSON.parse(body) as { otp?: string; idempotencyKey?: string };
  requests.push({ path: url, ...(otp && { otp }), ...(idempotencyKey && { idempotencyKey }) });
  if (!response || response === 'lost') throw new TypeError('Network request failed');
  return { ok: true, status: 200, headers: { get: () => null }, json: () => Promise.resolve(response) };
}

let nowMs = 1_700_000_000_000;
let pending: (() => void) | undefined;
const timers: FlowTimers = {
  setTimeout: (run) => (pending = run),
  clearTimeout: () => (pending = undefined),
};
const statuses: string[] = [];
const flow = createOtpFlow({
  transport: fetchTransport({ endpoint: 'https://shop.example/plural', session: 'seal', fetch: respond as never }),
  view: view({ next: ['redirect'] }),
  timers,
  now: () => nowMs,
});
flow.subscribe(({ status, problem }) => statuses.push(problem ? `${status} ${problem.code}` : status));

/** Runs everything that waits for a response, then the timer, a second later each time. */
async function advance(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 1) {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    nowMs += 1_000;
    pending?.();
  }
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

async function pay(): Promise<void> {
  flow.start();
  await advance(1);
  flow.submit('111111');
  await advance(1);
  flow.submit('123456');
  await advance(30);
  print(JSON.stringify({ statuses, requests, end: flow.state.status, isTimerLeft: pending !== undefined }));
}

pay().catch((error: unknown) => print(String(error)));
