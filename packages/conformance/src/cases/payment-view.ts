/** Cases of the payment view: tabs, reloads, and the revision that orders views. */
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { cards } from '../context.ts';

export const paymentView: readonly Case[] = defineCases('payment view', {
  'the revision never decreases, and increases with each change': async (context) => {
    const customer = await context.start();
    const revisions = [
      (await customer.getView()).revision,
      (await customer.generate()).revision,
      (await customer.submit(context.wrongOtp)).revision,
      (await context.openTab(customer).getView()).revision,
      (await customer.submit(context.rightOtp)).revision,
      (await customer.waitForPhase('authorized')).revision,
    ];
    const [first = 0] = revisions;
    assert(
      revisions.every((revision, index) => revision >= (revisions[index - 1] ?? 0)),
      'revisions that never decrease',
      revisions,
    );
    const [, generated = 0, missed = 0] = revisions;
    assert(first < generated && generated < missed, 'a higher revision after each action', revisions);
  },
  'a second tab shows the same payment': async (context) => {
    const customer = await context.startWithOtp();
    const first = await customer.submit(context.wrongOtp);
    const second = await context.openTab(customer).getView();
    for (const member of ['phase', 'next', 'reference', 'attempts', 'problem'] as const)
      expectOneOf(member, second[member], first[member]);
  },
  'a second tab cannot pay again': async (context) => {
    const customer = await context.startWithOtp();
    const other = context.openTab(customer);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
    const calls = await context.countCalls(async () => {
      expectOneOf('the phase', (await other.submit(context.rightOtp)).phase, 'authorized');
      expectOneOf('the phase', (await other.generate()).phase, 'authorized');
      expectOneOf('the phase', (await other.resend()).phase, 'authorized');
    });
    expectOneOf('calls', calls, {});
  },
  'a final phase never changes': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    const final = await customer.waitForPhase('authorized');
    await context.advance(3);
    await customer.leave('cancel');
    const later = await context.openTab(customer).getView();
    expectOneOf('the final phase', [later.phase, later.next], [final.phase, final.next]);
  },
  'a session of one payment has no effect on another': async (context) => {
    const [one, two] = [await context.startWithOtp(), await context.startWithOtp()];
    await one.submit(context.rightOtp);
    await one.waitForPhase('authorized');
    expectOneOf('the phase of the other payment', (await two.getView()).phase, 'awaitingOtp');
  },
  'a paid payment is delivered to the shop once': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    const { reference } = await customer.waitForPhase('authorized');
    await customer.getView();
    await context.advance(2);
    await customer.getView();
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), ['paid']);
  },
  'a failed payment is delivered to the shop': async (context) => {
    const customer = await context.startWithOtp(cards.insufficientFunds);
    await customer.submit(context.rightOtp);
    const { reference } = await customer.waitForPhase('failed');
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), ['failed']);
  },
});
