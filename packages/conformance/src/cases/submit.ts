/** Cases of submitting an OTP: correct, wrong, repeated, too often. */
import { routes } from '@plural-otp/flow/contract';
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { newIdempotencyKey, type Customer } from '../customer.ts';
import { cards, type TestContext } from '../context.ts';
import { expectNoCallDuring } from '../in-flight.ts';

const resendDelaySeconds = 31;

/**
 * Submits ten wrong OTPs, with something after each, and expects that the backend sends fewer. `between` returns the tab
 * that goes on.
 */
export async function expectLimitedSubmits(
  context: TestContext,
  between: (customer: Customer) => Promise<Customer | void> = async () => {},
): Promise<void> {
  await context.sandbox.configure({ otpAttempts: 10, otpResends: 20, otpLifeSeconds: 86_400 });
  let customer = await context.startWithOtp();
  const calls = await context.countCalls(async () => {
    for (let round = 0; round < 10; round += 1) {
      await customer.submit(context.wrongOtp);
      customer = (await between(customer)) ?? customer;
    }
  });
  assert((calls['submitOtp'] ?? 0) < 10, 'fewer than 10 submits', calls['submitOtp']);
}

/** Starts a payment and submits wrong OTPs until the backend takes no more, while the bank would. */
export async function startExhausted(context: TestContext): Promise<Customer> {
  await context.sandbox.configure({ otpAttempts: 10, otpResends: 20, otpLifeSeconds: 86_400 });
  const customer = await context.startWithOtp();
  let { phase } = await customer.getView();
  for (let round = 0; round < 9 && phase === 'awaitingOtp'; round += 1)
    ({ phase } = await customer.submit(context.wrongOtp));
  expectOneOf('the phase', phase, 'exhausted');
  return customer;
}

export const submit: readonly Case[] = defineCases('submit', {
  'the correct OTP pays': async (context) => {
    const customer = await context.startWithOtp();
    const { phase } = await customer.submit(context.rightOtp);
    expectOneOf('the phase', phase, 'confirming', 'authorized');
    const { next } = await customer.waitForPhase('authorized');
    expectOneOf('next', next, []);
  },
  'a note on how the OTP was entered is accepted, and changes nothing': async (context) => {
    const customer = await context.startWithOtp();
    const entry = { by: 'pasted', edited: true, firstKeySeconds: 9, hiddenSeconds: 6, usableMs: 480 };
    const { status } = await customer.send(routes.submit, {
      body: { ...customer.body(routes.submit), otp: context.rightOtp, entry },
    });
    expectOneOf('the status', status, 200);
    await customer.waitForPhase('authorized');
  },
  'an accepted OTP is not a payment: `authorized` waits for the order': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.decide(customer.paymentId, 'hold');
    expectOneOf('the phase after the submit', (await customer.submit(context.rightOtp)).phase, 'confirming');
    await context.advance(2);
    expectOneOf('the phase before the issuer decides', (await customer.getView()).phase, 'confirming');
    await context.sandbox.decide(customer.paymentId, 'approve');
    await context.advance(1.1);
    await customer.waitForPhase('authorized');
  },
  'a wrong OTP is reported and counted, and another may follow': async (context) => {
    const customer = await context.startWithOtp();
    const { phase, problem, attempts, next } = await customer.submit(context.wrongOtp);
    expectOneOf('the phase', phase, 'awaitingOtp');
    expectOneOf('the problem', problem?.code, 'OTP_NOT_ACCEPTED');
    expectOneOf('misses', attempts?.misses, 1);
    assert(next.includes('submit'), 'submit in next', next);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'the number of remaining attempts is never invented': async (context) => {
    const { attempts } = await (await context.startWithOtp()).submit(context.wrongOtp);
    assert(attempts?.leftAtBank === undefined, 'no leftAtBank, because the sandbox reports none', attempts?.leftAtBank);
  },
  'a repeated idempotency key is not submitted again': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    const calls = await context.countCalls(async () => {
      await customer.submit(context.wrongOtp, idempotencyKey);
      const second = await customer.submit(context.wrongOtp, idempotencyKey);
      expectOneOf('the second response', [second.phase, second.attempts?.misses], ['awaitingOtp', 1]);
    });
    expectOneOf('calls', calls, { submitOtp: 1 });
  },
  'a repeated idempotency key with another OTP is not submitted': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    await customer.submit(context.wrongOtp, idempotencyKey);
    const calls = await context.countCalls(() => customer.submit(context.rightOtp, idempotencyKey));
    expectOneOf('calls', calls, {});
  },
  'an idempotency key is known after other actions, and ten minutes later': async (context) => {
    const customer = await context.startWithOtp(cards.quickResend);
    const idempotencyKey = newIdempotencyKey();
    await customer.submit(context.wrongOtp, idempotencyKey);
    await context.advance(2.1);
    await customer.resend();
    await customer.submit(context.wrongOtp);
    const repeat = async (): Promise<void> => void (await customer.submit(context.wrongOtp, idempotencyKey));
    expectOneOf('calls', await context.countCalls(repeat), {});
    await context.advance(600);
    expectOneOf('calls after ten minutes', await context.countCalls(repeat), {});
  },
  'an idempotency key of another action is not accepted': async (context) => {
    const customer = await context.start();
    const idempotencyKey = newIdempotencyKey();
    await customer.generate(idempotencyKey);
    expectOneOf('calls', await context.countCalls(() => customer.submit(context.rightOtp, idempotencyKey)), {});
  },
  'concurrent requests with one idempotency key submit once': async (context) => {
    const customer = await context.startWithOtp();
    const idempotencyKey = newIdempotencyKey();
    const calls = await context.countCalls(() =>
      Promise.all([
        customer.submit(context.wrongOtp, idempotencyKey),
        customer.submit(context.wrongOtp, idempotencyKey),
      ]),
    );
    expectOneOf('calls', calls, { submitOtp: 1 });
    await expectNoCallDuring(
      context,
      'submitOtp',
      () => context.startWithOtp(),
      (tab, sameKey) => tab.submit(context.rightOtp, sameKey),
    );
  },
  'concurrent submits of several tabs submit one OTP': async (context) => {
    const customer = await context.startWithOtp();
    const tabs = [customer, context.openTab(customer), context.openTab(customer), context.openTab(customer)];
    await context.script({ operation: 'submitOtp', fault: 'delay', delayMs: 300 });
    const calls = await context.countCalls(() => Promise.all(tabs.map((tab) => tab.submit(context.rightOtp))));
    expectOneOf('calls', calls, { submitOtp: 1 });
    await customer.waitForPhase('authorized');
    // A server that takes one request after the other had no two at once.
    const other = await expectNoCallDuring(
      context,
      'submitOtp',
      () => context.startWithOtp(),
      (tab) => tab.submit(context.rightOtp),
    );
    await other.waitForPhase('authorized');
  },
  'an OTP is not submitted before one was generated': async (context) => {
    const customer = await context.start();
    const calls = await context.countCalls(async () => {
      expectOneOf('the phase', (await customer.submit(context.rightOtp)).phase, 'ready');
    });
    expectOneOf('calls', calls, {});
  },
  'an OTP with a leading zero reaches Plural unchanged, as a string': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit('0123');
    await customer.submit('01234567');
    const calls = await context.sandbox.findCalls(customer.order, 'submitOtp');
    expectOneOf(
      'Plural’s responses',
      calls.map(({ status }) => status),
      [422, 422],
    );
  },
  'the third wrong OTP ends the payment': async (context) => {
    const customer = await context.startWithOtp();
    for (let miss = 1; miss <= 2; miss += 1)
      expectOneOf('misses', (await customer.submit(context.wrongOtp)).attempts?.misses, miss);
    const view = await customer.submit(context.wrongOtp);
    expectOneOf('the phase', view.phase, 'exhausted');
    expectOneOf('the problem', view.problem?.code, 'ATTEMPTS_USED');
    assert(
      !view.next.includes('submit') && !view.next.includes('resend'),
      'neither submit nor resend in next',
      view.next,
    );
  },
  'no call is made after the end': async (context) => {
    const customer = await context.startWithOtp(cards.oneAttempt);
    expectOneOf('the phase', (await customer.submit(context.wrongOtp)).phase, 'exhausted');
    const calls = await context.countCalls(async () => {
      await customer.submit(context.rightOtp);
      await customer.resend();
      await customer.generate();
      expectOneOf('the phase', (await customer.getView()).phase, 'exhausted');
    });
    expectOneOf('calls', calls, {});
  },
  'the backend limits attempts where the bank does not': async (context) => {
    await context.sandbox.configure({ otpAttempts: 10 });
    const customer = await context.startWithOtp();
    const calls = await context.countCalls(async () => {
      for (let round = 0; round < 10; round += 1) await customer.submit(context.wrongOtp);
      expectOneOf('the phase', (await customer.getView()).phase, 'exhausted');
    });
    assert((calls['submitOtp'] ?? 0) < 10, 'fewer than 10 submits', calls['submitOtp']);
  },
  'a reload gives no attempt back': (context) =>
    expectLimitedSubmits(context, async (customer) => {
      await context.advance(1.1);
      const tab = context.openTab(customer);
      await tab.getView();
      return tab;
    }),
  'leaving for the bank’s page gives no attempt back': (context) =>
    expectLimitedSubmits(context, async (customer) => void (await customer.leave('bank'))),
  'a new session of the payment gives no attempt back': async (context) => {
    context.newOrder();
    await expectLimitedSubmits(context, ({ order }) => context.tryStart(order));
  },
  'a lost response gives no attempt back': (context) =>
    expectLimitedSubmits(context, async (customer) => {
      await context.advance(62);
      await customer.getView();
      await context.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    }),
  'a resend gives no attempt back': async (context) => {
    await context.sandbox.configure({ otpAttempts: 10, otpResends: 20, otpLifeSeconds: 86_400 });
    const customer = await context.startWithOtp();
    const calls = await context.countCalls(async () => {
      for (let round = 0; round < 5; round += 1) {
        await customer.submit(context.wrongOtp);
        await customer.submit(context.wrongOtp);
        await context.advance(resendDelaySeconds);
        await customer.resend();
      }
    });
    assert((calls['submitOtp'] ?? 0) < 10, 'fewer than 10 submits', calls['submitOtp']);
  },
  'a payment of another amount than was started is not a payment': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.configure({ paymentAmount: 'smaller' });
    await customer.submit(context.rightOtp);
    for (let poll = 0; poll < 3; poll += 1) {
      await context.advance(1.1);
      const { phase } = await customer.getView();
      assert(phase !== 'authorized', 'a phase other than authorized', phase);
    }
  },
  'a payment of another amount is not delivered as paid': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.configure({ paymentAmount: 'smaller' });
    const { reference } = await customer.submit(context.rightOtp);
    await context.advance(1.1);
    await customer.getView();
    const verdicts = await context.hook.getVerdicts(reference);
    assert(!verdicts.includes('paid'), 'no verdict paid', verdicts);
  },
  'an expired OTP is reported as not accepted, and the next one pays': async (context) => {
    const customer = await context.startWithOtp(cards.firstOtpExpired);
    const { phase, problem } = await customer.submit(context.rightOtp);
    expectOneOf('phase and problem', [phase, problem?.code], ['awaitingOtp', 'OTP_NOT_ACCEPTED']);
    await context.advance(2.1);
    await customer.resend();
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'a decline after the correct OTP is final, with its advice': async (context) => {
    const customer = await context.startWithOtp(cards.insufficientFunds);
    await customer.submit(context.rightOtp);
    const { problem, next } = await customer.waitForPhase('failed');
    expectOneOf('the problem', problem, { code: 'PAYMENT_FAILED', advice: 'checkFunds' }, { code: 'PAYMENT_FAILED' });
    expectOneOf('next', next, ['payAgain']);
  },
  'an order that failed meanwhile is final and cannot be paid again': async (context) => {
    const customer = await context.startWithOtp(cards.orderFails);
    await context.advance(11);
    const { next } = await customer.waitForPhase('failed');
    assert(!next.includes('payAgain') && !next.includes('submit'), 'neither payAgain nor submit in next', next);
  },
});
