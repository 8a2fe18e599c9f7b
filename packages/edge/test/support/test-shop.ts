/**
 * A test shop: sandbox, Plural client and OTP handler on one clock, with the requests its customer's page, its issuer
 * and Plural send to the handler. Most tests of this package begin with `createTestShop` or `startAndPrompt`.
 */
import { randomUUID } from 'node:crypto';
import { createPlural, isPluralError, type PaymentRequest, type Plural, type PluralError } from '@plural-otp/core';
import { signReturn, signWebhook } from '@plural-otp/core/testing';
import type { EntryNote, LeaveBody, PaymentView, ProblemBody } from '@plural-otp/flow/contract';
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

/** Origin of the shop's pages. */
export const shopOrigin = 'https://shop.example';
const sandboxOrigin = 'http://127.0.0.1:3001';
/** Hexadecimal secret that return fields are signed with. */
export const secretKey = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0')).join('');
/** Secret that webhooks are signed with. */
export const webhookSecret = 'abc1234';
/** OTP that the sandbox accepts for `nativeCard` and `quickCard`. */
export const rightOtp = '123456';
/** Well-formed OTP that the sandbox rejects. */
export const wrongOtp = '000000';
/** Card whose issuer supports native OTP. */
export const nativeCard = '4012001037141112';
/** Card without native OTP: its customer has to visit the issuer's page. */
export const plainCard = '5105105105105100';
/** Native OTP card whose next OTP may be requested after two seconds. */
export const quickCard = '4111111111111111';

/** A clock that moves only by `advance`. */
export class Clock {
  /** Current time in epoch milliseconds. */
  ms = Date.UTC(2026, 0, 5, 9, 0, 0);
  now = (): number => this.ms;
  /** Moves the clock by this many seconds; a negative number moves it back. */
  advance(seconds: number): void {
    this.ms += seconds * 1000;
  }
}

/** Resolves after `ms` milliseconds: a pause without a signal, a time limit with one, cancelled when it aborts. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Creates the handler's timers from one function. */
export const createTimers = (wait: Wait): HandlerTimers => ({
  sleep: (ms) => wait(ms),
  startTimeout(ms, onTimeout) {
    const controller = new AbortController();
    void wait(ms, controller.signal).then(() => controller.signal.aborted || onTimeout());
    return () => controller.abort();
  },
});

/** Ends pauses at once and never lets a time limit run out. */
export const instantSleep: Wait = (_ms, signal) =>
  signal === undefined
    ? new Promise((resolve) => setImmediate(resolve))
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

/** A promise and the function that resolves it. */
export interface Deferred {
  resolve: () => void;
  promise: Promise<void>;
}

/** Creates a promise that a test resolves by hand, to order what runs concurrently. */
export function deferred(): Deferred {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, resolve: () => resolve() };
}

/** Options of the handler, and of what surrounds it. */
export interface TestShopOptions extends Partial<OtpHandlerOptions> {
  sandboxOptions?: SandboxOptions;
  /** An existing sandbox, so that two shops share its orders. */
  sandbox?: Sandbox;
  clock?: Clock;
  /** Replaces pauses and time limits; `instantSleep` unless given. */
  wait?: Wait;
  /** Intercepts each request of the Plural client on its way to the sandbox. */
  network?: (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>;
}

/** A shop under test, with every verdict, event and problem its handler reported. */
export interface TestShop {
  clock: Clock;
  sandbox: Sandbox;
  plural: Plural;
  handler: OtpHandler;
  store: PaymentStore;
  verdicts: PaymentVerdict[];
  events: FlowEvent[];
  problems: ReportedProblem[];
  /** Number of calls of an operation that reached the sandbox. */
  callCount(operation: Operation): number;
  /** Creates an order of ₹350 unless given otherwise, and returns its id. */
  createOrder(options?: { preAuth?: boolean; value?: number }): Promise<string>;
  /** Starts a payment with a new reference, by `nativeCard` unless given otherwise. */
  startPayment(
    orderId: string,
    more?: Partial<StartPaymentInput> & { card?: string; reference?: string },
  ): Promise<StartedPayment>;
}

/** Creates a shop with a sandbox and a memory store of its own; options replace any of it. */
export function createTestShop(options: TestShopOptions = {}): TestShop {
  const {
    clock = new Clock(),
    sandboxOptions,
    wait = instantSleep,
    network = (request, send) => send(request),
    ...rest
  } = options;
  const sandbox = options.sandbox ?? createSandbox({ now: clock.now, origin: sandboxOrigin, ...sandboxOptions });
  const plural = createPlural({
    environment: { baseUrl: sandboxOrigin },
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
    timers: createTimers(wait),
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
    callCount: (operation) => sandbox.state.counts[operation] ?? 0,
    async createOrder({ preAuth = false, value = 35_000 } = {}) {
      const order = await plural.createOrder({
        merchant_order_reference: `order-${randomUUID().slice(0, 8)}`,
        order_amount: { value, currency: 'INR' },
        pre_auth: preAuth,
        callback_url: handler.returnUrl,
      });
      return order.order_id;
    },
    startPayment: (orderId, { card = nativeCard, reference = `pay-${randomUUID().slice(0, 8)}`, ...more } = {}) =>
      handler.startPayment({ orderId, payment: createPaymentRequest(card, reference), ...more }),
  };
}

/** Creates the body of a card payment; `value` is in paise. */
export const createPaymentRequest = (card: string, reference: string, value = 35_000): PaymentRequest => ({
  merchant_payment_reference: reference,
  payment_method: 'CARD',
  payment_amount: { value, currency: 'INR' },
  payment_option: {
    card_details: { name: 'A Customer', card_number: card, cvv: '8675', expiry_month: '12', expiry_year: '2030' },
  },
  device_info: { browser_user_agent: 'test', device_channel: 'browser' },
});

/**
 * The customer's page on the OTP step: holds the session and creates an idempotency key for each action. A method
 * returns the payment's view, and throws unless the response has status 200.
 */
export class CustomerPage {
  session: string;
  readonly handler: OtpHandler;
  constructor(handler: OtpHandler, session: string) {
    this.handler = handler;
    this.session = session;
  }
  /** Sends a request with the session and returns the response, whatever its status. */
  async post(route: string, body: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Response> {
    return this.handler.fetch(createBrowserRequest(route, { session: this.session, ...body }, headers));
  }
  private async postForView(route: string, body: Record<string, unknown>): Promise<PaymentView> {
    const response = await this.post(route, body);
    if (response.status !== 200) throw new Error(`${route} answered ${response.status}: ${await response.text()}`);
    const view = v.parse(paymentViewSchema, await response.json());
    if (view.session !== undefined) this.session = view.session;
    return view;
  }
  generate = (idempotencyKey: string = randomUUID()): Promise<PaymentView> =>
    this.postForView('otp/generate', { idempotencyKey });
  resend = (idempotencyKey: string = randomUUID()): Promise<PaymentView> =>
    this.postForView('otp/resend', { idempotencyKey });
  submit = (otp: string, idempotencyKey: string = randomUUID(), entry?: EntryNote): Promise<PaymentView> =>
    this.postForView('otp/submit', { otp, idempotencyKey, entry });
  getView = (): Promise<PaymentView> => this.postForView('payment', {});
  leave = (to: LeaveBody['to'], idempotencyKey: string = randomUUID(), entry?: EntryNote): Promise<PaymentView> =>
    this.postForView('payment/leave', { to, idempotencyKey, entry });
}

/** Creates a request as a browser on the shop's own page sends it; a string is sent as the body unchanged. */
export const createBrowserRequest = (route: string, body: unknown, headers: Record<string, string> = {}): Request =>
  new Request(`${shopOrigin}/plural/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Reads the problem code of an error response. */
export async function readProblemCode(response: Response): Promise<string> {
  return ((await response.json()) as ProblemBody).problem.code;
}

/** Creates the fields that the issuer's page posts back to the shop, with a valid signature. */
export const createSignedReturn = async (fields: Record<string, string>): Promise<URLSearchParams> =>
  new URLSearchParams(await signReturn(fields, { secretKey }));

/** Creates the cross-site form post by which a customer returns from the issuer's page. */
export const createReturnRequest = (fields: URLSearchParams): Request =>
  new Request(`${shopOrigin}/plural/return`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': 'cross-site' },
    body: fields.toString(),
  });

/** Creates a webhook request with a valid signature, sent now by the given clock. */
export async function createSignedWebhook(clock: Clock, type: string, data: unknown): Promise<Request> {
  const timestamp = Math.floor(clock.now() / 1000);
  const { headers, body } = await signWebhook({ body: { event_type: type, data }, secret: webhookSecret, timestamp });
  return new Request(`${shopOrigin}/plural/webhook`, { method: 'POST', headers: { ...headers }, body });
}

/** A started payment, its shop and its customer's page. */
export interface PaymentFixture {
  shop: TestShop;
  page: CustomerPage;
  orderId: string;
  paymentId: string;
}

/** Starts a payment and opens its customer's page. */
export async function openPage(options: TestShopOptions = {}): Promise<PaymentFixture> {
  const shop = createTestShop(options);
  const orderId = await shop.createOrder();
  const { client, paymentId } = await shop.startPayment(orderId);
  return { shop, page: new CustomerPage(shop.handler, client.session), orderId, paymentId };
}

/** Starts a payment and generates its OTP. */
export async function startAndPrompt(options: TestShopOptions = {}): Promise<PaymentFixture> {
  const fixture = await openPage(options);
  await fixture.page.generate();
  return fixture;
}

/** Starts a payment and submits the right OTP. Two seconds later Plural has decided, and nobody has read the order. */
export async function startAndSubmit(options: TestShopOptions = {}): Promise<PaymentFixture> {
  const fixture = await startAndPrompt(options);
  await fixture.page.submit(rightOtp);
  fixture.shop.clock.advance(2);
  return fixture;
}

/** Returns the `PluralError` that `work` rejects with; throws when it resolves or rejects otherwise. */
export async function catchPluralError(work: Promise<unknown>): Promise<PluralError> {
  try {
    await work;
  } catch (error) {
    if (isPluralError(error)) return error;
    throw error;
  }
  throw new Error('expected a rejection with a PluralError');
}

/** Returns the payments that the sandbox holds for an order. */
export const getSandboxPayments = (shop: TestShop, orderId: string): readonly { id: string }[] =>
  shop.sandbox.state.orders.get(orderId)?.payments ?? [];
