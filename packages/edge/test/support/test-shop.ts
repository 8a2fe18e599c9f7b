import { randomUUID } from 'node:crypto';
import { createPlural, isPluralError, type PaymentRequest, type Plural, type PluralError } from '@plural-otp/core';
import { signReturn, signWebhook } from '@plural-otp/core/testing';
import type { PaymentView, ProblemBody } from '@plural-otp/flow/contract';
import { paymentViewSchema } from '@plural-otp/flow/contract/schemas';
import { createSandbox, type Operation, type Sandbox, type SandboxOptions } from '@plural-otp/sandbox';
import {
  createOtpHandler,
  memoryStore,
  type FlowEvent,
  type HandlerTimers,
  type OtpHandler,
  type OtpHandlerOptions,
  type PaymentStore,
  type PaymentVerdict,
  type ReportedProblem,
  type StartedPayment,
  type StartPaymentInput,
} from '@plural-otp/edge';
import * as v from 'valibot';

export const shopOrigin = 'https://shop.example';
const bankBase = 'http://127.0.0.1:3001';
export const secretKey = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0')).join('');
export const webhookSecret = 'abc1234';
export const rightOtp = '123456';
export const wrongOtp = '000000';
export const nativeCard = '4012001037141112';
export const plainCard = '5105105105105100';
export const quickCard = '4111111111111111';

/** A clock that moves only when told. */
export class Clock {
  ms = Date.UTC(2026, 0, 5, 9, 0, 0);
  now = (): number => this.ms;
  forward(seconds: number): void {
    this.ms += seconds * 1000;
  }
}

/** Resolves after so many milliseconds; a time limit, which alone has a signal, is given up when that aborts. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

/** The handler's timers from one function. */
export const timersFrom = (wait: Wait): HandlerTimers => ({
  sleep: (ms) => wait(ms),
  startTimeout(ms, onTimeout) {
    const controller = new AbortController();
    void wait(ms, controller.signal).then(() => controller.signal.aborted || onTimeout());
    return () => controller.abort();
  },
});

/** Pauses are over at once; time limits never run out unless a test says so. */
export const patient: Wait = (_ms, signal) =>
  signal === undefined
    ? new Promise((resolve) => setImmediate(resolve))
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

/** Something a test waits for: `reached` resolves once `reach` was called. */
export function landmark(): { reach: () => void; reached: Promise<void> } {
  let reach = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  return { reach: () => reach(), reached };
}

export interface TillOptions extends Partial<OtpHandlerOptions> {
  sandboxOptions?: SandboxOptions;
  sandbox?: Sandbox;
  clock?: Clock;
  /** Used in place of real timers. */
  wait?: Wait;
  /** Stands between the client and the sandbox. */
  network?: (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>;
}

/** A shop's till: sandbox, client and handler on one clock, with everything they told. */
export interface Till {
  clock: Clock;
  sandbox: Sandbox;
  plural: Plural;
  handler: OtpHandler;
  store: PaymentStore;
  verdicts: PaymentVerdict[];
  events: FlowEvent[];
  problems: ReportedProblem[];
  /** How many calls of an operation reached the sandbox. */
  calls(operation: Operation): number;
  order(options?: { preAuth?: boolean; value?: number }): Promise<string>;
  start(
    orderId: string,
    more?: Partial<StartPaymentInput> & { card?: string; reference?: string },
  ): Promise<StartedPayment>;
}

export function openTill(options: TillOptions = {}): Till {
  const {
    clock = new Clock(),
    sandboxOptions,
    wait = patient,
    network = (request, send) => send(request),
    ...rest
  } = options;
  const sandbox = options.sandbox ?? createSandbox({ now: clock.now, origin: bankBase, ...sandboxOptions });
  const plural = createPlural({
    environment: { baseUrl: bankBase },
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-secret',
    now: clock.now,
    fetch: (input, init) => network(new Request(input, init), (request) => sandbox.fetch(request)),
  });
  const verdicts: PaymentVerdict[] = [];
  const events: FlowEvent[] = [];
  const problems: ReportedProblem[] = [];
  const store = options.store ?? memoryStore({ now: clock.now });
  const handler = createOtpHandler({
    plural,
    origin: shopOrigin,
    store,
    returnSignature: { secretKey },
    returnPage: '/return',
    webhook: { secret: webhookSecret },
    onVerdict: (verdict) => void verdicts.push(verdict),
    onEvent: (event) => void events.push(event),
    onProblem: (problem) => void problems.push(problem),
    now: clock.now,
    timers: timersFrom(wait),
    ...rest,
  });
  return {
    clock,
    sandbox,
    plural,
    handler,
    store,
    verdicts,
    events,
    problems,
    calls: (operation) => sandbox.state.counts[operation] ?? 0,
    async order({ preAuth = false, value = 35_000 } = {}) {
      const order = await plural.createOrder({
        merchant_order_reference: `order-${randomUUID().slice(0, 8)}`,
        order_amount: { value, currency: 'INR' },
        pre_auth: preAuth,
        callback_url: handler.returnUrl,
      });
      return order.order_id;
    },
    start: (orderId, { card = nativeCard, reference = `pay-${randomUUID().slice(0, 8)}`, ...more } = {}) =>
      handler.startPayment({ orderId, payment: paymentOf(card, reference), ...more }),
  };
}

export const paymentOf = (card: string, reference: string, value = 35_000): PaymentRequest => ({
  merchant_payment_reference: reference,
  payment_method: 'CARD',
  payment_amount: { value, currency: 'INR' },
  payment_option: {
    card_details: { name: 'A Customer', card_number: card, cvv: '8675', expiry_month: '12', expiry_year: '2030' },
  },
  device_info: { browser_user_agent: 'test', device_channel: 'browser' },
});

/** One browser page on the step: it holds the session, and makes an act for each deed. */
export class Page {
  session: string;
  readonly handler: OtpHandler;
  constructor(handler: OtpHandler, session: string) {
    this.handler = handler;
    this.session = session;
  }
  async post(route: string, body: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Response> {
    return this.handler.fetch(pageRequest(route, { session: this.session, ...body }, headers));
  }
  private async view(route: string, body: Record<string, unknown>): Promise<PaymentView> {
    const answer = await this.post(route, body);
    if (answer.status !== 200) throw new Error(`${route} answered ${answer.status}: ${await answer.text()}`);
    const view = v.parse(paymentViewSchema, await answer.json());
    if (view.session !== undefined) this.session = view.session;
    return view;
  }
  generate = (idempotencyKey: string = randomUUID()): Promise<PaymentView> =>
    this.view('otp/generate', { idempotencyKey });
  resend = (idempotencyKey: string = randomUUID()): Promise<PaymentView> => this.view('otp/resend', { idempotencyKey });
  submit = (otp: string, idempotencyKey: string = randomUUID()): Promise<PaymentView> =>
    this.view('otp/submit', { otp, idempotencyKey });
  look = (): Promise<PaymentView> => this.view('payment', {});
  leave = (to: 'bank' | 'cancel', idempotencyKey: string = randomUUID()): Promise<PaymentView> =>
    this.view('payment/leave', { to, idempotencyKey });
}

export const pageRequest = (route: string, body: unknown, headers: Record<string, string> = {}): Request =>
  new Request(`${shopOrigin}/plural/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

export async function problemOf(answer: Response): Promise<string> {
  return ((await answer.json()) as ProblemBody).problem.code;
}

/** What the bank's page sends back, rightly signed. */
export const signedReturn = async (fields: Record<string, string>): Promise<URLSearchParams> =>
  new URLSearchParams(await signReturn(fields, { secretKey }));

export const returnRequest = (fields: URLSearchParams): Request =>
  new Request(`${shopOrigin}/plural/return`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': 'cross-site' },
    body: fields.toString(),
  });

/** A webhook, rightly signed. */
export async function signedWebhook(clock: Clock, type: string, data: unknown): Promise<Request> {
  const timestamp = Math.floor(clock.now() / 1000);
  const { headers, body } = await signWebhook({ body: { event_type: type, data }, secret: webhookSecret, timestamp });
  return new Request(`${shopOrigin}/plural/webhook`, { method: 'POST', headers: { ...headers }, body });
}

export interface Prompted {
  till: Till;
  page: Page;
  orderId: string;
  paymentId: string;
}

/** A payment whose code was sent. */
export async function prompted(options: TillOptions = {}): Promise<Prompted> {
  const till = openTill(options);
  const orderId = await till.order();
  const { client, paymentId } = await till.start(orderId);
  const page = new Page(till.handler, client.session);
  await page.generate();
  return { till, page, orderId, paymentId };
}

/** A payment whose code was accepted, with nobody having asked what became of it. */
export async function submitted(options: TillOptions = {}): Promise<Prompted> {
  const made = await prompted(options);
  await made.page.submit(rightOtp);
  made.till.clock.forward(2);
  return made;
}

/** The error a refused call ends with. */
export async function refusalOf(work: Promise<unknown>): Promise<PluralError> {
  try {
    await work;
  } catch (error) {
    if (isPluralError(error)) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** The payments of an order, as the sandbox keeps them. */
export const paymentsOf = (till: Till, orderId: string): unknown[] =>
  till.sandbox.state.orders.get(orderId)?.payments ?? [];
