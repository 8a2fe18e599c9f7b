/** A crowd: simulated customers in the real shop and sandbox, in one process, on a clock that moves. */

import { createSandbox, writeState } from '@plural-otp/sandbox';
import { createShop, type ShopOptions } from '../app.ts';
import { merchantName } from '../catalogue.ts';
import type { Settings } from '../settings.ts';
import { createRandom, planCrowd } from './plan.ts';
import { createStaff } from './staff.ts';
import { walkCustomer } from './walk.ts';

/** Options of {@link createCrowd}. */
export interface CrowdOptions extends Pick<
  ShopOptions,
  'repository' | 'overview' | 'insightStore' | 'store' | 'files'
> {
  readonly settings: Settings;
  readonly seed: number;
  readonly count: number;
  /** Time at which the crowd ends, in epoch milliseconds. */
  readonly nowMs: number;
}

/** Result of a crowd. */
export interface Crowd {
  readonly customers: number;
  /** State of the sandbox, to continue from. */
  readonly sandboxState: string;
  /** Number of orders that the sandbox holds as paid. */
  readonly paidAtPlural: number;
}

/** Time between two checks of due payments. The shop makes one every 30 seconds, which would take a crowd minutes. */
const sweepEveryMs = 30 * 60_000;

/** Sends a crowd through the shop. The same seed gives the same customers. */
export async function createCrowd(options: CrowdOptions): Promise<Crowd> {
  const { settings, seed, count, nowMs } = options;
  const customers = planCrowd(seed, count, nowMs);
  const clock = { ms: customers[0]?.startMs ?? nowMs };
  const now = (): number => clock.ms;
  const newId = createIds(seed);
  const work: Promise<unknown>[] = [];
  const sandbox = createSandbox({
    origin: settings.plural.baseUrl,
    now,
    newId,
    seed,
    merchantName,
    webhookUrl: `${settings.origin}/plural/webhook`,
    fetch: (request) => shop.fetch(request),
  });
  const shop = createShop({
    ...options,
    simulated: true,
    waitUntil: (promise) => void work.push(promise.catch(() => undefined)),
    log: () => undefined,
    fetch: (input, init) => sandbox.fetch(new Request(input, init)),
    now,
    newId,
  });
  const pass = (seconds: number): void => {
    clock.ms += Math.round(seconds * 1000);
    // Runs what is due at the bank by now.
    sandbox.advance(0);
  };
  const staff = createStaff(shop, settings);
  let sweptAtMs = clock.ms;
  for (const customer of customers) {
    // What the bank has to tell comes before the clock moves on.
    await sandbox.whenIdle();
    while (customer.startMs - sweptAtMs > sweepEveryMs && clock.ms < customer.startMs) {
      clock.ms = Math.min(customer.startMs, Math.max(clock.ms, sweptAtMs + sweepEveryMs));
      sweptAtMs = clock.ms;
      await shop.sweep();
      await staff.captureDue(options.overview, clock.ms);
      await sandbox.whenIdle();
    }
    clock.ms = Math.max(clock.ms, customer.startMs);
    await walkCustomer({ shop, sandbox, shopOrigin: settings.origin, pass, newId }, customer);
  }
  clock.ms = nowMs;
  await shop.sweep();
  await sandbox.whenIdle();
  // Events are written in groups, in the background.
  await Promise.all(work);
  const orders = [...sandbox.state.orders.values()];
  return {
    customers: customers.length,
    sandboxState: writeState(sandbox.state),
    paidAtPlural: orders.filter(({ status }) => status === 'PROCESSED').length,
  };
}

/** Returns a source of ids in the form of `crypto.randomUUID`, the same for each seed. */
function createIds(seed: number): () => string {
  const random = createRandom(seed ^ 0x5f_37_59_df);
  const digits = (length: number): string =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  return () => `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`;
}
