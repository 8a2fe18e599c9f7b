import { assert, expectOneOf } from '../assert.ts';
import { parseViewResponse } from '../backend.ts';
import { defineCases, type Case } from '../case.ts';
import { cards } from '../context.ts';

const decodeSegments = (text: string): string => {
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
export const start: readonly Case[] = defineCases('opening', {
  'a payment begins with a view of the contract, and no code is sent by itself': async (context) => {
    let phase = '';
    const sent = await context.countOtpCalls(async () => {
      const customer = await context.start();
      ({ phase } = await customer.getView());
      await customer.getView();
      assert((await context.sandbox.messages(customer.paymentId)) === 0, 'no message on the phone', 'one');
    });
    expectOneOf('calls', sent, {});
    expectOneOf('the phase', phase, 'ready');
  },
  'the view given with the session is the one a look answers': async (context) => {
    const customer = await context.start();
    const asked = parseViewResponse(await customer.send('payment'));
    for (const member of ['phase', 'next', 'reference', 'challengeUrl', 'display'] as const)
      expectOneOf(member, asked[member], customer.initialView[member]);
  },
  'the bank’s page is offered from the start, under the address Plural gave': async (context) => {
    const { next, challengeUrl } = await (await context.start()).getView();
    assert(next.includes('redirect'), 'redirect in next', next);
    assert(/^https?:\/\//.test(challengeUrl ?? ''), 'an http(s) challengeUrl', challengeUrl);
  },
  'the session is opaque: it names neither order nor payment nor card': async (context) => {
    const { session, orderId, paymentId, card } = await context.start();
    for (const secret of [orderId, paymentId, card]) {
      assert(!session.includes(secret), 'a session without ids', 'one that holds an id');
      assert(!decodeSegments(session).includes(secret), 'a session without ids', 'one that holds an id, encoded');
    }
  },
  'the reference is for people: no id of Plural’s, and another for each payment': async (context) => {
    const [one, two] = [await context.start(), await context.start()];
    const [first, second] = [(await one.getView()).reference, (await two.getView()).reference];
    assert(first !== second, 'two references', 'one and the same');
    for (const id of [one.orderId, one.paymentId])
      assert(!first.includes(id) && !id.includes(first), 'a reference that is no id', first);
  },
  'a card without native OTP goes to the bank’s page: nothing is asked for': async (context) => {
    const customer = await context.start(cards.bankPageOnly);
    const before = await customer.getView();
    expectOneOf('the problem', before.problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    const sent = await context.countOtpCalls(async () => {
      const { next, problem } = await customer.generate();
      assert(next.includes('redirect'), 'redirect in next', next);
      expectOneOf('the problem', problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    });
    expectOneOf('calls', sent, {});
  },
});
