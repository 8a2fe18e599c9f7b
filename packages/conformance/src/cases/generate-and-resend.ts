import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { newIdempotencyKey } from '../customer.ts';
import { cards } from '../context.ts';

const waitSeconds = 31;

/** Asking the bank for a code, and for another. */
export const generateAndResend: readonly Case[] = defineCases('asking for a code', {
  'one deed sends one message': async (context) => {
    const customer = await context.start();
    const view = await customer.generate();
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    assert(view.next.includes('submit'), 'submit in next', view.next);
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 1);
  },
  'the time until the next code is Plural’s': async (context) => {
    const { resendInSeconds = -1 } = await (await context.start()).generate();
    assert(
      resendInSeconds > 25 && resendInSeconds <= 30,
      'resendInSeconds of 30, less what has passed',
      resendInSeconds,
    );
    const quick = (await (await context.start(cards.quickResend)).generate()).resendInSeconds ?? -1;
    assert(quick >= 0 && quick <= 2, 'resendInSeconds of at most 2', quick);
  },
  'a known idempotency key sends no second message': async (context) => {
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
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 1);
  },
  'a second act while a code is out sends no second message': async (context) => {
    const customer = await context.startWithOtp();
    const { phase } = await context.anotherTab(customer).generate();
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 1);
  },
  'two tabs at the same moment send one message': async (context) => {
    const customer = await context.start();
    const tabs = [customer, context.anotherTab(customer), context.anotherTab(customer)];
    await Promise.all(tabs.map((tab) => tab.generate()));
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 1);
  },
  'one idempotency key sent twice at the same moment sends one message': async (context) => {
    const customer = await context.start();
    const idempotencyKey = newIdempotencyKey();
    await Promise.all([customer.generate(idempotencyKey), customer.generate(idempotencyKey)]);
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 1);
  },
  'a reload sends no message, and finds the same step': async (context) => {
    const customer = await context.startWithOtp();
    const before = await customer.getView();
    const sent = await context.countOtpCalls(async () => {
      for (let look = 0; look < 5; look += 1) {
        const { phase, next, reference } = await context.anotherTab(customer).getView();
        expectOneOf('the step', [phase, next, reference], [before.phase, before.next, before.reference]);
      }
    });
    expectOneOf('calls', sent, {});
  },
  'a refusal of Plural’s leads to the bank’s page': async (context) => {
    const { next, problem } = await (await context.start(cards.generateRefused)).generate();
    expectOneOf('the problem', problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    assert(next.includes('redirect') && !next.includes('submit'), 'redirect, and no submit, in next', next);
  },
  'a lost answer says the code may not come, and asks no second time': async (context) => {
    const customer = await context.start();
    await context.sandbox.script({ operation: 'generateOtp', fault: 'reset', takesEffect: true });
    const idempotencyKey = newIdempotencyKey();
    const view = await customer.generate(idempotencyKey);
    expectOneOf('the phase', view.phase, 'awaitingOtp', 'generating');
    if (view.phase === 'awaitingOtp') expectOneOf('the problem', view.problem?.code, 'OTP_MAYBE_NOT_SENT');
    await customer.generate(idempotencyKey);
    await customer.getView();
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 1);
  },
  'another code is not to be had before its time': async (context) => {
    const customer = await context.startWithOtp();
    const view = await customer.resend();
    expectOneOf('the problem', view.problem?.code, 'RESEND_TOO_EARLY');
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 1);
  },
  'another code comes once its time has come': async (context) => {
    const customer = await context.startWithOtp(cards.quickResend);
    await context.advance(2.1);
    const view = await customer.resend();
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 2);
  },
  'the time until the next code goes on through a reload': async (context) => {
    const customer = await context.startWithOtp();
    const before = (await customer.getView()).resendInSeconds ?? -1;
    await context.advance(4);
    const after = (await context.anotherTab(customer).getView()).resendInSeconds ?? -1;
    assert(after <= before - 3 && after >= 20, `resendInSeconds of about ${before - 4}`, after);
  },
  'a known idempotency key sends no third message': async (context) => {
    const customer = await context.startWithOtp(cards.quickResend);
    await context.advance(2.1);
    const idempotencyKey = newIdempotencyKey();
    await customer.resend(idempotencyKey);
    await context.advance(2.1);
    await customer.resend(idempotencyKey);
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 2);
  },
  'two tabs that ask for another code at the same moment get one': async (context) => {
    const customer = await context.startWithOtp(cards.quickResend);
    await context.advance(2.1);
    await Promise.all([customer.resend(), context.anotherTab(customer).resend()]);
    expectOneOf('messages', await context.sandbox.messages(customer.paymentId), 2);
  },
  'after the last one there is no other, and the code still counts': async (context) => {
    const customer = await context.startWithOtp(cards.oneResend);
    await context.advance(2.1);
    await customer.resend();
    await context.advance(2.1);
    const { problem, next } = await customer.resend();
    expectOneOf('the problem', problem?.code, 'RESEND_LIMIT');
    assert(!next.includes('resend') && next.includes('submit'), 'submit, and no resend, in next', next);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'the backend itself ends the codes where Plural does not': async (context) => {
    await context.sandbox.configure({ otpResends: 20 });
    const customer = await context.startWithOtp();
    for (let round = 0; round < 12; round += 1) {
      await context.advance(waitSeconds);
      await customer.resend();
    }
    const messages = await context.sandbox.messages(customer.paymentId);
    assert(messages >= 2 && messages <= 11, '2 to 11 messages after 12 wishes', messages);
  },
});
