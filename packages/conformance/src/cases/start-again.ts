/** Cases of starts of one order: repeated, at once, of unclear outcome, after a decline and while another payment is open. */
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { cards, type TestContext } from '../context.ts';
import type { Customer } from '../customer.ts';
import { runRace } from '../in-flight.ts';
import type { SandboxOrder } from '../sandbox.ts';
import { startExhausted } from './submit.ts';

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
  const countCreated = async (): Promise<number> => (await context.getOrder(order)).calls['createPayment'] ?? 0;
  const before = await countCreated();
  await context.tryStart(order, { attempt: 2 });
  await expectOnePayment(context, order);
  // The sandbox itself refuses a payment of an order that is paid, which Plural may not.
  expectOneOf('calls of createPayment', (await countCreated()) - before, 0);
}

/** Starts a payment that waits for its OTP, one that was made unseen, and one that was made after a decline. */
async function startEarlierPayments(context: TestContext): Promise<readonly Customer[]> {
  const [open, paid, declined] = [
    await context.startWithOtp(),
    await context.startWithOtp(),
    await context.startWithOtp(),
  ];
  await context.showOrder(declined, (order) => ({
    ...order,
    status: 'ATTEMPTED',
    payments: order.payments.map((payment) => ({ ...payment, status: 'FAILED' })),
  }));
  await context.advance(1.1);
  await declined.waitForPhase('failed');
  await context.clearFaults();
  for (const { paymentId } of [paid, declined]) await context.sandbox.payAtBank(paymentId);
  return [open, paid, declined];
}

/** Reads of an order that a shop may rely on, each alone and together. */
const readsOfStart = [['getOrder'], ['getOrderByReference'], ['getOrder', 'getOrderByReference']];

/** Expects that a further attempt is refused while the reads of its order end with this fault. */
async function expectNoPaymentUnread(context: TestContext, fault: object): Promise<void> {
  context.newOrder();
  for (const operations of readsOfStart) {
    const earlier = await startEarlierPayments(context);
    await Promise.all(
      earlier.map(async (customer) => {
        const faults = operations.map((operation) => ({ operation, times: 0, ...fault }));
        await context.sandbox.script(customer.order, ...faults);
        await expectNoFurtherPayment(context, customer);
        await context.sandbox.clearFaults(customer.order);
      }),
    );
  }
}

/** Calls of a start that may be held: how many reads precede the payment is the backend's own affair. */
const callsOfStart = [
  { operation: 'getOrder', skip: 0 },
  { operation: 'getOrder', skip: 1 },
  { operation: 'getOrder', skip: 2 },
  { operation: 'createPayment', skip: 0 },
];

/** Starts an attempt of an order while a call of the first attempt is held, for each of its calls. */
async function startDuringStart(
  context: TestContext,
  attempt: number,
  check: (order: string) => Promise<void>,
): Promise<void> {
  for (const call of callsOfStart)
    await runRace(context, async () => {
      const order = context.newOrder();
      return {
        held: { order, ...call, act: () => context.tryStart(order) },
        meanwhile: async () => void (await context.tryStart(order, { attempt })),
        check: () => check(order),
      };
    });
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
    // Each start reads the order before another has created the payment.
    await context.script(
      { operation: 'getOrder', fault: 'delay', delayMs: 500, times: 5 },
      { operation: 'createPayment', fault: 'delay', delayMs: 300, times: 0 },
    );
    const started = await Promise.all([1, 2, 3, 4, 5].map(() => context.tryStart(order)));
    const last = await startUntilKnown(context, order);
    const references = started.flatMap((customer) => (customer ? [customer.initialView.reference] : []));
    for (const reference of references) expectOneOf('the reference', reference, last.initialView.reference);
    await expectOnePayment(context, order);
    // A server that takes one request after the other had no two at once.
    await startDuringStart(context, 1, async (other) => {
      await startUntilKnown(context, other);
      await expectOnePayment(context, other);
    });
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
    await context.advance(retryDelaySeconds);
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
    const customer = await context.startWithOtp();
    await context.sandbox.decide(customer.paymentId, 'hold');
    await context.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    await customer.submit(context.rightOtp);
    await expectNoFurtherPayment(context, customer);
    await context.sandbox.decide(customer.paymentId, 'approve');
    await context.advance(1.1);
    await customer.waitForPhase('authorized');
  },
  'no further payment is created while one that was given up here may still be paid': async (context) => {
    context.newOrder();
    const cancelled = await context.startWithOtp();
    await cancelled.leave('cancel');
    await expectNoFurtherPayment(context, cancelled);
    await expectNoFurtherPayment(context, await startExhausted(context));
  },
  'no further payment is created after the order is paid': async (context) => {
    context.newOrder();
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
    await expectNoFurtherPayment(context, customer);
  },
  'no further payment is created while the order cannot be read': (context) =>
    expectNoPaymentUnread(context, { fault: 'status', status: 503 }),
  'no further payment is created while the order cannot be found': (context) =>
    expectNoPaymentUnread(context, {
      fault: 'status',
      status: 404,
      body: { code: 'ORDER_NOT_FOUND', message: 'Order not found' },
    }),
  'no further payment is created while the order has an unexpected shape': async (context) => {
    context.newOrder();
    const changes: ((shown: SandboxOrder) => unknown)[] = [
      () => null,
      (shown) => ({ ...shown, payments: 'none' }),
      (shown) => ({ ...shown, payments: [null] }),
      (shown) => ({ ...shown, payments: shown.payments.map((payment) => [payment]) }),
      (shown) => ({ ...shown, payments: shown.payments.map((payment) => ({ ...payment, status: ['FAILED'] })) }),
    ];
    for (const change of changes) {
      const customer = await context.startWithOtp();
      await context.showOrder(customer, change);
      await expectNoFurtherPayment(context, customer);
    }
  },
  'attempts of an order at once create one payment': async (context) => {
    const order = context.newOrder();
    // Each attempt reads the order before another has created its payment.
    await context.sandbox.script(order, { operation: 'getOrder', fault: 'delay', delayMs: 700, times: 0 });
    await Promise.all([1, 2, 3, 4, 5].map((attempt) => context.tryStart(order, { attempt })));
    const { payments } = await context.getOrder(order);
    assert(payments.length <= 1, 'at most one payment', `${payments.length} payments`);
    await startDuringStart(context, 2, (other) => expectOnePayment(context, other));
  },
  'after a decline no third payment is created while the second is open': async (context) => {
    const order = context.newOrder();
    const declined = await context.tryStart(order, { card: cards.insufficientFunds });
    await declined?.generate();
    await declined?.submit(context.rightOtp);
    await declined?.waitForPhase('failed');
    await context.tryStart(order, { attempt: 2 });
    await context.tryStart(order, { attempt: 3 });
    expectOneOf('the number of payments', (await context.getOrder(order)).payments.length, 2);
  },
  'an order in another currency under the same reference is refused': async (context) => {
    const { value } = (await context.sandbox.find((await context.start()).order))?.order.order_amount ?? { value: 0 };
    const order = context.newOrder();
    await context.sandbox.configure({ lenient: true });
    await context.sandbox.createOrder(order, { value, currency: 'IDR' });
    const customer = await context.tryStart(order);
    assert(customer === undefined, 'no session', 'a session');
    expectOneOf('the number of payments', (await context.getOrder(order)).payments.length, 0);
  },
  'an order of another amount under the same reference is refused': async (context) => {
    const order = context.newOrder();
    // Plural refuses a payment of another amount than its order's; a backend has to do so before.
    await context.sandbox.configure({ lenient: true });
    await context.sandbox.createOrder(order, { value: 137, currency: 'INR' });
    const customer = await context.tryStart(order);
    assert(customer === undefined, 'no session', 'a session');
    expectOneOf('the number of payments', (await context.getOrder(order)).payments.length, 0);
  },
});
