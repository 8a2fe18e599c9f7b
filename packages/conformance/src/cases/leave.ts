/** Cases of leaving for the bank's page and of cancelling. */
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { newIdempotencyKey } from '../customer.ts';
import { expectVerdicts } from '../verdicts.ts';

export const leave: readonly Case[] = defineCases('leave', {
  'leaving for the bank’s page is recorded and calls nothing': async (context) => {
    const customer = await context.startWithOtp();
    const calls = await context.countCalls(async () => {
      await customer.leave('bank');
      const { leftForBank, phase } = await context.openTab(customer).getView();
      expectOneOf('leftForBank', leftForBank, true);
      expectOneOf('the phase', phase, 'awaitingOtp');
    });
    expectOneOf('calls', calls, {});
  },
  'an OTP is still accepted after leaving for the bank’s page': async (context) => {
    const customer = await context.startWithOtp();
    await customer.leave('bank');
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'leaving the page while an OTP is awaited changes nothing and calls nothing': async (context) => {
    const customer = await context.startWithOtp();
    const before = await customer.getView();
    const calls = await context.countCalls(async () => {
      const { phase, revision } = await customer.leave('away');
      expectOneOf('the phase', phase, 'awaitingOtp');
      expectOneOf('the revision', revision, before.revision);
    });
    expectOneOf('calls', calls, {});
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'a repeated idempotency key leaves once': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    const first = await customer.leave('bank', idempotencyKey);
    const second = await customer.leave('bank', idempotencyKey);
    expectOneOf('the revision', second.revision, first.revision);
  },
  'cancelling ends the step, and nothing is sent afterwards': async (context) => {
    const customer = await context.startWithOtp();
    const calls = await context.countCalls(async () => {
      const { phase, next } = await customer.leave('cancel');
      expectOneOf('the phase', phase, 'cancelled');
      assert(!next.includes('submit') && !next.includes('resend'), 'neither submit nor resend in next', next);
      await customer.submit(context.rightOtp);
      await customer.resend();
      await customer.generate();
      expectOneOf('the phase after a reload', (await context.openTab(customer).getView()).phase, 'cancelled');
    });
    expectOneOf('calls', calls, {});
  },
  'a payment can be cancelled before an OTP is generated': async (context) => {
    expectOneOf('the phase', (await (await context.start()).leave('cancel')).phase, 'cancelled');
  },
  'a payment with an accepted OTP cannot be cancelled': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.decide(customer.paymentId, 'hold');
    await customer.submit(context.rightOtp);
    expectOneOf('the phase', (await customer.leave('cancel')).phase, 'confirming');
    await context.sandbox.decide(customer.paymentId, 'approve');
    await context.advance(1.1);
    await customer.waitForPhase('authorized');
  },
  'a payment made after cancelling is reported': async (context) => {
    const customer = await context.startWithOtp();
    const { reference } = await customer.leave('cancel');
    await context.payAtBank(customer);
    await context.advance(2);
    await customer.waitForPhase('authorized');
    await expectVerdicts(context, reference, ['paid']);
  },
});
