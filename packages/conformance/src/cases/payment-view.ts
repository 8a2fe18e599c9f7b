import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';

/** Two tabs, reloads, and the revision that puts views in order. */
export const paymentView: readonly Case[] = defineCases('one payment, many looks', {
  'the revision never falls, and grows with what happens': async (context) => {
    const customer = await context.start();
    const revisions = [
      (await customer.getView()).revision,
      (await customer.generate()).revision,
      (await customer.submit(context.wrongOtp)).revision,
      (await context.anotherTab(customer).getView()).revision,
      (await customer.submit(context.rightOtp)).revision,
      (await customer.waitForPhase('authorized')).revision,
    ];
    const [first = 0] = revisions;
    assert(
      revisions.every((revision, index) => revision >= (revisions[index - 1] ?? 0)),
      'revisions that never fall',
      revisions,
    );
    const [, generated = 0, missed = 0] = revisions;
    assert(first < generated && generated < missed, 'a higher revision after each deed', revisions);
  },
  'a second tab shows the same payment': async (context) => {
    const customer = await context.startWithOtp();
    const here = await customer.submit(context.wrongOtp);
    const there = await context.anotherTab(customer).getView();
    for (const member of ['phase', 'next', 'reference', 'attempts', 'problem'] as const)
      expectOneOf(member, there[member], here[member]);
  },
  'a second tab cannot pay what the first has paid': async (context) => {
    const customer = await context.startWithOtp();
    const other = context.anotherTab(customer);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
    const sent = await context.countOtpCalls(async () => {
      expectOneOf('the phase', (await other.submit(context.rightOtp)).phase, 'authorized');
      expectOneOf('the phase', (await other.generate()).phase, 'authorized');
      expectOneOf('the phase', (await other.resend()).phase, 'authorized');
    });
    expectOneOf('calls', sent, {});
  },
  'an end stays the same end': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    const end = await customer.waitForPhase('authorized');
    await context.advance(3);
    await customer.leave('cancel');
    const later = await context.anotherTab(customer).getView();
    expectOneOf('the end', [later.phase, later.next], [end.phase, end.next]);
  },
  'a session of one payment shows and does nothing for another': async (context) => {
    const [one, two] = [await context.startWithOtp(), await context.startWithOtp()];
    await one.submit(context.rightOtp);
    await one.waitForPhase('authorized');
    expectOneOf('the other’s phase', (await two.getView()).phase, 'awaitingOtp');
  },
  'the shop is told of a paid payment, and not again': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    const { reference } = await customer.waitForPhase('authorized');
    await customer.getView();
    await context.advance(2);
    await customer.getView();
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), ['paid']);
  },
  'the shop is told of a failed payment': async (context) => {
    const customer = await context.startWithOtp('4000000000000309');
    await customer.submit(context.rightOtp);
    const { reference } = await customer.waitForPhase('failed');
    expectOneOf('verdicts', await context.hook.getVerdicts(reference), ['failed']);
  },
});
