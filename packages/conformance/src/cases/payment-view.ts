import { expectOneOf, hold } from '../assert.ts';
import { group, type Case } from '../case.ts';

/** Two tabs, reloads, and the revision that puts views in order. */
export const looking: readonly Case[] = group('one payment, many looks', {
  'the revision never falls, and grows with what happens': async (world) => {
    const customer = await world.start();
    const revisions = [
      (await customer.look()).revision,
      (await customer.generate()).revision,
      (await customer.submit(world.wrongOtp)).revision,
      (await world.anotherTab(customer).look()).revision,
      (await customer.submit(world.rightOtp)).revision,
      (await customer.sees('authorized')).revision,
    ];
    const [first = 0] = revisions;
    hold(
      revisions.every((revision, index) => revision >= (revisions[index - 1] ?? 0)),
      'revisions that never fall',
      revisions,
    );
    const [, generated = 0, missed = 0] = revisions;
    hold(first < generated && generated < missed, 'a higher revision after each deed', revisions);
  },
  'a second tab shows the same payment': async (world) => {
    const customer = await world.prompted();
    const here = await customer.submit(world.wrongOtp);
    const there = await world.anotherTab(customer).look();
    for (const member of ['phase', 'next', 'reference', 'attempts', 'problem'] as const)
      expectOneOf(member, there[member], here[member]);
  },
  'a second tab cannot pay what the first has paid': async (world) => {
    const customer = await world.prompted();
    const other = world.anotherTab(customer);
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
    const sent = await world.sent(async () => {
      expectOneOf('the phase', (await other.submit(world.rightOtp)).phase, 'authorized');
      expectOneOf('the phase', (await other.generate()).phase, 'authorized');
      expectOneOf('the phase', (await other.resend()).phase, 'authorized');
    });
    expectOneOf('calls', sent, {});
  },
  'an end stays the same end': async (world) => {
    const customer = await world.prompted();
    await customer.submit(world.rightOtp);
    const end = await customer.sees('authorized');
    await world.pass(3);
    await customer.leave('cancel');
    const later = await world.anotherTab(customer).look();
    expectOneOf('the end', [later.phase, later.next], [end.phase, end.next]);
  },
  'a session of one payment shows and does nothing for another': async (world) => {
    const [one, two] = [await world.prompted(), await world.prompted()];
    await one.submit(world.rightOtp);
    await one.sees('authorized');
    expectOneOf('the other’s phase', (await two.look()).phase, 'awaitingOtp');
  },
  'the shop is told of a paid payment, and not again': async (world) => {
    const customer = await world.prompted();
    await customer.submit(world.rightOtp);
    const { reference } = await customer.sees('authorized');
    await customer.look();
    await world.pass(2);
    await customer.look();
    expectOneOf('verdicts', await world.hook.verdictsOf(reference), ['paid']);
  },
  'the shop is told of a failed payment': async (world) => {
    const customer = await world.prompted('4000000000000309');
    await customer.submit(world.rightOtp);
    const { reference } = await customer.sees('failed');
    expectOneOf('verdicts', await world.hook.verdictsOf(reference), ['failed']);
  },
});
