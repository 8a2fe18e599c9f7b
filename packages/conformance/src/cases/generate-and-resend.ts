/** Cases of generating and resending an OTP. */
import type { PaymentView } from '@plural-otp/flow/contract';
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { newIdempotencyKey, type Customer } from '../customer.ts';
import { cards, type TestContext } from '../context.ts';
import { expectNoCallDuring } from '../in-flight.ts';

const resendDelaySeconds = 31;

/** Starts a payment whose OTP may be sent again at once. */
async function startForResend(context: TestContext): Promise<Customer> {
  const customer = await context.startWithOtp(cards.quickResend);
  await context.advance(2.1);
  return customer;
}

/** Failures of a call that has taken effect, besides a lost response. */
const failures: readonly object[] = [
  { fault: 'status', status: 502 },
  { fault: 'status', status: 504 },
  { fault: 'cut' },
  { fault: 'malformedJson' },
  { fault: 'html' },
];

/** Sends with one key while the response fails, and then with it again; expects one call and one more SMS. */
async function expectOneSms(
  context: TestContext,
  operation: 'generateOtp' | 'resendOtp',
  start: () => Promise<Customer>,
  send: (customer: Customer, idempotencyKey: string) => Promise<PaymentView>,
): Promise<void> {
  for (const failure of failures) {
    const customer = await start();
    const before = await context.countMessages(customer);
    await context.sandbox.script(customer.order, { operation, takesEffect: true, ...failure });
    const idempotencyKey = newIdempotencyKey();
    let view = customer.initialView;
    const calls = await context.countCalls(async () => {
      view = await send(customer, idempotencyKey);
      await context.advance(2.1);
      await send(customer, idempotencyKey);
      await customer.getView();
    });
    expectOneOf(`calls after ${JSON.stringify(failure)}`, calls, { [operation]: 1 });
    const { phase, problem } = view;
    expectOneOf('the phase', phase, 'awaitingOtp', 'generating', 'resending');
    if (phase === 'awaitingOtp') expectOneOf('the problem', problem?.code, 'OTP_MAYBE_NOT_SENT');
    expectOneOf('messages', (await context.countMessages(customer)) - before, 1);
  }
}

/**
 * Resends twelve times, with something after each, and expects that the backend sends fewer. `between` returns the tab
 * that goes on.
 */
export async function expectLimitedResends(
  context: TestContext,
  between: (customer: Customer, round: number) => Promise<Customer | void>,
): Promise<void> {
  await context.sandbox.configure({ otpAttempts: 10, otpResends: 20, otpLifeSeconds: 86_400 });
  let customer = await context.startWithOtp();
  for (let round = 1; round <= 12; round += 1) {
    await context.advance(resendDelaySeconds);
    await customer.resend();
    customer = (await between(customer, round)) ?? customer;
  }
  const messages = await context.countMessages(customer);
  assert(messages >= 2 && messages <= 11, '2 to 11 messages after 12 resends', messages);
}

export const generateAndResend: readonly Case[] = defineCases('generate and resend', {
  'one request sends one SMS': async (context) => {
    const customer = await context.start();
    const view = await customer.generate();
    expectOneOf('the phase', view.phase, 'awaitingOtp');
    assert(view.next.includes('submit'), 'submit in next', view.next);
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'the resend delay is the one that Plural returned': async (context) => {
    const customer = await context.start();
    const beforeMs = await context.nowMs();
    const { resendInSeconds = -1 } = await customer.generate();
    const atLeast = 29 - ((await context.nowMs()) - beforeMs) / 1000;
    assert(resendInSeconds >= atLeast && resendInSeconds <= 30, 'resendInSeconds of about 30', resendInSeconds);
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
    const customer = await expectNoCallDuring(
      context,
      'generateOtp',
      () => context.start(),
      (tab) => Promise.all([tab.generate(), context.openTab(tab).generate()]),
    );
    expectOneOf('messages', await context.countMessages(customer), 1);
  },
  'concurrent requests with one idempotency key send one SMS': async (context) => {
    const customer = await context.start();
    const idempotencyKey = newIdempotencyKey();
    await Promise.all([customer.generate(idempotencyKey), customer.generate(idempotencyKey)]);
    expectOneOf('messages', await context.countMessages(customer), 1);
    await expectNoCallDuring(
      context,
      'generateOtp',
      () => context.start(),
      (tab, sameKey) => tab.generate(sameKey),
    );
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
  'a rate limit is not a rejection: an OTP can be generated again': async (context) => {
    const customer = await context.start();
    await context.script({ operation: 'generateOtp', fault: 'rateLimit', retryAfter: '1' });
    await customer.generate();
    await context.advance(2);
    expectOneOf('the phase', (await customer.generate()).phase, 'awaitingOtp');
  },
  'an action that takes seconds is not taken for one that died': async (context) => {
    await expectNoCallDuring(
      context,
      'generateOtp',
      () => context.start(),
      async (tab) => {
        await context.advance(5);
        await tab.getView();
        await tab.resend();
        await tab.generate();
      },
    );
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
  'an idempotency key of another payment shows nothing of that payment': async (context) => {
    const [one, two] = [await context.start(), await context.start()];
    const idempotencyKey = newIdempotencyKey();
    await one.generate(idempotencyKey);
    expectOneOf('the reference', (await two.generate(idempotencyKey)).reference, two.initialView.reference);
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
  'a resend whose response is lost is not sent again': async (context) => {
    const customer = await context.startWithOtp(cards.quickResend);
    await context.advance(2.1);
    await context.script({ operation: 'resendOtp', fault: 'reset', takesEffect: true });
    const idempotencyKey = newIdempotencyKey();
    const calls = await context.countCalls(async () => {
      const view = await customer.resend(idempotencyKey);
      expectOneOf('the phase', view.phase, 'awaitingOtp', 'resending');
      if (view.phase === 'awaitingOtp') expectOneOf('the problem', view.problem?.code, 'OTP_MAYBE_NOT_SENT');
      await context.advance(2.1);
      await customer.resend(idempotencyKey);
      await customer.getView();
    });
    expectOneOf('calls', calls, { resendOtp: 1 });
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'no OTP is submitted while a resend is under way': async (context) => {
    await expectNoCallDuring(
      context,
      'resendOtp',
      () => startForResend(context),
      (tab) => tab.submit(context.wrongOtp),
    );
  },
  'the resend delay continues across a reload': async (context) => {
    const customer = await context.startWithOtp();
    const beforeMs = await context.nowMs();
    const before = (await customer.getView()).resendInSeconds ?? -1;
    await context.advance(4);
    const after = (await context.openTab(customer).getView()).resendInSeconds ?? -1;
    const atLeast = Math.max(0, before - 1 - ((await context.nowMs()) - beforeMs) / 1000);
    assert(after <= before - 3 && after >= atLeast, `resendInSeconds of about ${before - 4}`, after);
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
    const customer = await expectNoCallDuring(
      context,
      'resendOtp',
      () => startForResend(context),
      (tab) => tab.resend(),
    );
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
  'an SMS is sent once when the response to generate fails': (context) =>
    expectOneSms(
      context,
      'generateOtp',
      () => context.start(),
      (customer, key) => customer.generate(key),
    ),
  'an SMS is sent once when the response to a resend fails': (context) =>
    expectOneSms(
      context,
      'resendOtp',
      () => startForResend(context),
      (customer, key) => customer.resend(key),
    ),
  'the backend limits resends where Plural does not': (context) =>
    expectLimitedResends(context, async (customer) => {
      const tab = context.openTab(customer);
      await tab.getView();
      return tab;
    }),
  'a wrong OTP gives no resend back': (context) =>
    // Not after each, because the wrong OTPs are limited too.
    expectLimitedResends(context, async (customer, round) => {
      if (round % 3 === 0) await customer.submit(context.wrongOtp);
    }),
  'leaving for the bank’s page gives no resend back': (context) =>
    expectLimitedResends(context, async (customer) => void (await customer.leave('bank'))),
  'a new session of the payment gives no resend back': async (context) => {
    context.newOrder();
    await expectLimitedResends(context, ({ order }) => context.tryStart(order));
  },
  'a lost response gives no resend back': (context) =>
    expectLimitedResends(context, () => context.script({ operation: 'resendOtp', fault: 'reset', takesEffect: true })),
});
