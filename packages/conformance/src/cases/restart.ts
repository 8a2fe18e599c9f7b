/** Cases of a crash: what was sent has to be written down before it was sent. */
import { expectOneOf, assert, ConformanceError } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import type { TestContext } from '../context.ts';
import { newIdempotencyKey } from '../customer.ts';
import { NoResponse } from '../send.ts';

const pollMs = 20;
const maxPolls = 250;
const delayMs = 1500;

/** Ends the backend while a call of this operation is under way: Plural has it, and its response is not there yet. */
async function crashDuring(
  context: TestContext,
  order: string,
  operation: string,
  act: () => Promise<unknown>,
): Promise<void> {
  await context.sandbox.script(order, { operation, fault: 'delay', delayMs });
  const before = (await context.getOrder(order)).calls[operation] ?? 0;
  const ended = act().catch((error: unknown) => {
    // The connection ends with the backend. A backend that responded before the crash responded to the contract.
    if (error instanceof ConformanceError || error instanceof NoResponse) throw error;
  });
  let arrived = false;
  for (let poll = 0; poll < maxPolls && !arrived; poll += 1) {
    arrived = ((await context.getOrder(order)).calls[operation] ?? 0) > before;
    if (!arrived)
      await new Promise<void>((resolve) => {
        setTimeout(resolve, pollMs);
      });
  }
  assert(arrived, `a call of ${operation}`, 'none');
  await context.restart();
  await ended;
  await context.sandbox.clearFaults(order);
}

export const restart: readonly Case[] = defineCases('restart', {
  'a session and its attempts outlive the process': async (context) => {
    const customer = await context.startWithOtp();
    const before = await customer.submit(context.wrongOtp);
    await context.restart();
    const after = await customer.getView();
    for (const member of ['phase', 'next', 'reference', 'attempts'] as const)
      expectOneOf(member, after[member], before[member]);
  },
  'an idempotency key outlives the process': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    await customer.submit(context.wrongOtp, idempotencyKey);
    await context.restart();
    const calls = await context.countCalls(() => customer.submit(context.wrongOtp, idempotencyKey));
    expectOneOf('calls', calls, {});
  },
  'an OTP that was under way at a crash is not submitted again': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    const calls = await context.countCalls(async () => {
      await crashDuring(context, customer.order, 'submitOtp', () => customer.submit(context.rightOtp, idempotencyKey));
      await customer.submit(context.rightOtp, idempotencyKey);
      await customer.submit(context.rightOtp);
      await customer.waitForPhase('authorized');
    });
    expectOneOf('calls', calls, { submitOtp: 1 });
  },
  'an SMS that was under way at a crash is not sent again': async (context) => {
    const customer = await context.start();
    const idempotencyKey = newIdempotencyKey();
    await crashDuring(context, customer.order, 'generateOtp', () => customer.generate(idempotencyKey));
    await customer.generate(idempotencyKey);
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'a start that was under way at a crash is found again': async (context) => {
    const order = context.newOrder();
    await crashDuring(context, order, 'createPayment', () => context.tryStart(order));
    for (let retry = 0; retry < 4; retry += 1) {
      const customer = await context.tryStart(order);
      if (customer !== undefined) break;
      assert(retry < 3, 'a session when the start is called again', 'no session');
      await context.advance(65);
    }
    expectOneOf('the number of payments', (await context.getOrder(order)).payments.length, 1);
  },
});
