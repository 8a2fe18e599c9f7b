import { expectOneOf, hold } from '../assert.ts';
import { group, type Case } from '../case.ts';
import { newAct } from '../customer.ts';

/** Going to the bank's page, and giving up. */
export const leaving: readonly Case[] = group('leaving', {
  'going to the bank’s page is remembered and sends nothing': async (world) => {
    const customer = await world.prompted();
    const sent = await world.sent(async () => {
      await customer.leave('bank');
      const { leftForBank, phase } = await world.anotherTab(customer).look();
      expectOneOf('leftForBank', leftForBank, true);
      expectOneOf('the phase', phase, 'awaitingOtp');
    });
    expectOneOf('calls', sent, {});
  },
  'back from the bank’s page, the code can still be typed here': async (world) => {
    const customer = await world.prompted();
    await customer.leave('bank');
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
  },
  'a known idempotency key leaves once': async (world) => {
    const customer = await world.prompted();
    const idempotencyKey = newAct();
    const first = await customer.leave('bank', idempotencyKey);
    const again = await customer.leave('bank', idempotencyKey);
    expectOneOf('the revision', again.revision, first.revision);
  },
  'giving up ends the step, and nothing is sent after it': async (world) => {
    const customer = await world.prompted();
    const sent = await world.sent(async () => {
      const { phase, next } = await customer.leave('cancel');
      expectOneOf('the phase', phase, 'cancelled');
      hold(!next.includes('submit') && !next.includes('resend'), 'neither submit nor resend in next', next);
      await customer.submit(world.rightOtp);
      await customer.resend();
      await customer.generate();
      expectOneOf('the phase after a reload', (await world.anotherTab(customer).look()).phase, 'cancelled');
    });
    expectOneOf('calls', sent, {});
  },
  'who has not asked for a code can give up too': async (world) => {
    expectOneOf('the phase', (await (await world.start()).leave('cancel')).phase, 'cancelled');
  },
  'an accepted code cannot be given up': async (world) => {
    const customer = await world.prompted('4000000000000333');
    await customer.submit(world.rightOtp);
    expectOneOf('the phase', (await customer.leave('cancel')).phase, 'confirming');
    await world.pass(7);
    await customer.sees('authorized');
  },
  'money that comes after giving up is told': async (world) => {
    const customer = await world.prompted();
    const { reference } = await customer.leave('cancel');
    await world.sandbox.payAtBank(customer.paymentId);
    await world.pass(2);
    await customer.sees('authorized');
    expectOneOf('verdicts', await world.hook.verdictsOf(reference), ['paid']);
  },
});
