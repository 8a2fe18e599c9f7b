/** Cases of starts of one order: repeated, at once, of unclear outcome, after a decline and while another payment is open. */
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { cards, type TestContext } from '../context.ts';
import type { Customer } from '../customer.ts';

const lostOperations = ['createOrder', 'createPayment'];
/** Time after which a backend may take a start over whose request has died, and the number of such waits. */
const retryDelaySeconds = 65;
const maxRetries = 3;

/** Starts until the shop says what became of it. */
async function startUntilKnown(context: TestContext, order: string): Promise<Customer> {
  for (let retry = 0; retry < maxRetries; retry += 1) {
    const customer = await context.tryStart(order);
    if (customer !== undefined) return customer;
    await context.advance(retryDelaySeconds);
  }
  const customer = await context.tryStart(order);
  assert(customer !== undefined, 'a session when the start is called again', 'no session');
  return customer;
}

async function expectOnePayment(context: TestContext, order: string): Promise<void> {
  expectOneOf('the number of payments', (await context.getOrder(order)).payments.length, 1);
}

/** Expects that a further attempt is refused, or has no effect on Plural. */
async function expectNoFurtherPayment(context: TestContext, { order }: Customer): Promise<void> {
  await context.tryStart(order, { attempt: 2 });
  await expectOnePayment(context, order);
}

export const startAgain: readonly Case[] = defineCases('start again', {
  'the same order and attempt are the same payment': async (context) => {
    const order = context.newOrder();
    const [first, second] = [await context.tryStart(order), await context.tryStart(order)];
    assert(first !== undefined && second !== undefined, 'a session for each start', 'no session');
    expectOneOf('the reference', (await second.getView()).reference, (await first.getView()).reference);
    await expectOnePayment(context, order);
  },
  'starts at once create one payment': async (context) => {
    const order = context.newOrder();
    await context.script({ operation: 'createPayment', fault: 'delay', delayMs: 300, times: 0 });
    const started = await Promise.all([1, 2, 3].map(() => context.tryStart(order)));
    const last = await startUntilKnown(context, order);
    const references = started.flatMap((customer) => (customer ? [customer.initialView.reference] : []));
    for (const reference of references) expectOneOf('the reference', reference, last.initialView.reference);
    await expectOnePayment(context, order);
  },
  ...Object.fromEntries(
    lostOperations.map((operation): [string, Case['run']] => [
      `a start whose response to ${operation} is lost goes on with what was created`,
      async (context) => {
        const order = context.newOrder();
        await context.script({ operation, fault: 'reset', takesEffect: true });
        await context.tryStart(order);
        const customer = await startUntilKnown(context, order);
        expectOneOf('the phase', (await customer.getView()).phase, 'ready');
        await expectOnePayment(context, order);
      },
    ]),
  ),
  'a start of unclear outcome is called again, and creates no second payment': async (context) => {
    // How many reads precede the payment is the backend's own affair.
    await Promise.all(
      [1, 2, 3].map(async (skip) => {
        const order = context.newOrder();
        await context.sandbox.script(
          order,
          { operation: 'createPayment', fault: 'reset', takesEffect: true },
          { operation: 'getOrder', fault: 'status', status: 503, times: 0, skip },
        );
        await context.tryStart(order);
        await context.sandbox.clearFaults(order);
        await startUntilKnown(context, order);
        await expectOnePayment(context, order);
      }),
    );
  },
  'a start that never reached Plural can be called again': async (context) => {
    const order = context.newOrder();
    await context.script({ operation: 'createPayment', fault: 'reset', takesEffect: false });
    await context.tryStart(order);
    await startUntilKnown(context, order);
    await expectOnePayment(context, order);
  },
  'after a decline the next attempt pays, on the same order': async (context) => {
    const order = context.newOrder();
    const declined = await context.tryStart(order, { card: cards.insufficientFunds });
    assert(declined !== undefined, 'a session', 'no session');
    await declined.generate();
    await declined.submit(context.rightOtp);
    await declined.waitForPhase('failed');
    const next = await context.tryStart(order, { attempt: 2 });
    assert(next !== undefined, 'a session for the next attempt', 'no session');
    await next.generate();
    await next.submit(context.rightOtp);
    const { reference } = await next.waitForPhase('authorized');
    assert(reference !== declined.initialView.reference, 'a reference of its own', 'the reference of the first');
    expectOneOf('the number of payments', (await context.getOrder(order)).payments.length, 2);
  },
  'no further payment is created while an OTP is pending': async (context) => {
    context.newOrder();
    await expectNoFurtherPayment(context, await context.startWithOtp());
  },
  'no further payment is created while the outcome is unknown': async (context) => {
    context.newOrder();
    const customer = await context.startWithOtp(cards.slowIssuer);
    await context.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    await customer.submit(context.rightOtp);
    await expectNoFurtherPayment(context, customer);
    await context.advance(7);
    await customer.waitForPhase('authorized');
  },
  'no further payment is created after the order is paid': async (context) => {
    context.newOrder();
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
    await expectNoFurtherPayment(context, customer);
  },
  'an order of another amount under the same reference is refused': async (context) => {
    const order = context.newOrder();
    // Plural refuses a payment of another amount than its order's; a backend has to do so before.
    await context.sandbox.configure({ lenient: true });
    await context.sandbox.createOrder(order, 137);
    const customer = await context.tryStart(order);
    assert(customer === undefined, 'no session', 'a session');
    expectOneOf('the number of payments', (await context.getOrder(order)).payments.length, 0);
  },
});
