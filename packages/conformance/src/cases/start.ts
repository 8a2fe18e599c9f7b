/** Cases of starting a payment. */
import { assert, expectOneOf } from '../assert.ts';
import { parseViewResponse } from '../backend.ts';
import { defineCases, type Case } from '../case.ts';
import { estimateTailBits } from '../guessing.ts';
import { cards, type TestContext } from '../context.ts';
import type { Customer } from '../customer.ts';
import { NoResponse } from '../send.ts';

/** Fewer than eight random digits have, the shortest reference of the contract; more than a counter or a clock changes. */
const minReferenceBits = 22;

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

/** Starts a payment; `undefined` where the shop refuses to. A connection that breaks is no refusal. */
async function tryStart(context: TestContext): Promise<Customer | undefined> {
  try {
    return await context.start();
  } catch (error) {
    if (error instanceof NoResponse || error instanceof TypeError) throw error;
    return undefined;
  }
}

export const start: readonly Case[] = defineCases('start', {
  'a payment starts with a view of the contract, and no OTP is sent automatically': async (context) => {
    const customer = await context.start();
    const calls = await context.countCalls(async () => {
      expectOneOf('the phase', (await customer.getView()).phase, 'ready');
      await customer.getView();
    });
    expectOneOf('calls', calls, {});
    expectOneOf('messages', await context.countMessages(customer), 0);
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
  'no other host than Plural’s is offered as the bank’s page': async (context) => {
    for (const challengeHost of ['foreign', 'lookalike', 'userInfo', 'script']) {
      await context.sandbox.configure({ challengeHost });
      const customer = await tryStart(context);
      if (customer === undefined) continue;
      for (const view of [customer.initialView, await customer.getView(), await customer.generate()]) {
        const leads = JSON.stringify(view).match(/bank\.example|javascript:/);
        assert(leads === null, 'a view without a foreign challenge_url', view.challengeUrl);
        assert(!view.next.includes('redirect'), 'no redirect in next', view.next);
      }
    }
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
  'the reference cannot be guessed from others': async (context) => {
    const references: string[] = [];
    for (let count = 0; count < 4; count += 1) references.push((await context.start()).initialView.reference);
    const pairs = references.flatMap((one, index) => references.slice(index + 1).map((two) => [one, two] as const));
    const bits = Math.max(...pairs.map(([one, two]) => estimateTailBits(one, two)));
    assert(bits >= minReferenceBits, 'references that differ by random characters', `about ${Math.floor(bits)} bits`);
  },
  'the view shows no more of the card than its last four digits': async (context) => {
    const { initialView, card } = await context.startWithOtp();
    const text = JSON.stringify(initialView.display ?? {});
    for (let at = 0; at + 5 <= card.length; at += 1)
      assert(!text.includes(card.slice(at, at + 5)), 'at most four digits of the card', 'five or more');
  },
  'the amount that the view shows is the one that will be charged, with its fee': async (context) => {
    for (const card of [cards.pays, cards.feeOnTop]) {
      const { initialView, order } = await context.start(card);
      const shown = initialView.display?.amount;
      const [payment] = (await context.getOrder(order)).payments;
      assert(payment !== undefined, 'a payment', 'none');
      const fee = payment.convenience_fee_breakdown?.applicable_fee_amount.value ?? 0;
      const { value, currency } = payment.payment_amount;
      if (shown !== undefined) expectOneOf('the amount', shown, { value: value + fee, currency });
    }
  },
  'a card without native OTP leads to the bank’s page without a call': async (context) => {
    const customer = await context.start(cards.bankPageOnly);
    const before = await customer.getView();
    expectOneOf('the problem', before.problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    const calls = await context.countCalls(async () => {
      const { next, problem } = await customer.generate();
      assert(next.includes('redirect'), 'redirect in next', next);
      expectOneOf('the problem', problem?.code, 'NATIVE_OTP_UNAVAILABLE');
    });
    expectOneOf('calls', calls, {});
  },
});
