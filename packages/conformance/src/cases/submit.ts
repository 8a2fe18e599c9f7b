import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { newIdempotencyKey } from '../customer.ts';
import { cards } from '../context.ts';

/** Codes: right, wrong, too many, twice. */
export const submit: readonly Case[] = defineCases('handing in a code', {
  'the right code pays': async (context) => {
    const customer = await context.startWithOtp();
    const { phase } = await customer.submit(context.rightOtp);
    expectOneOf('the phase', phase, 'confirming', 'authorized');
    const { next } = await customer.waitForPhase('authorized');
    expectOneOf('next', next, []);
  },
  'an accepted code is not a payment: `authorized` waits for the order': async (context) => {
    const customer = await context.startWithOtp(cards.slowBank);
    expectOneOf('the phase after the code', (await customer.submit(context.rightOtp)).phase, 'confirming');
    await context.advance(2);
    expectOneOf('the phase while the bank decides', (await customer.getView()).phase, 'confirming');
    await context.advance(5);
    await customer.waitForPhase('authorized');
  },
  'a wrong code is told, counted, and may be followed by another': async (context) => {
    const customer = await context.startWithOtp();
    const { phase, problem, attempts, next } = await customer.submit(context.wrongOtp);
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('the problem', problem?.code, 'OTP_NOT_ACCEPTED');
    expectOneOf('misses', attempts?.misses, 1);
    assert(next.includes('submit'), 'submit in next', next);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'tries left are never a number of the backend’s own': async (context) => {
    const { attempts } = await (await context.startWithOtp()).submit(context.wrongOtp);
    assert(attempts?.leftAtBank === undefined, 'no leftAtBank, since the sandbox says none', attempts?.leftAtBank);
  },
  'a known idempotency key is not sent again': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    const sent = await context.countOtpCalls(async () => {
      await customer.submit(context.wrongOtp, idempotencyKey);
      const again = await customer.submit(context.wrongOtp, idempotencyKey);
      expectOneOf('the answer again', [again.phase, again.attempts?.misses], ['awaitingOtp', 1]);
    });
    expectOneOf('calls', sent, { submitOtp: 1 });
  },
  'a known idempotency key is not sent again with another code': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    await customer.submit(context.wrongOtp, idempotencyKey);
    const sent = await context.countOtpCalls(() => customer.submit(context.rightOtp, idempotencyKey));
    expectOneOf('calls', sent, {});
  },
  'an idempotency key of one action is not taken for another': async (context) => {
    const customer = await context.start();
    const idempotencyKey = newIdempotencyKey();
    await customer.generate(idempotencyKey);
    expectOneOf('calls', await context.countOtpCalls(() => customer.submit(context.rightOtp, idempotencyKey)), {});
  },
  'one idempotency key sent twice at the same moment is sent once': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    const sent = await context.countOtpCalls(() =>
      Promise.all([
        customer.submit(context.wrongOtp, idempotencyKey),
        customer.submit(context.wrongOtp, idempotencyKey),
      ]),
    );
    expectOneOf('calls', sent, { submitOtp: 1 });
  },
  'of two codes at the same moment one is sent': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.script({ operation: 'submitOtp', fault: 'delay', delayMs: 300 });
    const sent = await context.countOtpCalls(() =>
      Promise.all([customer.submit(context.rightOtp), context.anotherTab(customer).submit(context.rightOtp)]),
    );
    expectOneOf('calls', sent, { submitOtp: 1 });
    await customer.waitForPhase('authorized');
  },
  'a code nobody asked the bank for is not sent': async (context) => {
    const customer = await context.start();
    const sent = await context.countOtpCalls(async () => {
      expectOneOf('the phase', (await customer.submit(context.rightOtp)).phase, 'ready');
    });
    expectOneOf('calls', sent, {});
  },
  'a code with a leading zero reaches Plural whole, as text': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit('0123');
    expectOneOf('Plural’s answer', await context.sandbox.lastStatus('submitOtp'), 422);
    await customer.submit('01234567');
    expectOneOf('Plural’s answer', await context.sandbox.lastStatus('submitOtp'), 422);
  },
  'the third wrong code ends the payment': async (context) => {
    const customer = await context.startWithOtp();
    for (let miss = 1; miss <= 2; miss += 1)
      expectOneOf('misses', (await customer.submit(context.wrongOtp)).attempts?.misses, miss);
    const view = await customer.submit(context.wrongOtp);
    expectOneOf('the phase', view.phase, 'exhausted');
    expectOneOf('the problem', view.problem?.code, 'ATTEMPTS_USED');
    assert(!view.next.includes('submit') && !view.next.includes('resend'), 'neither submit nor resend', view.next);
  },
  'after the end nothing is sent': async (context) => {
    const customer = await context.startWithOtp(cards.oneAttempt);
    expectOneOf('the phase', (await customer.submit(context.wrongOtp)).phase, 'exhausted');
    const sent = await context.countOtpCalls(async () => {
      await customer.submit(context.rightOtp);
      await customer.resend();
      await customer.generate();
      expectOneOf('the phase', (await customer.getView()).phase, 'exhausted');
    });
    expectOneOf('calls', sent, {});
  },
  'the backend itself ends the tries where the bank does not': async (context) => {
    await context.sandbox.configure({ otpAttempts: 10 });
    const customer = await context.startWithOtp();
    const sent = await context.countOtpCalls(async () => {
      for (let round = 0; round < 10; round += 1) await customer.submit(context.wrongOtp);
      expectOneOf('the phase', (await customer.getView()).phase, 'exhausted');
    });
    assert((sent['submitOtp'] ?? 0) < 10, 'fewer than 10 codes sent', sent['submitOtp']);
  },
  'a code that ran out is told as not accepted, and the next one pays': async (context) => {
    const customer = await context.startWithOtp(cards.firstCodeExpired);
    const { phase, problem } = await customer.submit(context.rightOtp);
    expectOneOf('the answer', [phase, problem?.code], ['awaitingOtp', 'OTP_NOT_ACCEPTED']);
    await context.advance(2.1);
    await customer.resend();
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'a decline after the right code is an end, with its advice': async (context) => {
    const customer = await context.startWithOtp(cards.noFunds);
    await customer.submit(context.rightOtp);
    const { problem, next } = await customer.waitForPhase('failed');
    expectOneOf('the problem', problem, { code: 'PAYMENT_FAILED', advice: 'checkFunds' }, { code: 'PAYMENT_FAILED' });
    expectOneOf('next', next, ['payAgain']);
  },
  'an order that failed meanwhile is an end, and is not paid again': async (context) => {
    const customer = await context.startWithOtp(cards.orderFails);
    await context.advance(11);
    const { next } = await customer.waitForPhase('failed');
    assert(!next.includes('payAgain') && !next.includes('submit'), 'nothing to do', next);
  },
});
