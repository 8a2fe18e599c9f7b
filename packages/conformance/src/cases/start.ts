/** Cases of starting a payment. */
import { assert, expectOneOf } from '../assert.ts';
import { parseViewResponse } from '../backend.ts';
import { defineCases, type Case } from '../case.ts';
import { cards } from '../context.ts';

/** Returns every Base64 segment of a session, decoded. */
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

export const start: readonly Case[] = defineCases('start', {
  'a payment starts with a view of the contract, and no OTP is sent automatically': async (context) => {
    let phase = '';
    const calls = await context.countOtpCalls(async () => {
      const customer = await context.start();
      ({ phase } = await customer.getView());
      await customer.getView();
      assert((await context.sandbox.messages(customer.paymentId)) === 0, 'no SMS', 'an SMS');
    });
    expectOneOf('calls', calls, {});
    expectOneOf('the phase', phase, 'ready');
  },
  'the view returned with the session equals the polled one': async (context) => {
    const customer = await context.start();
    const view = parseViewResponse(await customer.send('payment'));
    for (const member of ['phase', 'next', 'reference', 'challengeUrl', 'display'] as const)
      expectOneOf(member, view[member], customer.initialView[member]);
  },
  'the bank’s page is offered from the start': async (context) => {
    const { next, challengeUrl } = await (await context.start()).getView();
    assert(next.includes('redirect'), 'redirect in next', next);
    assert(/^https?:\/\//.test(challengeUrl ?? ''), 'an http(s) challengeUrl', challengeUrl);
  },
  'the session is opaque: it contains no order id, payment id or card number': async (context) => {
    const { session, orderId, paymentId, card } = await context.start();
    for (const secret of [orderId, paymentId, card]) {
      assert(!session.includes(secret), 'a session without ids', 'a session with an id');
      assert(!decodeSegments(session).includes(secret), 'a session without ids', 'a session with an encoded id');
    }
  },
  'the reference is unique per payment and not an id of Plural': async (context) => {
    const [one, two] = [await context.start(), await context.start()];
    const [first, second] = [(await one.getView()).reference, (await two.getView()).reference];
    assert(first !== second, 'two references', 'the same reference twice');
    for (const id of [one.orderId, one.paymentId])
      assert(!first.includes(id) && !id.includes(first), 'a reference that is not an id', first);
  },
  'a card without native OTP leads to the bank’s page without a call': async (context) => {
    const customer = await context.start(cards.bankPageOnly);
    const before = await customer.getView();
    expectOneOf('the problem', before.problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    const calls = await context.countOtpCalls(async () => {
      const { next, problem } = await customer.generate();
      assert(next.includes('redirect'), 'redirect in next', next);
      expectOneOf('the problem', problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    });
    expectOneOf('calls', calls, {});
  },
});
