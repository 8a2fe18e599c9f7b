import { backendAt, type Backend } from './backend.ts';
import { NotRun } from './assert.ts';
import { customerWith, type Customer } from './customer.ts';
import { hookAt, type Hook } from './hook.ts';
import { sandboxAt, type Counts, type SandboxControl } from './sandbox.ts';

/** What each case plays on: the backend, its hook, and the sandbox it takes for Plural. */
export interface World {
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
  prompted(card?: string): Promise<Customer>;
  /** Another tab, or the same after a reload. */
  anotherTab(customer: Customer): Customer;
  /** The OTP calls that reached the sandbox meanwhile: `{}` when there was none. */
  sent(act: () => Promise<unknown>): Promise<Counts>;
  /** Time goes by on both clocks; waits for real where the backend's cannot be set. Throws `NotRun` when that is long. */
  pass(seconds: number): Promise<void>;
  /** The backend's clock, epoch ms. */
  nowMs(): Promise<number>;
}

export interface WorldOptions {
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
const longestRealWaitSeconds = 5;

export async function openWorld(options: WorldOptions): Promise<World> {
  const { url, fetch = globalThis.fetch } = options;
  const origin = options.origin ?? new URL(url).origin;
  const hook = hookAt(options.hook ?? new URL('/conformance', url).href, fetch);
  const sandbox = await sandboxAt((options.sandbox ?? 'http://127.0.0.1:3001').replace(/\/$/, ''), fetch);
  const backend = backendAt({ url: url.replace(/\/$/, ''), origin, fetch });
  const secrets = new Set<string>(Object.values(cards));
  const wrongOtp = '000000';
  const clockMoves = (await hook.advance(0)) !== undefined;

  async function pass(seconds: number): Promise<void> {
    if (clockMoves) {
      await hook.advance(seconds);
      await sandbox.advance(seconds);
      return;
    }
    if (seconds > longestRealWaitSeconds) throw new NotRun('the hook does not offer advanceSeconds');
    await new Promise<void>((resolve) => {
      setTimeout(resolve, seconds * 1000);
    });
  }

  const world: World = {
    backend,
    sandbox,
    hook,
    origin,
    rightOtp: sandbox.otp,
    wrongOtp,
    secrets,
    async start(card = cards.pays) {
      const { session, view: first } = await hook.start(card);
      const made = (await sandbox.orders()).at(-1);
      const paymentId = made?.payments.at(-1)?.id;
      if (made === undefined || paymentId === undefined) throw new Error('the hook made no payment at this sandbox');
      const orderId = made.order_id;
      for (const secret of [orderId, paymentId]) secrets.add(secret);
      return customerWith({ backend, session, first, card, orderId, paymentId, wrongOtp, pass });
    },
    async prompted(card) {
      const customer = await world.start(card);
      await customer.generate();
      return customer;
    },
    anotherTab: ({ session, first, card, orderId, paymentId }) =>
      customerWith({ backend, session, first, card, orderId, paymentId, wrongOtp, pass }),
    async sent(act) {
      const before = await sandbox.counts();
      await act();
      const after = await sandbox.counts();
      const more = otpCalls.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
      return Object.fromEntries(more.filter(([, count]) => count > 0));
    },
    pass,
    nowMs: async () => (clockMoves ? await hook.advance(0) : undefined) ?? Date.now(),
  };
  // Whatever is wrong with the hook shows here, before any case is played.
  await world.start();
  return world;
}
