import { createBackend, type Backend } from './backend.ts';
import { Skipped } from './assert.ts';
import { createCustomer, type Customer } from './customer.ts';
import { createHook, type Hook } from './hook.ts';
import { connectSandbox, type Counts, type SandboxControl } from './sandbox.ts';

/** What each case plays on: the backend, its hook, and the sandbox it takes for Plural. */
export interface TestContext {
  readonly backend: Backend;
  readonly sandbox: SandboxControl;
  readonly hook: Hook;
  readonly origin: string;
  /** Codes of the right shape: the one the bank sent, and one it did not. */
  readonly rightOtp: string;
  readonly wrongOtp: string;
  /** What no answer may ever hold. */
  readonly secrets: ReadonlySet<string>;
  /** A payment has begun; no code was asked for yet. */
  start(card?: string): Promise<Customer>;
  /** The same, and the bank has sent a code. */
  startWithOtp(card?: string): Promise<Customer>;
  /** Another tab, or the same after a reload. */
  anotherTab(customer: Customer): Customer;
  /** The OTP calls that reached the sandbox meanwhile: `{}` when there was none. */
  countOtpCalls(run: () => Promise<unknown>): Promise<Counts>;
  /** Time goes by on both clocks; waits for real where the backend's cannot be set. Throws `Skipped` when that is long. */
  advance(seconds: number): Promise<void>;
  /** The backend's clock, epoch ms. */
  nowMs(): Promise<number>;
}

export interface TestContextOptions {
  /** Where the contract's routes are mounted. */
  url: string;
  /** @default '/conformance' on the same host */
  hook?: string;
  /** @default 'http://127.0.0.1:3001' */
  sandbox?: string;
  /** What the backend takes for its own origin. @default the origin of `url` */
  origin?: string;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** Card numbers the sandbox knows (docs/sandbox.md), by what becomes of a payment with them. */
export const cards = {
  pays: '4012001037141112',
  quickResend: '4111111111111111',
  bankPageOnly: '5105105105105100',
  firstCodeExpired: '4000000000000218',
  oneResend: '4000000000000226',
  oneAttempt: '4000000000000234',
  generateRefused: '4000000000000242',
  noFunds: '4000000000000309',
  slowBank: '4000000000000333',
  declinedLate: '4000000000000358',
  orderFails: '4000000000000366',
} as const;

const otpCalls = ['generateOtp', 'submitOtp', 'resendOtp'];
const maxRealWaitSeconds = 5;

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
      if (order === undefined || paymentId === undefined) throw new Error('the hook made no payment at this sandbox');
      const orderId = order.order_id;
      for (const secret of [orderId, paymentId]) secrets.add(secret);
      return createCustomer({ backend, session, initialView, card, orderId, paymentId, wrongOtp, advance });
    },
    async startWithOtp(card) {
      const customer = await context.start(card);
      await customer.generate();
      return customer;
    },
    anotherTab: ({ session, initialView, card, orderId, paymentId }) =>
      createCustomer({ backend, session, initialView, card, orderId, paymentId, wrongOtp, advance }),
    async countOtpCalls(run) {
      const before = await sandbox.counts();
      await run();
      const after = await sandbox.counts();
      const more = otpCalls.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
      return Object.fromEntries(more.filter(([, count]) => count > 0));
    },
    advance,
    nowMs: async () => (canAdvanceBackend ? await hook.advance(0) : undefined) ?? Date.now(),
  };
  // Whatever is wrong with the hook shows here, before any case is played.
  await context.start();
  return context;
}
