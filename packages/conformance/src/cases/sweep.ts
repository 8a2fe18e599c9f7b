/** Cases of payments that nobody asks about: the tab is closed, and neither return nor webhook arrives. */
import { expectOneOf } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { cards, type TestContext } from '../context.ts';

const sweepDelaySeconds = 600;
const maxSweeps = 6;

/** Sweeps, with ten minutes between, until the shop has a verdict. Returns every verdict. */
async function sweepUntilDelivered(context: TestContext, reference: string): Promise<readonly string[]> {
  let verdicts: readonly string[] = [];
  for (let round = 0; round < maxSweeps && verdicts.length === 0; round += 1) {
    await context.advance(sweepDelaySeconds);
    await context.hook.sweep();
    verdicts = await context.hook.getVerdicts(reference);
  }
  return verdicts;
}

export const sweep: readonly Case[] = defineCases('sweep', {
  'a payment made at the bank after the tab was closed is delivered, once': async (context) => {
    const customer = await context.startWithOtp();
    const { reference } = await customer.leave('bank');
    await context.sandbox.payAtBank(customer.paymentId);
    expectOneOf('verdicts', await sweepUntilDelivered(context, reference), ['paid']);
    await context.hook.sweep();
    await context.advance(sweepDelaySeconds);
    await context.hook.sweep();
    expectOneOf('verdicts after two more sweeps', await context.hook.getVerdicts(reference), ['paid']);
  },
  'an OTP that was accepted as the tab was closed is delivered as paid': async (context) => {
    const customer = await context.startWithOtp(cards.slowIssuer);
    const { reference } = await customer.submit(context.rightOtp);
    expectOneOf('verdicts', await sweepUntilDelivered(context, reference), ['paid']);
  },
  'a decline after the tab was closed is delivered as failed': async (context) => {
    const customer = await context.startWithOtp(cards.declinedLate);
    const { reference } = await customer.submit(context.rightOtp);
    expectOneOf('verdicts', await sweepUntilDelivered(context, reference), ['failed']);
  },
  'a payment is delivered when the order can be read again': async (context) => {
    const customer = await context.startWithOtp();
    const { reference } = await customer.getView();
    await context.sandbox.payAtBank(customer.paymentId);
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    await context.advance(sweepDelaySeconds);
    await context.hook.sweep();
    await context.clearFaults();
    expectOneOf('verdicts', await sweepUntilDelivered(context, reference), ['paid']);
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
