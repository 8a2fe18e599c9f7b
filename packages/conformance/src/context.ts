/** The context of every case: the backend under test, its hook, the sandbox, and simulated customers. */
import { Skipped } from './assert.ts';
import { createBackend, type Backend } from './backend.ts';
import { createCustomer, type Customer } from './customer.ts';
import { createHook, type Hook } from './hook.ts';
import { connectSandbox, type CallCounts, type SandboxControl } from './sandbox.ts';

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
  /** Opens a second tab with the customer's session, or the same tab after a reload. */
  openTab(customer: Customer): Customer;
  /** Runs a function and returns the number of OTP calls that reached the sandbox meanwhile; `{}` without any. */
  countOtpCalls(run: () => Promise<unknown>): Promise<CallCounts>;
  /**
   * Advances the clocks of backend and sandbox. Where the backend's cannot be set, waits up to five seconds.
   *
   * @throws {Skipped} when the wait would be longer.
   */
  advance(seconds: number): Promise<void>;
  /** Returns the backend's clock in epoch ms. */
  nowMs(): Promise<number>;
}

export interface TestContextOptions {
  /** URL that the contract's routes are mounted at, for example `http://127.0.0.1:3000/plural`. */
  url: string;
  /** URL of the backend's conformance hook. @default '/conformance' on the same host */
  hook?: string;
  /** Origin of the sandbox. @default 'http://127.0.0.1:3001' */
  sandbox?: string;
  /** Origin that the backend accepts requests from. @default the origin of `url` */
  origin?: string;
  /** Replaces the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** Card numbers of the sandbox (docs/sandbox.md), by the outcome of a payment with them. */
export const cards = {
  pays: '4012001037141112',
  quickResend: '4111111111111111',
  bankPageOnly: '5105105105105100',
  firstOtpExpired: '4000000000000218',
  oneResend: '4000000000000226',
  oneAttempt: '4000000000000234',
  generateRejected: '4000000000000242',
  insufficientFunds: '4000000000000309',
  slowIssuer: '4000000000000333',
  declinedLate: '4000000000000358',
  orderFails: '4000000000000366',
} as const;

const otpCalls = ['generateOtp', 'submitOtp', 'resendOtp'];
const maxRealWaitSeconds = 5;

/**
 * Connects to sandbox, hook and backend.
 *
 * @throws {Error} when the sandbox does not respond or the hook cannot start a payment.
 */
export async function createTestContext(options: TestContextOptions): Promise<TestContext> {
  const { url, fetch = globalThis.fetch } = options;
  const origin = options.origin ?? new URL(url).origin;
  const hook = createHook(options.hook ?? new URL('/conformance', url).href, fetch);
  const sandbox = await connectSandbox((options.sandbox ?? 'http://127.0.0.1:3001').replace(/\/$/, ''), fetch);
  const backend = createBackend({ url: url.replace(/\/$/, ''), origin, fetch });
  const secrets = new Set<string>(Object.values(cards));
  const wrongOtp = '000000';
  const canAdvanceBackend = (await hook.advance(0)) !== undefined;

  async function advance(seconds: number): Promise<void> {
    if (canAdvanceBackend) {
      await hook.advance(seconds);
      await sandbox.advance(seconds);
      return;
    }
    if (seconds > maxRealWaitSeconds) throw new Skipped('the hook does not offer advanceSeconds');
    await new Promise<void>((resolve) => {
      setTimeout(resolve, seconds * 1000);
    });
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
      const { session, view: initialView } = await hook.start(card);
      const order = (await sandbox.orders()).at(-1);
      const paymentId = order?.payments.at(-1)?.id;
      if (order === undefined || paymentId === undefined)
        throw new Error('the hook created no payment at this sandbox');
      const orderId = order.order_id;
      for (const secret of [orderId, paymentId]) secrets.add(secret);
      return createCustomer({ backend, session, initialView, card, orderId, paymentId, wrongOtp, advance });
    },
    async startWithOtp(card) {
      const customer = await context.start(card);
      await customer.generate();
      return customer;
    },
    openTab: ({ session, initialView, card, orderId, paymentId }) =>
      createCustomer({ backend, session, initialView, card, orderId, paymentId, wrongOtp, advance }),
    async countOtpCalls(run) {
      const before = await sandbox.counts();
      await run();
      const after = await sandbox.counts();
      const added = otpCalls.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
      return Object.fromEntries(added.filter(([, count]) => count > 0));
    },
    advance,
    nowMs: async () => (canAdvanceBackend ? await hook.advance(0) : undefined) ?? Date.now(),
  };
  // A payment is started here, so that a broken hook fails before any case runs.
  await context.start();
  return context;
}
