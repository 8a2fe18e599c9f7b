import { expectOneOf, hold } from '../assert.ts';
import { group, type Case } from '../case.ts';
import { newAct } from '../customer.ts';
import { cards } from '../context.ts';

const waitSeconds = 31;

/** Asking the bank for a code, and for another. */
export const asking: readonly Case[] = group('asking for a code', {
  'one deed sends one message': async (world) => {
    const customer = await world.start();
    const view = await customer.generate();
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    hold(view.next.includes('submit'), 'submit in next', view.next);
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 1);
  },
  'the time until the next code is Plural’s': async (world) => {
    const { resendInSeconds = -1 } = await (await world.start()).generate();
    hold(resendInSeconds > 25 && resendInSeconds <= 30, 'resendInSeconds of 30, less what has passed', resendInSeconds);
    const quick = (await (await world.start(cards.quickResend)).generate()).resendInSeconds ?? -1;
    hold(quick >= 0 && quick <= 2, 'resendInSeconds of at most 2', quick);
  },
  'a known idempotency key sends no second message': async (world) => {
    const customer = await world.start();
    const idempotencyKey = newAct();
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
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 1);
  },
  'a second act while a code is out sends no second message': async (world) => {
    const customer = await world.prompted();
    const { phase } = await world.anotherTab(customer).generate();
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 1);
  },
  'two tabs at the same moment send one message': async (world) => {
    const customer = await world.start();
    const tabs = [customer, world.anotherTab(customer), world.anotherTab(customer)];
    await Promise.all(tabs.map((tab) => tab.generate()));
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 1);
  },
  'one idempotency key sent twice at the same moment sends one message': async (world) => {
    const customer = await world.start();
    const idempotencyKey = newAct();
    await Promise.all([customer.generate(idempotencyKey), customer.generate(idempotencyKey)]);
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 1);
  },
  'a reload sends no message, and finds the same step': async (world) => {
    const customer = await world.prompted();
    const before = await customer.look();
    const sent = await world.sent(async () => {
      for (let look = 0; look < 5; look += 1) {
        const { phase, next, reference } = await world.anotherTab(customer).look();
        expectOneOf('the step', [phase, next, reference], [before.phase, before.next, before.reference]);
      }
    });
    expectOneOf('calls', sent, {});
  },
  'a refusal of Plural’s leads to the bank’s page': async (world) => {
    const { next, problem } = await (await world.start(cards.generateRefused)).generate();
    expectOneOf('the problem', problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    hold(next.includes('redirect') && !next.includes('submit'), 'redirect, and no submit, in next', next);
  },
  'a lost answer says the code may not come, and asks no second time': async (world) => {
    const customer = await world.start();
    await world.sandbox.script({ operation: 'generateOtp', fault: 'reset', takesEffect: true });
    const idempotencyKey = newAct();
    const view = await customer.generate(idempotencyKey);
    expectOneOf('the phase', view.phase, 'awaitingOtp', 'generating');
    if (view.phase === 'awaitingOtp') expectOneOf('the problem', view.problem?.code, 'OTP_MAYBE_NOT_SENT');
    await customer.generate(idempotencyKey);
    await customer.look();
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 1);
  },
  'another code is not to be had before its time': async (world) => {
    const customer = await world.prompted();
    const view = await customer.resend();
    expectOneOf('the problem', view.problem?.code, 'RESEND_TOO_EARLY');
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 1);
  },
  'another code comes once its time has come': async (world) => {
    const customer = await world.prompted(cards.quickResend);
    await world.pass(2.1);
    const view = await customer.resend();
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 2);
  },
  'the time until the next code goes on through a reload': async (world) => {
    const customer = await world.prompted();
    const before = (await customer.look()).resendInSeconds ?? -1;
    await world.pass(4);
    const after = (await world.anotherTab(customer).look()).resendInSeconds ?? -1;
    hold(after <= before - 3 && after >= 20, `resendInSeconds of about ${before - 4}`, after);
  },
  'a known idempotency key sends no third message': async (world) => {
    const customer = await world.prompted(cards.quickResend);
    await world.pass(2.1);
    const idempotencyKey = newAct();
    await customer.resend(idempotencyKey);
    await world.pass(2.1);
    await customer.resend(idempotencyKey);
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 2);
  },
  'two tabs that ask for another code at the same moment get one': async (world) => {
    const customer = await world.prompted(cards.quickResend);
    await world.pass(2.1);
    await Promise.all([customer.resend(), world.anotherTab(customer).resend()]);
    expectOneOf('messages', await world.sandbox.messages(customer.paymentId), 2);
  },
  'after the last one there is no other, and the code still counts': async (world) => {
    const customer = await world.prompted(cards.oneResend);
    await world.pass(2.1);
    await customer.resend();
    await world.pass(2.1);
    const { problem, next } = await customer.resend();
    expectOneOf('the problem', problem?.code, 'RESEND_LIMIT');
    hold(!next.includes('resend') && next.includes('submit'), 'submit, and no resend, in next', next);
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
  },
  'the backend itself ends the codes where Plural does not': async (world) => {
    await world.sandbox.configure({ otpResends: 20 });
    const customer = await world.prompted();
    for (let round = 0; round < 12; round += 1) {
      await world.pass(waitSeconds);
      await customer.resend();
    }
    const messages = await world.sandbox.messages(customer.paymentId);
    hold(messages >= 2 && messages <= 11, '2 to 11 messages after 12 wishes', messages);
  },
});
