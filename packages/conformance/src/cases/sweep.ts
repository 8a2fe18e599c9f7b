/** Cases of payments that nobody asks about: the tab is closed, and neither return nor webhook arrives. */
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { cards, type TestContext } from '../context.ts';
import type { Customer } from '../customer.ts';
import { expectVerdicts } from '../verdicts.ts';
import { oddDeclines, oddMembers } from './order.ts';
import { startExhausted } from './submit.ts';

const sweepDelaySeconds = 600;
const maxSweeps = 6;
const hour = 3600;
/** Sweeps at one time, because one sweep may leave some payments to the next. */
const sweepsAtOnce = 6;

/** Sweeps, with ten minutes between, until the shop has a verdict, and expects it to be this one alone. */
export async function expectSwept(context: TestContext, reference: string, verdict: string): Promise<void> {
  let verdicts: readonly string[] = [];
  for (let round = 0; round < maxSweeps && verdicts.length === 0; round += 1) {
    await context.advance(sweepDelaySeconds);
    await context.hook.sweep();
    verdicts = await context.hook.getVerdicts(reference);
  }
  await expectVerdicts(context, reference, [verdict]);
}

/** Sweeps every six hours, for up to a day and a half, until the shop has this verdict. Returns every verdict. */
async function sweepForDays(context: TestContext, reference: string, verdict: string): Promise<readonly string[]> {
  let verdicts: readonly string[] = [];
  for (let round = 0; round < 6 && !verdicts.includes(verdict); round += 1) {
    await context.advance(6 * hour);
    for (let repeat = 0; repeat < sweepsAtOnce && !verdicts.includes(verdict); repeat += 1) {
      await context.hook.sweep();
      verdicts = await context.hook.getVerdicts(reference);
    }
  }
  return verdicts;
}

/** Sweeps a number of times in which nothing is decided, with some hours between. */
async function sweepForHours(context: TestContext, times = 3, hours = 1): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    await context.advance(hours * hour);
    await context.hook.sweep();
    await context.hook.sweep();
  }
}

/** Sweeps until payments of earlier cases are not due again when the next sweep comes. */
async function settleEarlier(context: TestContext): Promise<void> {
  await context.advance(hour);
  for (let repeat = 0; repeat < sweepsAtOnce; repeat += 1) await context.hook.sweep();
}

/** Expects the verdict `paid` of a payment that the shop refuses to take for the first times. */
async function expectDeliveredAfter(context: TestContext, refusals: number, customer: Customer): Promise<void> {
  const { reference } = customer.initialView;
  await context.sandbox.decide(customer.paymentId, 'approve');
  await context.hook.rejectVerdicts(refusals);
  try {
    let verdicts: readonly string[] = [];
    for (let round = 0; round < 4 * refusals && verdicts.length === 0; round += 1) {
      await context.advance(5 * hour);
      await context.hook.sweep();
      verdicts = await context.hook.getVerdicts(reference);
    }
    expectOneOf(`verdicts after ${refusals} that the shop failed to take`, verdicts, ['paid']);
  } finally {
    await context.hook.rejectVerdicts(0);
  }
}

export const sweep: readonly Case[] = defineCases('sweep', {
  'a payment made at the bank after the tab was closed is delivered, once': async (context) => {
    const customer = await context.startWithOtp();
    const { reference } = await customer.leave('bank');
    await context.payAtBank(customer);
    await expectSwept(context, reference, 'paid');
    await context.hook.sweep();
    await context.advance(sweepDelaySeconds);
    await context.hook.sweep();
    await expectVerdicts(context, reference, ['paid'], 'verdicts after two more sweeps');
  },
  'a payment is delivered in whatever step its tab was closed': async (context) => {
    const cancelled = await context.startWithOtp();
    await cancelled.leave('cancel');
    for (const customer of [await context.start(), cancelled, await startExhausted(context)]) {
      const { reference } = customer.initialView;
      await context.sandbox.decide(customer.paymentId, 'approve');
      await expectSwept(context, reference, 'paid');
    }
  },
  'an OTP that was accepted as the tab was closed is delivered as paid': async (context) => {
    const customer = await context.startWithOtp(cards.slowIssuer);
    const { reference } = await customer.submit(context.rightOtp);
    await expectSwept(context, reference, 'paid');
  },
  'a decline after the tab was closed is delivered as failed': async (context) => {
    const customer = await context.startWithOtp(cards.declinedLate);
    const { reference } = await customer.submit(context.rightOtp);
    await expectSwept(context, reference, 'failed');
  },
  'a payment is delivered when the order can be read again': async (context) => {
    const customer = await context.startWithOtp();
    const { reference } = await customer.getView();
    await context.payAtBank(customer);
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    await context.advance(sweepDelaySeconds);
    await context.hook.sweep();
    await context.clearFaults();
    await expectSwept(context, reference, 'paid');
  },
  'an order that cannot be read keeps no other from being delivered': async (context) => {
    await settleEarlier(context);
    // In whatever sequence a backend sweeps, an order that cannot be read comes before the one that can.
    const customers = [await context.startWithOtp(), await context.startWithOtp(), await context.startWithOtp()];
    const [first, paid, last] = customers;
    assert(first !== undefined && paid !== undefined && last !== undefined, 'three payments', 'fewer');
    const { reference } = await paid.getView();
    await context.payAtBank(paid);
    for (const { order } of [first, last])
      await context.sandbox.script(order, { operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    await context.advance(90);
    await context.hook.sweep();
    await expectVerdicts(context, reference, ['paid']);
  },
  'a payment made three hours after the tab was closed is delivered': async (context) => {
    await context.sandbox.configure({ otpLifeSeconds: 86_400 });
    const customer = await context.startWithOtp();
    const { reference } = await customer.leave('bank');
    await sweepForHours(context);
    await context.payAtBank(customer);
    const verdicts = await sweepForDays(context, reference, 'paid');
    assert(verdicts.includes('paid'), 'a verdict paid', verdicts);
  },
  'a payment made two days and a half after the tab was closed is delivered': async (context) => {
    const customer = await context.startWithOtp();
    const { reference } = await customer.leave('bank');
    await sweepForHours(context, 10, 6);
    await context.sandbox.decide(customer.paymentId, 'approve');
    await sweepForDays(context, reference, 'paid');
    await expectVerdicts(context, reference, ['paid']);
  },
  'an open payment is not delivered as failed because it is old': async (context) => {
    const customer = await context.startWithOtp();
    const { reference } = await customer.leave('bank');
    await sweepForHours(context);
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), []);
  },
  'a decline that turns out to be a payment is delivered by a sweep': async (context) => {
    await context.sandbox.configure({ otpLifeSeconds: 86_400 });
    const customer = await context.startWithOtp();
    await context.showOrder(customer, (order) => ({
      ...order,
      status: 'ATTEMPTED',
      payments: order.payments.map((payment) => ({ ...payment, status: 'FAILED' })),
    }));
    await context.advance(1.1);
    const { reference } = await customer.waitForPhase('failed');
    await context.clearFaults();
    await context.payAtBank(customer);
    await sweepForDays(context, reference, 'paid');
    await expectVerdicts(context, reference, ['failed', 'paid']);
  },
  'a verdict that the shop failed to take is delivered again': async (context) => {
    const customer = await context.startWithOtp();
    await context.hook.rejectVerdicts(1);
    await customer.submit(context.rightOtp);
    const { reference } = await customer.waitForPhase('authorized');
    await expectSwept(context, reference, 'paid');
  },
  'a verdict that the shop failed to take five times in a day is delivered again': async (context) => {
    await sweepForHours(context);
    await expectDeliveredAfter(context, 5, await context.startWithOtp());
  },
  'a verdict of the third day that the shop fails to take until the fourth is delivered again': async (context) => {
    const customer = await context.startWithOtp();
    await sweepForHours(context, 10, 6.5);
    await expectDeliveredAfter(context, 5, customer);
  },
  'an order of an unexpected shape keeps no other from being delivered': async (context) => {
    await settleEarlier(context);
    const changes = [...oddMembers, ...oddDeclines];
    const startOdd = async (): Promise<void> => {
      for (const change of changes) await context.showOrder(await context.start(), change);
    };
    await startOdd();
    const paid = await context.start();
    await startOdd();
    await context.sandbox.decide(paid.paymentId, 'approve');
    await context.advance(90);
    await context.hook.sweep();
    await expectVerdicts(context, paid.initialView.reference, ['paid']);
  },
  'a sweep of open payments creates, submits and sends nothing': async (context) => {
    await context.start();
    await context.startWithOtp();
    const calls = await context.countCalls(async () => {
      for (let round = 0; round < 3; round += 1) {
        await context.advance(sweepDelaySeconds);
        await context.hook.sweep();
      }
    });
    expectOneOf('calls', calls, {});
  },
});
