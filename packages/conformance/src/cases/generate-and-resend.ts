/** Cases of generating and resending an OTP. */
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { newIdempotencyKey } from '../customer.ts';
import { cards } from '../context.ts';

const resendDelaySeconds = 31;

export const generateAndResend: readonly Case[] = defineCases('generate and resend', {
  'one request sends one SMS': async (context) => {
    const customer = await context.start();
    const view = await customer.generate();
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    assert(view.next.includes('submit'), 'submit in next', view.next);
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'the resend delay is the one that Plural returned': async (context) => {
    const { resendInSeconds = -1 } = await (await context.start()).generate();
    assert(resendInSeconds > 25 && resendInSeconds <= 30, 'resendInSeconds of about 30', resendInSeconds);
    const quick = (await (await context.start(cards.quickResend)).generate()).resendInSeconds ?? -1;
    assert(quick >= 0 && quick <= 2, 'resendInSeconds of at most 2', quick);
  },
  'a repeated idempotency key sends no second SMS': async (context) => {
    const customer = await context.start();
    const idempotencyKey = newIdempotencyKey();
    const views = [
      await customer.generate(idempotencyKey),
      await customer.generate(idempotencyKey),
      await customer.generate(idempotencyKey),
    ];
    expectOneOf(
      'phases',
      views.map(({ phase }) => phase),
      ['awaitingOtp', 'awaitingOtp', 'awaitingOtp'],
    );
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'another idempotency key sends no second SMS while an OTP is pending': async (context) => {
    const customer = await context.startWithOtp();
    const { phase } = await context.openTab(customer).generate();
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'concurrent requests of three tabs send one SMS': async (context) => {
    const customer = await context.start();
    const tabs = [customer, context.openTab(customer), context.openTab(customer)];
    await Promise.all(tabs.map((tab) => tab.generate()));
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'concurrent requests with one idempotency key send one SMS': async (context) => {
    const customer = await context.start();
    const idempotencyKey = newIdempotencyKey();
    await Promise.all([customer.generate(idempotencyKey), customer.generate(idempotencyKey)]);
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'a reload sends no SMS and returns the same step': async (context) => {
    const customer = await context.startWithOtp();
    const before = await customer.getView();
    const calls = await context.countCalls(async () => {
      for (let reload = 0; reload < 5; reload += 1) {
        const { phase, next, reference } = await context.openTab(customer).getView();
        expectOneOf('the step', [phase, next, reference], [before.phase, before.next, before.reference]);
      }
    });
    expectOneOf('calls', calls, {});
  },
  'a rejection by Plural leads to the bank’s page': async (context) => {
    const { next, problem } = await (await context.start(cards.generateRejected)).generate();
    expectOneOf('the problem', problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    assert(next.includes('redirect') && !next.includes('submit'), 'redirect and no submit in next', next);
  },
  'a lost response is reported as OTP_MAYBE_NOT_SENT and not retried': async (context) => {
    const customer = await context.start();
    await context.script({ operation: 'generateOtp', fault: 'reset', takesEffect: true });
    const idempotencyKey = newIdempotencyKey();
    const view = await customer.generate(idempotencyKey);
    expectOneOf('the phase', view.phase, 'awaitingOtp', 'generating');
    if (view.phase === 'awaitingOtp') expectOneOf('the problem', view.problem?.code, 'OTP_MAYBE_NOT_SENT');
    await customer.generate(idempotencyKey);
    await customer.getView();
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'a resend before its time is rejected': async (context) => {
    const customer = await context.startWithOtp();
    const view = await customer.resend();
    expectOneOf('the problem', view.problem?.code, 'RESEND_TOO_EARLY');
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'a resend after its time sends a second SMS': async (context) => {
    const customer = await context.startWithOtp(cards.quickResend);
    await context.advance(2.1);
    const view = await customer.resend();
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    expectOneOf('messages', await context.countMessages(customer), 2);
  },
  'the resend delay continues across a reload': async (context) => {
    const customer = await context.startWithOtp();
    const before = (await customer.getView()).resendInSeconds ?? -1;
    await context.advance(4);
    const after = (await context.openTab(customer).getView()).resendInSeconds ?? -1;
    assert(after <= before - 3 && after >= 20, `resendInSeconds of about ${before - 4}`, after);
  },
  'a repeated idempotency key of a resend sends no third SMS': async (context) => {
    const customer = await context.startWithOtp(cards.quickResend);
    await context.advance(2.1);
    const idempotencyKey = newIdempotencyKey();
    await customer.resend(idempotencyKey);
    await context.advance(2.1);
    await customer.resend(idempotencyKey);
    expectOneOf('messages', await context.countMessages(customer), 2);
  },
  'concurrent resends of two tabs send one SMS': async (context) => {
    const customer = await context.startWithOtp(cards.quickResend);
    await context.advance(2.1);
    await Promise.all([customer.resend(), context.openTab(customer).resend()]);
    expectOneOf('messages', await context.countMessages(customer), 2);
  },
  'after the last resend no other is offered, and the OTP is still accepted': async (context) => {
    const customer = await context.startWithOtp(cards.oneResend);
    await context.advance(2.1);
    await customer.resend();
    await context.advance(2.1);
    const { problem, next } = await customer.resend();
    expectOneOf('the problem', problem?.code, 'RESEND_LIMIT');
    assert(!next.includes('resend') && next.includes('submit'), 'submit and no resend in next', next);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'the backend limits resends where Plural does not': async (context) => {
    await context.sandbox.configure({ otpResends: 20 });
    const customer = await context.startWithOtp();
    for (let round = 0; round < 12; round += 1) {
      await context.advance(resendDelaySeconds);
      await customer.resend();
    }
    const messages = await context.countMessages(customer);
    assert(messages >= 2 && messages <= 11, '2 to 11 messages after 12 resends', messages);
  },
});
