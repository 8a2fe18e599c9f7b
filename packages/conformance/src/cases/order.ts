/** Cases of what an order shows about a payment: the table of docs/contract.md, read from orders that a test writes. */
import { assert, expectOneOf } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import type { TestContext } from '../context.ts';
import type { Customer } from '../customer.ts';
import type { SandboxOrder, SandboxPayment } from '../sandbox.ts';
import { expectVerdicts } from '../verdicts.ts';
import { deliver, expectAccepted } from './webhooks.ts';

type Change = (order: SandboxOrder) => object;

/** Shows an order of this status, with these members of its payments. */
const show =
  (status: string, payment: object, more: object = {}): Change =>
  (order) => ({ ...order, ...more, status, payments: order.payments.map((one) => ({ ...one, ...payment })) });

/** Shows the payment as made, of another amount than it was started with. */
const showAmount =
  (change: (amount: SandboxOrder['order_amount']) => object): Change =>
  (order) => {
    const amount = change(order.order_amount);
    return show('PROCESSED', { status: 'PROCESSED', payment_amount: amount }, { order_amount: amount })(order);
  };

/** Shows an order that another payment has paid. */
const showPaidByAnother: Change = (order) => ({
  ...order,
  status: 'PROCESSED',
  payments: [
    ...order.payments,
    ...order.payments.map((one) => ({
      ...one,
      id: `${one.id}9`,
      merchant_payment_reference: `${one.merchant_payment_reference}-other`,
      status: 'PROCESSED',
    })),
  ],
});

const changePayments =
  (change: (payment: SandboxPayment) => object): Change =>
  (order) => ({ ...order, payments: order.payments.map(change) });

/** Shows an order as paid, with members whose shape is not that of an amount. */
const showOddAmount = (amount: unknown): Change =>
  show('PROCESSED', { status: 'PROCESSED', payment_amount: amount }, { order_amount: amount });

/** Orders with one member of an unexpected shape, by which nothing is decided. */
export const oddMembers: readonly Change[] = [
  (shown) => ({ ...shown, status: [shown.status] }),
  (shown) => ({ ...shown, challenge_url: [7] }),
  changePayments((payment) => ({ ...payment, id: [payment.id] })),
  changePayments((payment) => ({ ...payment, id: { value: payment.id } })),
  changePayments((payment) => ({ ...payment, id: 7 })),
  changePayments((payment) => ({ ...payment, status: ['PROCESSED'] })),
  changePayments((payment) => ({ ...payment, status: { code: 'FAILED' } })),
  changePayments((payment) => ({ ...payment, merchant_payment_reference: [7] })),
  changePayments((payment) => ({ ...payment, convenience_fee_breakdown: 'none' })),
  showOddAmount('all'),
  showOddAmount([1]),
  showOddAmount({ value: ['all'], currency: 7 }),
];

/** Declined payments whose reason has an unexpected shape. */
export const oddDeclines: readonly Change[] = ['declined', ['declined'], { code: ['DECLINED'] }, { code: 7 }].map(
  (detail) => show('ATTEMPTED', { status: 'FAILED', error_detail: detail }),
);

/** Polls after the time for which a backend may wait between two reads of an order. */
async function readOrder(context: TestContext, customer: Customer): Promise<ReturnType<Customer['getView']>> {
  await context.advance(1.1);
  return customer.getView();
}

/** Expects that the payment is neither paid nor declined while Plural shows its order like this. */
async function expectUndecided(context: TestContext, ...changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    const customer = await context.startWithOtp();
    await context.showOrder(customer, change);
    for (let poll = 0; poll < 2; poll += 1) {
      const { phase } = await readOrder(context, customer);
      assert(phase !== 'authorized' && phase !== 'failed', 'neither authorized nor failed', phase);
    }
  }
}

/** Expects that orders shown like this change nothing, and that the payment goes on once its order can be read. */
async function expectIgnored(
  context: TestContext,
  changes: readonly ((order: SandboxOrder) => unknown)[],
): Promise<void> {
  for (const change of changes) {
    const customer = await context.startWithOtp();
    await context.showOrder(customer, change);
    const { phase } = await readOrder(context, customer);
    expectOneOf('the phase', phase, 'awaitingOtp', 'confirming');
    await context.clearFaults();
    expectOneOf('the phase once it can be read', (await readOrder(context, customer)).phase, 'awaitingOtp');
  }
}

/** Expects that no OTP is offered, and none sent. */
async function expectClosed(context: TestContext, customer: Customer): Promise<void> {
  const { next } = await customer.getView();
  assert(!next.includes('submit') && !next.includes('resend'), 'neither submit nor resend in next', next);
  const calls = await context.countCalls(async () => {
    await customer.submit(context.rightOtp);
    await customer.resend();
  });
  expectOneOf('calls', calls, {});
}

export const order: readonly Case[] = defineCases('order', {
  'a payment in another currency is not a payment': (context) =>
    expectUndecided(
      context,
      showAmount((amount) => ({ ...amount, currency: 'IDR' })),
    ),
  'a payment of a larger amount is not a payment': (context) =>
    expectUndecided(
      context,
      showAmount((amount) => ({ ...amount, value: amount.value + 1 })),
    ),
  'an authorization is not a payment where the order is not pre-authorized': (context) =>
    expectUndecided(
      context,
      show('AUTHORIZED', { status: 'AUTHORIZED' }, { pre_auth: false }),
      show('PROCESSED', { status: 'AUTHORIZED' }, { pre_auth: false }),
    ),
  'an authorization of a pre-authorized order is a payment': async (context) => {
    const customer = await context.startWithOtp();
    await context.showOrder(customer, show('AUTHORIZED', { status: 'AUTHORIZED' }, { pre_auth: true }));
    const { phase, reference } = await readOrder(context, customer);
    expectOneOf('the phase', phase, 'authorized');
    // What the shop is told of a payment that is still to be captured is its own affair.
    const verdicts = await context.hook.getVerdicts(reference);
    assert(!verdicts.includes('failed'), 'no verdict failed', verdicts);
  },
  'a payment that is CANCELLED has failed, and the next attempt may follow while its order is open': async (
    context,
  ) => {
    for (const status of ['CREATED', 'PENDING', 'ATTEMPTED']) {
      const customer = await context.startWithOtp();
      await context.showOrder(customer, show(status, { status: 'CANCELLED' }));
      const { phase, next } = await readOrder(context, customer);
      expectOneOf('phase and next', [phase, next], ['failed', ['payAgain']]);
    }
  },
  'a payment that is PROCESSED is not one before its order is': (context) =>
    expectUndecided(context, show('PENDING', { status: 'PROCESSED' }), show('ATTEMPTED', { status: 'PROCESSED' })),
  'a payment that is PROCESSED has not failed with its order': (context) =>
    expectUndecided(context, show('FAILED', { status: 'PROCESSED' })),
  'a status that is not known decides nothing': (context) =>
    expectUndecided(
      context,
      show('PENDING', { status: 'ON_HOLD_BY_ISSUER' }),
      show('UNDER_REVIEW', { status: 'PENDING' }),
    ),
  'an order without the payment decides nothing about it': (context) =>
    expectUndecided(
      context,
      (shown) => ({ ...shown, payments: [] }),
      (shown) => ({ ...shown, status: 'PROCESSED', payments: [] }),
    ),
  'an order that another payment has paid is not paid by this one': async (context) => {
    const customer = await context.startWithOtp();
    await context.showOrder(customer, showPaidByAnother);
    const { phase, reference } = await readOrder(context, customer);
    assert(phase !== 'authorized' && phase !== 'failed', 'neither authorized nor failed', phase);
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), []);
  },
  'no OTP is sent for an order that another payment has paid': async (context) => {
    const customer = await context.startWithOtp();
    await context.showOrder(customer, showPaidByAnother);
    await readOrder(context, customer);
    await expectClosed(context, customer);
  },
  ...Object.fromEntries(
    ['CANCELLED', 'FAILED'].map((status): [string, Case['run']] => [
      `an order that is ${status} ends the step, although its payment is PENDING`,
      async (context) => {
        const customer = await context.startWithOtp();
        await context.showOrder(customer, show(status, { status: 'PENDING' }));
        const { phase, next } = await readOrder(context, customer);
        expectOneOf('the phase', phase, 'failed');
        assert(!next.includes('payAgain'), 'no payAgain in next', next);
        await expectClosed(context, customer);
      },
    ]),
  ),
  'a payment that was refunded before anybody asked was paid': async (context) => {
    for (const status of ['PARTIALLY_REFUNDED', 'FULLY_REFUNDED']) {
      const customer = await context.startWithOtp();
      await context.showOrder(customer, show(status, { status: 'PROCESSED' }));
      expectOneOf('the phase', (await readOrder(context, customer)).phase, 'authorized');
    }
  },
  'a paid payment stays paid, whatever its order shows later': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    const { reference } = await customer.waitForPhase('authorized');
    for (const change of [show('FAILED', { status: 'FAILED' }), show('CANCELLED', { status: 'CANCELLED' })]) {
      await context.showOrder(customer, change);
      await context.advance(1.1);
      expectAccepted(await deliver(context, { ...customer, type: 'ORDER_FAILED' }));
      expectOneOf('the phase', (await readOrder(context, customer)).phase, 'authorized');
    }
    await expectVerdicts(context, reference, ['paid']);
  },
  'a decline that turns out to be a payment is delivered as paid': async (context) => {
    const customer = await context.startWithOtp();
    await context.showOrder(customer, show('ATTEMPTED', { status: 'FAILED' }));
    await context.advance(1.1);
    const { reference } = await customer.waitForPhase('failed');
    await context.clearFaults();
    await context.payAtBank(customer);
    await context.advance(1.1);
    expectAccepted(await deliver(context, customer));
    await customer.waitForPhase('authorized');
    await expectVerdicts(context, reference, ['failed', 'paid']);
  },
  'an order that cannot be found or read decides nothing': async (context) => {
    for (const fault of [
      { fault: 'status', status: 404, body: { code: 'ORDER_NOT_FOUND', message: 'Order not found' } },
      { fault: 'errorIn200' },
      { fault: 'html' },
      { fault: 'malformedJson' },
      { fault: 'empty' },
    ]) {
      const customer = await context.startWithOtp();
      await context.script({ operation: 'getOrder', times: 0, ...fault });
      const { phase } = await readOrder(context, customer);
      expectOneOf('the phase', phase, 'awaitingOtp', 'confirming');
      await context.clearFaults();
      expectOneOf('the phase once it can be read', (await readOrder(context, customer)).phase, 'awaitingOtp');
    }
  },
  'an order of an unexpected shape decides nothing, and is no error of the backend': async (context) => {
    const changes: ((order: SandboxOrder) => unknown)[] = [
      () => null,
      () => [],
      () => 'text',
      (shown) => ({ ...shown, payments: [null] }),
      (shown) => ({ ...shown, payments: 'none' }),
    ];
    await expectIgnored(context, changes);
  },
  'a member of an unexpected shape decides nothing, and is no error of the backend': async (context) => {
    await expectIgnored(context, oddMembers);
  },
  'a reason of an unexpected shape is no error of the backend': async (context) => {
    for (const change of oddDeclines) {
      const customer = await context.startWithOtp();
      await context.showOrder(customer, change);
      const { phase } = await readOrder(context, customer);
      expectOneOf('the phase', phase, 'awaitingOtp', 'confirming', 'failed');
    }
  },
});
