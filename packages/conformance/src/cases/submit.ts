import { expectOneOf, hold } from '../assert.ts';
import { group, type Case } from '../case.ts';
import { newAct } from '../customer.ts';
import { cards } from '../context.ts';

/** Codes: right, wrong, too many, twice. */
export const submitting: readonly Case[] = group('handing in a code', {
  'the right code pays': async (world) => {
    const customer = await world.prompted();
    const { phase } = await customer.submit(world.rightOtp);
    expectOneOf('the phase', phase, 'confirming', 'authorized');
    const { next } = await customer.sees('authorized');
    expectOneOf('next', next, []);
  },
  'an accepted code is not a payment: `authorized` waits for the order': async (world) => {
    const customer = await world.prompted(cards.slowBank);
    expectOneOf('the phase after the code', (await customer.submit(world.rightOtp)).phase, 'confirming');
    await world.pass(2);
    expectOneOf('the phase while the bank decides', (await customer.look()).phase, 'confirming');
    await world.pass(5);
    await customer.sees('authorized');
  },
  'a wrong code is told, counted, and may be followed by another': async (world) => {
    const customer = await world.prompted();
    const { phase, problem, attempts, next } = await customer.submit(world.wrongOtp);
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('the problem', problem?.code, 'OTP_NOT_ACCEPTED');
    expectOneOf('misses', attempts?.misses, 1);
    hold(next.includes('submit'), 'submit in next', next);
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
  },
  'tries left are never a number of the backend’s own': async (world) => {
    const { attempts } = await (await world.prompted()).submit(world.wrongOtp);
    hold(attempts?.leftAtBank === undefined, 'no leftAtBank, since the sandbox says none', attempts?.leftAtBank);
  },
  'a known idempotency key is not sent again': async (world) => {
    const customer = await world.prompted();
    const idempotencyKey = newAct();
    const sent = await world.sent(async () => {
      await customer.submit(world.wrongOtp, idempotencyKey);
      const again = await customer.submit(world.wrongOtp, idempotencyKey);
      expectOneOf('the answer again', [again.phase, again.attempts?.misses], ['awaitingOtp', 1]);
    });
    expectOneOf('calls', sent, { submitOtp: 1 });
  },
  'a known idempotency key is not sent again with another code': async (world) => {
    const customer = await world.prompted();
    const idempotencyKey = newAct();
    await customer.submit(world.wrongOtp, idempotencyKey);
    const sent = await world.sent(() => customer.submit(world.rightOtp, idempotencyKey));
    expectOneOf('calls', sent, {});
  },
  'an idempotency key of one action is not taken for another': async (world) => {
    const customer = await world.start();
    const idempotencyKey = newAct();
    await customer.generate(idempotencyKey);
    expectOneOf('calls', await world.sent(() => customer.submit(world.rightOtp, idempotencyKey)), {});
  },
  'one idempotency key sent twice at the same moment is sent once': async (world) => {
    const customer = await world.prompted();
    const idempotencyKey = newAct();
    const sent = await world.sent(() =>
      Promise.all([customer.submit(world.wrongOtp, idempotencyKey), customer.submit(world.wrongOtp, idempotencyKey)]),
    );
    expectOneOf('calls', sent, { submitOtp: 1 });
  },
  'of two codes at the same moment one is sent': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.script({ operation: 'submitOtp', fault: 'delay', delayMs: 300 });
    const sent = await world.sent(() =>
      Promise.all([customer.submit(world.rightOtp), world.anotherTab(customer).submit(world.rightOtp)]),
    );
    expectOneOf('calls', sent, { submitOtp: 1 });
    await customer.sees('authorized');
  },
  'a code nobody asked the bank for is not sent': async (world) => {
    const customer = await world.start();
    const sent = await world.sent(async () => {
      expectOneOf('the phase', (await customer.submit(world.rightOtp)).phase, 'ready');
    });
    expectOneOf('calls', sent, {});
  },
  'a code with a leading zero reaches Plural whole, as text': async (world) => {
    const customer = await world.prompted();
    await customer.submit('0123');
    expectOneOf('Plural’s answer', await world.sandbox.lastStatus('submitOtp'), 422);
    await customer.submit('01234567');
    expectOneOf('Plural’s answer', await world.sandbox.lastStatus('submitOtp'), 422);
  },
  'the third wrong code ends the payment': async (world) => {
    const customer = await world.prompted();
    for (let miss = 1; miss <= 2; miss += 1)
      expectOneOf('misses', (await customer.submit(world.wrongOtp)).attempts?.misses, miss);
    const view = await customer.submit(world.wrongOtp);
    expectOneOf('the phase', view.phase, 'exhausted');
    expectOneOf('the problem', view.problem?.code, 'ATTEMPTS_USED');
    hold(!view.next.includes('submit') && !view.next.includes('resend'), 'neither submit nor resend', view.next);
  },
  'after the end nothing is sent': async (world) => {
    const customer = await world.prompted(cards.oneAttempt);
    expectOneOf('the phase', (await customer.submit(world.wrongOtp)).phase, 'exhausted');
    const sent = await world.sent(async () => {
      await customer.submit(world.rightOtp);
      await customer.resend();
      await customer.generate();
      expectOneOf('the phase', (await customer.look()).phase, 'exhausted');
    });
    expectOneOf('calls', sent, {});
  },
  'the backend itself ends the tries where the bank does not': async (world) => {
    await world.sandbox.configure({ otpAttempts: 10 });
    const customer = await world.prompted();
    const sent = await world.sent(async () => {
      for (let round = 0; round < 10; round += 1) await customer.submit(world.wrongOtp);
      expectOneOf('the phase', (await customer.look()).phase, 'exhausted');
    });
    hold((sent['submitOtp'] ?? 0) < 10, 'fewer than 10 codes sent', sent['submitOtp']);
  },
  'a code that ran out is told as not accepted, and the next one pays': async (world) => {
    const customer = await world.prompted(cards.firstCodeExpired);
    const { phase, problem } = await customer.submit(world.rightOtp);
    expectOneOf('the answer', [phase, problem?.code], ['awaitingOtp', 'OTP_NOT_ACCEPTED']);
    await world.pass(2.1);
    await customer.resend();
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
  },
  'a decline after the right code is an end, with its advice': async (world) => {
    const customer = await world.prompted(cards.noFunds);
    await customer.submit(world.rightOtp);
    const { problem, next } = await customer.sees('failed');
    expectOneOf('the problem', problem, { code: 'PAYMENT_FAILED', advice: 'checkFunds' }, { code: 'PAYMENT_FAILED' });
    expectOneOf('next', next, ['payAgain']);
  },
  'an order that failed meanwhile is an end, and is not paid again': async (world) => {
    const customer = await world.prompted(cards.orderFails);
    await world.pass(11);
    const { next } = await customer.sees('failed');
    hold(!next.includes('payAgain') && !next.includes('submit'), 'nothing to do', next);
  },
});
