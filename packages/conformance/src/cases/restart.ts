/** Cases of a crash: what was sent has to be written down before it was sent. */
import { expectOneOf, assert, ConformanceError, Skipped } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import type { TestContext } from '../context.ts';
import { newIdempotencyKey } from '../customer.ts';
import { holdCall } from '../in-flight.ts';
import { NoResponse } from '../send.ts';
import { expectVerdicts } from '../verdicts.ts';
import { expectLimitedResends } from './generate-and-resend.ts';
import { expectLimitedSubmits } from './submit.ts';
import { expectSwept } from './sweep.ts';

/** Longer than any restart takes: the crash ends it. */
const holdMs = 25_000;

/** Ends the backend while a call of this operation is under way: Plural has it, and its response is not there yet. */
async function crashDuring(
  context: TestContext,
  order: string,
  operation: string,
  act: () => Promise<unknown>,
): Promise<void> {
  // The connection ends with the backend. A backend that responded before the crash responded to the contract.
  const onError = (error: unknown): void => {
    if (error instanceof ConformanceError || error instanceof NoResponse) throw error;
  };
  const call = await holdCall(context, { order, operation, act, onError }, holdMs);
  assert(call !== undefined, `a call of ${operation}`, 'none');
  await context.restart();
  if (await call.isAnswered()) throw new Skipped('the backend could not be ended while a call was under way');
  await call.ended;
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
  'a restart gives no attempt back': (context) => {
    let submits = 0;
    return expectLimitedSubmits(context, async () => {
      submits += 1;
      if (submits % 3 === 0) await context.restart();
    });
  },
  'a restart gives no resend back': (context) =>
    expectLimitedResends(context, async (_customer, round) => {
      if (round % 3 === 0) await context.restart();
    }),
  'a verdict outlives the process, and is not delivered again': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    const { reference } = await customer.waitForPhase('authorized');
    await expectVerdicts(context, reference, ['paid']);
    await context.restart();
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    expectOneOf('the phase', (await customer.getView()).phase, 'authorized');
    await context.clearFaults();
    await context.advance(120);
    await context.hook.sweep();
    await expectVerdicts(context, reference, ['paid'], 'verdicts after a sweep');
  },
  'a verdict that the shop was taking at a crash is delivered again': async (context) => {
    const customer = await context.startWithOtp();
    await context.hook.rejectVerdicts(1, { crash: true });
    await context.restart(async () => {
      await customer.submit(context.rightOtp);
      await customer.waitForPhase('authorized');
    });
    await expectSwept(context, customer.initialView.reference, 'paid');
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
