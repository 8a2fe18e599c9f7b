/** Calls under way: a request of the customer whose call has reached Plural, and whose response has not come yet. */
import { assert, expectOneOf, Skipped } from './assert.ts';
import type { TestContext } from './context.ts';
import { newIdempotencyKey, type Customer } from './customer.ts';
import { subtractCalls } from './count-calls.ts';

/** Longest wait for a call before the request that leads to it is looked at again. */
const arrivalPollMs = 250;
/** Times a call is held, one after the other while requests take longer. Many backends end a call after ten seconds. */
const holdsMs = [1500, 4000, 8000, 8000, 8000];
/** The same of calls that the issuer decides, which may take thirty. */
const issuerHoldsMs = [1500, 5000, 20_000, 20_000];
/** A request that takes this many times as long as the held call took to arrive is not slow: it waits for that call. */
const waitFactor = 10;

export interface HeldCall {
  /** Resolves as the request of the customer does, whose errors `onError` handles. */
  readonly ended: Promise<void>;
  /** Time from the request of the customer to the arrival of its call, in milliseconds. */
  readonly arrivalMs: number;
  /** Returns true while Plural has not responded to the call, nor the backend to the request. */
  isHeld(): Promise<boolean>;
  /** Returns true once Plural has responded. */
  isAnswered(): Promise<boolean>;
}

export interface CallToHold {
  /** The shop's reference of the order. */
  order: string;
  operation: string;
  /** Number of calls of this operation to let pass first. @default 0 */
  skip?: number;
  /** Sends the request that leads to the call. */
  act: () => Promise<unknown>;
  /** Handles an error of the request. @default throws it once `ended` is awaited */
  onError?: (error: unknown) => void;
}

/** Sends a request and waits until its call has reached Plural. Returns `undefined` when no such call arrives. */
export async function holdCall(
  context: TestContext,
  { order, operation, skip = 0, act, onError }: CallToHold,
  holdMs: number,
): Promise<HeldCall | undefined> {
  const { sandbox } = context;
  let after = (await sandbox.findCalls(order, operation)).at(-1)?.number ?? 0;
  await sandbox.script(order, { operation, fault: 'delay', delayMs: holdMs, skip });
  let hasEnded = false;
  let failure: { error: unknown } | undefined;
  const sentMs = performance.now();
  const settled = act()
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      hasEnded = true;
    });
  let arrived: number | undefined;
  for (let isLast = false; arrived === undefined && !isLast;) {
    isLast = hasEnded;
    const calls = await sandbox.findCalls(order, operation, { after, waitMs: isLast ? 0 : arrivalPollMs });
    arrived = calls.find(({ fault }) => fault === 'delay')?.number;
    after = calls.at(-1)?.number ?? after;
  }
  const arrivalMs = performance.now() - sentMs;
  const end = async (): Promise<void> => {
    await settled;
    if (failure === undefined) return;
    if (onError === undefined) throw failure.error;
    onError(failure.error);
  };
  const ended = end();
  // Whoever awaits it gets the error; until then it is no unhandled rejection.
  ended.catch(() => {});
  if (arrived === undefined) {
    await sandbox.clearFaults(order);
    await ended;
    return undefined;
  }
  const number = arrived;
  const isAnswered = async (): Promise<boolean> => {
    const [call] = await sandbox.findCalls(order, operation, { after: number - 1 });
    return call?.number !== number || call.status !== null;
  };
  return { ended, arrivalMs, isAnswered, isHeld: async () => !(await isAnswered()) && !hasEnded };
}

/** Requests that are sent while a call is held. */
export interface Race {
  held: CallToHold;
  /** Sends further requests. */
  meanwhile: () => Promise<void>;
  /** Number of requests that `meanwhile` sends one after the other. @default 1 */
  requests?: number;
  /** Checks what became of them, with the held call ended. `wasHeld`: it was held until the last of them had ended. */
  check: (wasHeld: boolean) => Promise<void>;
}

/**
 * Runs a race, and again with longer holds while the further requests end only after the held call. Then either machine
 * or backend are slow, or the backend has them wait for that call, as it may. Returns false when the call to hold is
 * never made.
 *
 * @throws {Skipped} when they came too late even so.
 */
export async function runRace(context: TestContext, createRace: () => Promise<Race>): Promise<boolean> {
  for (let round = 0; ; round += 1) {
    const { held, meanwhile, check, requests = 1 } = await createRace();
    const holdMs = (held.operation.endsWith('Otp') ? issuerHoldsMs : holdsMs)[round];
    if (holdMs === undefined) break;
    const call = await holdCall(context, held, holdMs);
    if (call === undefined) return false;
    const startedMs = performance.now();
    await meanwhile();
    const tookMs = performance.now() - startedMs;
    const wasHeld = await call.isHeld();
    await call.ended;
    await check(wasHeld);
    if (wasHeld || (round > 0 && tookMs > waitFactor * requests * call.arrivalMs)) return true;
  }
  throw new Skipped('requests at once are too slow with this backend, or on this machine');
}

/** Most requests that a case below sends in the other tab, with those to the hook and the sandbox. */
const mostRequests = 5;
type Action = 'generateOtp' | 'resendOtp' | 'submitOtp';

/**
 * Acts in one tab while the call of another tab is held, and expects that this causes no call. Each round has a customer
 * of its own; returns the last one.
 */
export async function expectNoCallDuring(
  context: TestContext,
  operation: Action,
  start: () => Promise<Customer>,
  act: (tab: Customer, idempotencyKey: string) => Promise<unknown>,
): Promise<Customer> {
  const idempotencyKey = newIdempotencyKey();
  let customer: Customer | undefined;
  const wasCalled = await runRace(context, async () => {
    const first = await start();
    customer = first;
    const firstActs = {
      generateOtp: () => first.generate(idempotencyKey),
      resendOtp: () => first.resend(idempotencyKey),
      submitOtp: () => first.submit(context.rightOtp, idempotencyKey),
    };
    const before = await context.getOrder(first.order);
    return {
      held: { order: first.order, operation, act: firstActs[operation] },
      meanwhile: async () => void (await act(context.openTab(first), idempotencyKey)),
      requests: mostRequests,
      async check(wasHeld) {
        const after = await context.getOrder(first.order);
        // Once the call has ended another one is in order.
        if (wasHeld) expectOneOf('calls', subtractCalls(after.calls, before.calls), { [operation]: 1 });
      },
    };
  });
  assert(wasCalled && customer !== undefined, `a call of ${operation}`, 'none');
  return customer;
}
