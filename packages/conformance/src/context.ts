/** The context of every case: the backend under test, its hook, the sandbox, and simulated customers. */
import { Skipped } from './assert.ts';
import { createBackend, type Backend } from './backend.ts';
import { countCalls } from './count-calls.ts';
import { createCustomer, type Customer } from './customer.ts';
import { createHook, type Hook, type StartResult } from './hook.ts';
import {
  closeSandbox,
  connectSandbox,
  type CallCounts,
  type OrderState,
  type SandboxControl,
  type SandboxOrder,
} from './sandbox.ts';
import { createSend } from './send.ts';
import { sleep } from './sleep.ts';

/** A start of one order. */
export interface OrderStart {
  /** Card number. @default a card that pays */
  card?: string;
  /** @default 1 */
  attempt?: number;
}

export interface TestContext {
  readonly backend: Backend;
  readonly sandbox: SandboxControl;
  readonly hook: Hook;
  readonly origin: string;
  /** The OTP that the issuer sent. */
  readonly rightOtp: string;
  /** A well-formed OTP that the issuer did not send. */
  readonly wrongOtp: string;
  /** Ids and card numbers that no response may contain. */
  readonly secrets: ReadonlySet<string>;
  /** Starts a payment; no OTP is generated yet. */
  start(card?: string): Promise<Customer>;
  /** Starts a payment and generates an OTP. */
  startWithOtp(card?: string): Promise<Customer>;
  /**
   * Returns a new reference of an order, for starts of one order.
   *
   * @throws {Skipped} where the hook cannot start an order by its reference.
   */
  newOrder(): string;
  /** Starts an attempt of an order; `undefined` when the shop refuses it, or cannot say what became of it. */
  tryStart(order: string, start?: OrderStart): Promise<Customer | undefined>;
  /** Returns the state of an order of this case; without payments while Plural does not know it. */
  getOrder(order: string): Promise<Pick<OrderState['order'], 'payments'> & { calls: CallCounts }>;
  /** Opens a second tab with the customer's session, or the same tab after a reload. */
  openTab(customer: Customer): Customer;
  /**
   * Opens the customer's payment by its reference, as somebody else who knows it.
   *
   * @throws {Skipped} where the hook does not offer it.
   */
  openReference(customer: Customer): Promise<Customer>;
  /** Returns the number of SMS messages sent for the customer's order. */
  countMessages(customer: Customer): Promise<number>;
  /**
   * Runs a function and returns the number of calls about this case's orders that reached the sandbox meanwhile, except
   * those that only read; `{}` without any. `otherOrders` are further orders of the same shop.
   */
  countCalls(run: () => Promise<unknown>): Promise<CallCounts>;
  /** Makes every read of the customer's order return it with changes, until the faults are cleared. */
  showOrder(customer: Customer, change: (order: SandboxOrder) => unknown): Promise<void>;
  /** Pays on the issuer's page, without the backend. A second passes, after which a backend may read the order again. */
  payAtBank(customer: Customer): Promise<void>;
  /** Applies faults to the next responses about this case's orders. */
  script(...faults: readonly object[]): Promise<void>;
  clearFaults(): Promise<void>;
  /**
   * Advances the clocks of backend and sandbox. Where the backend's cannot be set, waits up to five seconds.
   *
   * @throws {Skipped} when the wait would be longer.
   */
  advance(seconds: number): Promise<void>;
  /** Returns the backend's clock in epoch ms. */
  nowMs(): Promise<number>;
  /** Ends the backend as a crash would, by default with the hook, and waits until it runs again, with the same clock. */
  restart(end?: () => Promise<unknown>): Promise<void>;
  /** Ends a case: clears its faults and settings. */
  endCase(): Promise<void>;
}

export interface TestContextOptions {
  /** URL that the contract's routes are mounted at, for example `http://127.0.0.1:3000/plural`. */
  url: string;
  /** URL of the backend's conformance hook. @default '/conformance' on the same host */
  hook?: string;
  /** Origin of the sandbox. @default 'http://127.0.0.1:3001' */
  sandbox?: string;
  /** Namespace of the sandbox that the backend uses, by its client id. @default the sandbox itself */
  namespace?: string;
  /** Origin that the backend accepts requests from. @default the origin of `url` */
  origin?: string;
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Time limit of each response, in milliseconds. @default 30000 */
  timeoutMs?: number;
  /** Ends the run; the sandbox is put back to what it was. */
  signal?: AbortSignal | undefined;
  /**
   * Receives an error that names what of the sandbox could not be put back. The results are returned all the same.
   *
   * @default prints it with `console.warn`
   */
  onRestoreFailure?: (error: Error) => void;
}

/** Card numbers of the sandbox (docs/sandbox.md), by the outcome of a payment with them. */
export const cards = {
  pays: '4012001037141112',
  quickResend: '4111111111111111',
  bankPageOnly: '5105105105105100',
  firstOtpExpired: '4000000000000218',
  oneResend: '4000000000000226',
  oneAttempt: '4000000000000234',
  feeOnTop: '4000000000000101',
  generateRejected: '4000000000000242',
  insufficientFunds: '4000000000000309',
  slowIssuer: '4000000000000333',
  declinedLate: '4000000000000358',
  orderFails: '4000000000000366',
} as const;

const maxRealWaitSeconds = 5;
const maxStarts = 10;

/**
 * Connects to sandbox, hook and backend.
 *
 * @throws {Error} when the sandbox does not respond or the hook cannot start a payment.
 */
export async function createTestContext(options: TestContextOptions): Promise<TestContext> {
  const { url, fetch = globalThis.fetch, timeoutMs = 30_000, signal } = options;
  const origin = options.origin ?? new URL(url).origin;
  const hookUrl = options.hook ?? new URL('/conformance', url).href;
  const hook = createHook(hookUrl, createSend({ who: 'the hook', fetch, timeoutMs, signal }));
  const backend = createBackend({
    url: url.replace(/\/$/, ''),
    origin,
    send: createSend({ who: 'the backend', fetch, timeoutMs, signal }),
  });
  // Without the signal, because the sandbox is put back after it.
  const sandbox = await connectSandbox(
    (options.sandbox ?? 'http://127.0.0.1:3001').replace(/\/$/, ''),
    createSend({ who: 'the sandbox', fetch, timeoutMs }),
    options.namespace,
  );
  const secrets = new Set<string>(Object.values(cards));
  const wrongOtp = '000000';
  /** References of the orders of the current case. */
  const orders = new Set<string>();
  let canAdvanceBackend = false;
  let takesReferences = true;

  async function advance(seconds: number): Promise<void> {
    if (canAdvanceBackend) {
      await hook.advance(seconds);
      await sandbox.advance(seconds);
      return;
    }
    if (seconds > maxRealWaitSeconds) throw new Skipped('the hook does not offer advanceSeconds');
    await sleep(seconds * 1000);
  }

  function toCustomer(card: string, { session, view }: StartResult, { order }: OrderState): Customer {
    const paymentId = order.payments.at(-1)?.id;
    if (paymentId === undefined) throw new Error('the hook created no payment at this sandbox');
    const { order_id: orderId, merchant_order_reference: reference } = order;
    orders.add(reference);
    for (const secret of [orderId, paymentId]) secrets.add(secret);
    const initialView = view;
    return createCustomer({
      backend,
      session,
      initialView,
      card,
      order: reference,
      orderId,
      paymentId,
      wrongOtp,
      advance,
    });
  }

  /** Starts a payment of an order that the hook chooses: the only one that is new. Another client may create one too. */
  async function startUnnamed(card: string): Promise<Customer> {
    for (let start = 0; start < maxStarts; start += 1) {
      const before = new Set((await sandbox.orders()).map(({ order }) => order.order_id));
      const started = await hook.start({ card });
      const added = (await sandbox.orders()).filter(
        ({ order }) => !before.has(order.order_id) && order.payments.length > 0,
      );
      const own = added.filter(({ order }) => order.callback_url?.startsWith(`${origin}/`));
      const [state] = own.length > 0 ? own : added;
      if (state !== undefined && (own.length === 1 || added.length === 1)) return toCustomer(card, started, state);
      if (added.length === 0) break;
    }
    throw new Error('the hook created no payment at this sandbox');
  }

  async function startNamed(card: string): Promise<Customer | undefined> {
    const order = newReference();
    const started = await hook.start({ card, order, attempt: 1 });
    const state = await sandbox.find(order);
    return state && toCustomer(card, started, state);
  }

  const context: TestContext = {
    backend,
    sandbox,
    hook,
    origin,
    rightOtp: sandbox.otp,
    wrongOtp,
    secrets,
    async start(card = cards.pays) {
      const customer = takesReferences ? await startNamed(card) : await startUnnamed(card);
      if (customer === undefined) throw new Error('the hook created no payment at this sandbox');
      return customer;
    },
    async startWithOtp(card) {
      const customer = await context.start(card);
      await customer.generate();
      return customer;
    },
    newOrder() {
      if (!takesReferences) throw new Skipped('the hook does not offer order and attempt');
      const order = newReference();
      orders.add(order);
      return order;
    },
    async tryStart(order, { card = cards.pays, attempt = 1 } = {}) {
      const started = await hook.tryStart({ card, order, attempt });
      const state = started && (await sandbox.find(order));
      return state && toCustomer(card, started, state);
    },
    async getOrder(order) {
      const state = await sandbox.find(order);
      return { payments: state?.order.payments ?? [], calls: state?.calls ?? {} };
    },
    openTab: ({ session, initialView, card, order, orderId, paymentId }) =>
      createCustomer({ backend, session, initialView, card, order, orderId, paymentId, wrongOtp, advance }),
    async openReference({ initialView: { reference }, card, order, orderId, paymentId }) {
      const { session, view: initialView } = await hook.openReference(reference);
      return createCustomer({ backend, session, initialView, card, order, orderId, paymentId, wrongOtp, advance });
    },
    countMessages: async ({ order }) => (await sandbox.find(order))?.otpsSent ?? 0,
    countCalls: (run) => countCalls(sandbox, orders, run),
    async payAtBank({ paymentId }) {
      await sandbox.payAtBank(paymentId);
      await advance(1.1);
    },
    async showOrder({ order }, change) {
      const state = await sandbox.find(order);
      if (state === undefined) throw new Error('the sandbox lost an order');
      await sandbox.clearFaults(order);
      const fault = { fault: 'status', status: 200, body: { data: change(state.order) }, times: 0 };
      await sandbox.script(order, { operation: 'getOrder', ...fault }, { operation: 'getOrderByReference', ...fault });
    },
    async script(...faults) {
      for (const order of orders) await sandbox.script(order, ...faults);
    },
    async clearFaults() {
      for (const order of orders) await sandbox.clearFaults(order);
    },
    advance,
    nowMs: async () => (canAdvanceBackend ? await hook.advance(0) : undefined) ?? Date.now(),
    async restart(end) {
      const beforeMs = await context.nowMs();
      await (end === undefined ? hook.restart() : hook.endBy(end));
      // A backend that keeps its clock in memory has lost it.
      const lostSeconds = (beforeMs - (await context.nowMs())) / 1000;
      if (lostSeconds > 0 && canAdvanceBackend) await hook.advance(lostSeconds);
    },
    async endCase() {
      await context.clearFaults();
      await sandbox.resetSettings();
      orders.clear();
    },
  };
  try {
    canAdvanceBackend = (await hook.advance(0)) !== undefined;
    // A payment is started here, so that a broken hook fails before any case runs.
    takesReferences = (await context.tryStart(newReference())) !== undefined;
    if (!takesReferences) await context.start();
    await context.endCase();
  } catch (error) {
    await closeSandbox(sandbox, options.onRestoreFailure);
    throw error;
  }
  return context;
}

/** Returns a reference that no other order has, in the characters that Plural accepts. */
const newReference = (): string => `conformance-${crypto.randomUUID().slice(0, 13)}`;
