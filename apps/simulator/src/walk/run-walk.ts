/** One walk: the steps of its plan under faults, then healing and days of sweeps, with every promise checked. */
import { tryReference } from '../actors/support.ts';
import { checkAnsweredWebhooksTold, checkEveryPaymentTold, checkRecordsExpired } from '../checks/coming-to-rest.ts';
import { WalkContext, type Violation } from '../context.ts';
import type { PromiseName } from '../promises.ts';
import { installSources } from '../runtime/install.ts';
import { createRandom, mixSeed } from '../runtime/seed.ts';
import { startOfTimeMs } from '../runtime/virtual-time.ts';
import { bringAbout } from './environment.ts';
import { keptSteps, type Plan, type Step } from './plan.ts';
import { createShop, type SimulatedShop } from './shop.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** After a pause this long no page is open any more. */
const longestVisitMs = 3 * minuteMs;
/** Days after the last fault in which everything has to come right. */
const daysToRest = 10;
/** Days after which no record may be left. */
const daysToExpire = 130;

/** Result of a walk. */
export interface WalkResult {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  readonly digest: string;
  readonly lines: readonly string[];
  readonly virtualMs: number;
  readonly counts: WalkContext['counts'];
  readonly faultCounts: WalkContext['faultCounts'];
  readonly problems: ReadonlyMap<string, number>;
}

let running: WalkContext | undefined;
let isWatching = false;

/** Reports a rejection that nobody handles as a violation of the walk it happened in. */
function watchRejections(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('unhandledRejection', (error) => {
    running?.violate('no-unhandled-rejection', error instanceof Error ? (error.stack ?? error.message) : String(error));
  });
}

/** Takes a walk. `ignored`: promises that are not checked. */
export async function runWalk(plan: Plan, ignored: readonly PromiseName[] = []): Promise<WalkResult> {
  const context = new WalkContext(plan, ignored);
  running = context;
  watchRejections();
  installSources(context.time, createRandom(mixSeed(plan.seed, 1_000_003)));
  const shop = await createShop(context);
  for (const [number, step] of keptSteps(plan)) {
    context.beginStep(number, step.seed);
    takeStep(shop, step);
    if (step.pauseMs > longestVisitMs) for (const customer of shop.customers) customer.leave();
    await context.time.advance(step.pauseMs);
    if (context.violations.length > 0) break;
  }
  if (context.violations.length === 0) await comeToRest(shop);
  return {
    plan,
    violations: context.violations,
    digest: context.trace.digest(),
    lines: context.trace.lines,
    virtualMs: context.time.nowMs - startOfTimeMs,
    counts: context.counts,
    faultCounts: context.faultCounts,
    problems: shop.merchant.problems,
  };
}

function takeStep(shop: SimulatedShop, { actor, index }: Step): void {
  const { customers } = shop;
  const customer = customers[index % customers.length];
  switch (actor) {
    case 'customer':
      return customer?.act();
    case 'sweep':
      void sweep(shop).catch(() => undefined);
      return undefined;
    case 'settle':
      return settle(shop, customer?.basket.orderId ?? '');
    case 'support':
      void tryReference(shop);
      return undefined;
    default:
      return bringAbout(shop, actor, index);
  }
}

/** Has any process settle an order, or wake one record, as a shop's own scheduler does. */
function settle({ context, fleet, records, secrets }: SimulatedShop, orderId: string): void {
  const { random } = context;
  const isolate = fleet.pick();
  const keys = [...records.orderKeys];
  const key = keys.length > 0 && random.chance(0.5) ? random.pick(keys) : undefined;
  void isolate
    ?.serve<unknown>(({ handler }) => (key === undefined ? handler.settle(orderId) : handler.wake(key)))
    .catch((error: unknown) => secrets.scan('an error', error));
}

/** Sweeps in any process. Resolves to true when more was due than the sweep got to. */
async function sweep({ context, fleet, secrets }: SimulatedShop): Promise<{ checked: number; more: boolean }> {
  const isolate = fleet.pick();
  if (!isolate) return { checked: 0, more: true };
  context.counts.sweeps += 1;
  try {
    const result = await isolate.serve(({ handler }) => handler.sweep());
    const { checked, delivered, stillOpen } = result;
    if (checked > 0)
      context.trace.add('X', isolate.name, `sweep: ${checked} checked, ${delivered} delivered, ${stillOpen} open`);
    return { checked, more: result.more };
  } catch (error) {
    secrets.scan('an error', error);
    return { checked: 0, more: true };
  }
}

/**
 * Ends every fault and sweeps for days, after which everything has to be told. Then the bank pays late, under faults
 * again, and what the shop answered has to be told as well. At last every record has to expire.
 */
async function comeToRest(shop: SimulatedShop): Promise<void> {
  const { context, truth, merchant, bank, webhooks } = shop;
  const { time, plan } = context;
  const hasFailed = (): boolean => context.violations.length > 0;
  context.beginStep(undefined, mixSeed(plan.seed, 1_000_004));
  await heal(shop);
  await sweepThrough(shop, daysToRest);
  if (!hasFailed()) checkEveryPaymentTold(context, truth, merchant);
  if (hasFailed()) return;

  context.isHealed = false;
  const paidAtMs = time.nowMs;
  const paid = await bank.payLate();
  if (paid.length > 0) {
    await time.advance(2 * minuteMs);
    await heal(shop);
    await sweepThrough(shop, daysToRest);
    const isAnswered = (orderId: string): boolean => paid.includes(orderId) && webhooks.wasAnswered(orderId, paidAtMs);
    checkAnsweredWebhooksTold(context, truth, merchant, isAnswered);
  }
  context.isHealed = true;
  if (hasFailed()) return;
  await time.advance(daysToExpire * dayMs);
  await checkRecordsExpired(context, shop.store, shop.records.keys);
}

/** Ends every fault: pages are closed, processes are replaced, and five minutes pass for what is still on its way. */
async function heal({ context, customers, fleet }: SimulatedShop): Promise<void> {
  context.isHealed = true;
  context.outages.storeUntilMs = context.outages.pluralUntilMs = 0;
  for (const customer of customers) customer.leave();
  fleet.heal();
  context.trace.add('X', '', 'every fault is over');
  await context.time.advance(5 * minuteMs);
}

/** Sweeps through days, first often and later every six hours, until the last day, when nothing may be due. */
async function sweepThrough(shop: SimulatedShop, days: number): Promise<void> {
  const { context } = shop;
  const { time } = context;
  const beganAtMs = time.nowMs;
  for (const afterMs of sweepTimes(days)) {
    await time.advance(Math.max(0, beganAtMs + afterMs - time.nowMs));
    const checked = await drain(shop);
    if (context.violations.length > 0) return;
    if (checked > 0 && afterMs > (days - 1) * dayMs)
      return context.violate(
        'sweep-comes-to-rest',
        `${checked} orders are still checked ${afterMs / dayMs} days later`,
      );
  }
}

/** Sweeps until nothing is due. Resolves to the number of orders checked. */
async function drain(shop: SimulatedShop): Promise<number> {
  const { time } = shop.context;
  let checked = 0;
  for (let tries = 0; tries < 20; tries += 1) {
    const sweeping = sweep(shop);
    await time.advanceUntilSettled(sweeping, 5 * minuteMs);
    const result = await sweeping;
    checked += result.checked;
    if (!result.more) break;
  }
  return checked;
}

function* sweepTimes(days: number): Generator<number> {
  for (const minutes of [0, 1, 2, 5, 15, 30]) yield minutes * minuteMs;
  for (const hours of [1, 2, 3, 4, 6, 8, 12, 16, 20, 24]) yield hours * hourMs;
  for (let hours = 30; hours <= days * 24; hours += 6) yield hours * hourMs;
}
