import { hold, expectOneOf } from '../assert.ts';
import { viewIn } from '../backend.ts';
import { group, type Case } from '../case.ts';
import { cards } from '../context.ts';

const decoded = (text: string): string => {
  const parts = text.split(/[.~|]/).map((part) => part.replaceAll('-', '+').replaceAll('_', '/'));
  return parts
    .map((part) => {
      try {
        return atob(part);
      } catch {
        return '';
      }
    })
    .join(' ');
};

/** How a payment begins. */
export const opening: readonly Case[] = group('opening', {
  'a payment begins with a view of the contract, and no code is sent by itself': async (world) => {
    let phase = '';
    const sent = await world.sent(async () => {
      const customer = await world.start();
      ({ phase } = await customer.look());
      await customer.look();
      hold((await world.sandbox.messages(customer.paymentId)) === 0, 'no message on the phone', 'one');
    });
    expectOneOf('calls', sent, {});
    expectOneOf('the phase', phase, 'ready');
  },
  'the view given with the session is the one a look answers': async (world) => {
    const customer = await world.start();
    const asked = viewIn(await customer.send('payment'));
    for (const member of ['phase', 'next', 'reference', 'challengeUrl', 'display'] as const)
      expectOneOf(member, asked[member], customer.first[member]);
  },
  'the bank’s page is offered from the start, under the address Plural gave': async (world) => {
    const { next, challengeUrl } = await (await world.start()).look();
    hold(next.includes('redirect'), 'redirect in next', next);
    hold(/^https?:\/\//.test(challengeUrl ?? ''), 'an http(s) challengeUrl', challengeUrl);
  },
  'the session is opaque: it names neither order nor payment nor card': async (world) => {
    const { session, orderId, paymentId, card } = await world.start();
    for (const secret of [orderId, paymentId, card]) {
      hold(!session.includes(secret), 'a session without ids', 'one that holds an id');
      hold(!decoded(session).includes(secret), 'a session without ids', 'one that holds an id, encoded');
    }
  },
  'the reference is for people: no id of Plural’s, and another for each payment': async (world) => {
    const [one, two] = [await world.start(), await world.start()];
    const [first, second] = [(await one.look()).reference, (await two.look()).reference];
    hold(first !== second, 'two references', 'one and the same');
    for (const id of [one.orderId, one.paymentId])
      hold(!first.includes(id) && !id.includes(first), 'a reference that is no id', first);
  },
  'a card without native OTP goes to the bank’s page: nothing is asked for': async (world) => {
    const customer = await world.start(cards.bankPageOnly);
    const before = await customer.look();
    expectOneOf('the problem', before.problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    const sent = await world.sent(async () => {
      const { next, problem } = await customer.generate();
      hold(next.includes('redirect'), 'redirect in next', next);
      expectOneOf('the problem', problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    });
    expectOneOf('calls', sent, {});
  },
});
