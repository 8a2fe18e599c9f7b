import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { newIdempotencyKey } from '../customer.ts';

/** Going to the bank's page, and giving up. */
export const leave: readonly Case[] = defineCases('leaving', {
  'going to the bank’s page is remembered and sends nothing': async (context) => {
    const customer = await context.startWithOtp();
    const sent = await context.countOtpCalls(async () => {
      await customer.leave('bank');
      const { leftForBank, phase } = await context.anotherTab(customer).getView();
      expectOneOf('leftForBank', leftForBank, true);
      expectOneOf('the phase', phase, 'awaitingOtp');
    });
    expectOneOf('calls', sent, {});
  },
  'back from the bank’s page, the code can still be typed here': async (context) => {
    const customer = await context.startWithOtp();
    await customer.leave('bank');
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'a known idempotency key leaves once': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    const first = await customer.leave('bank', idempotencyKey);
    const again = await customer.leave('bank', idempotencyKey);
    expectOneOf('the revision', again.revision, first.revision);
  },
  'giving up ends the step, and nothing is sent after it': async (context) => {
    const customer = await context.startWithOtp();
    const sent = await context.countOtpCalls(async () => {
      const { phase, next } = await customer.leave('cancel');
      expectOneOf('the phase', phase, 'cancelled');
      assert(!next.includes('submit') && !next.includes('resend'), 'neither submit nor resend in next', next);
      await customer.submit(context.rightOtp);
      await customer.resend();
      await customer.generate();
      expectOneOf('the phase after a reload', (await context.anotherTab(customer).getView()).phase, 'cancelled');
    });
    expectOneOf('calls', sent, {});
  },
  'who has not asked for a code can give up too': async (context) => {
    expectOneOf('the phase', (await (await context.start()).leave('cancel')).phase, 'cancelled');
  },
  'an accepted code cannot be given up': async (context) => {
    const customer = await context.startWithOtp('4000000000000333');
    await customer.submit(context.rightOtp);
    expectOneOf('the phase', (await customer.leave('cancel')).phase, 'confirming');
    await context.advance(7);
    await customer.waitForPhase('authorized');
  },
  'money that comes after giving up is told': async (context) => {
    const customer = await context.startWithOtp();
    const { reference } = await customer.leave('cancel');
    await context.sandbox.payAtBank(customer.paymentId);
    await context.advance(2);
    await customer.waitForPhase('authorized');
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), ['paid']);
  },
});
