/** Cases of the payment view: tabs, reloads, and the revision that orders views. */
import { expectOneOf, assert, Skipped } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import { cards } from '../context.ts';
import { expectVerdicts } from '../verdicts.ts';
import { startExhausted } from './submit.ts';

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
  'a view says when to ask again while Plural decides, and not afterwards': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.decide(customer.paymentId, 'hold');
    const { phase, pollAfterSeconds } = await customer.submit(context.rightOtp);
    expectOneOf('the phase', phase, 'confirming');
    assert((pollAfterSeconds ?? 0) > 0, 'pollAfterSeconds while the issuer decides', pollAfterSeconds);
    await context.sandbox.decide(customer.paymentId, 'approve');
    await context.advance(1.1);
    const final = await customer.waitForPhase('authorized');
    expectOneOf('pollAfterSeconds at the end', final.pollAfterSeconds, undefined);
  },
  'a step that is offered comes with what it needs': async (context) => {
    const customer = await context.start();
    const views = [
      await customer.getView(),
      await customer.generate(),
      await customer.submit(context.wrongOtp),
      await customer.leave('bank'),
      await customer.submit(context.rightOtp),
    ];
    for (const { phase, next, challengeUrl, resendInSeconds } of views) {
      assert(
        next.includes('redirect') === (challengeUrl !== undefined),
        `a challengeUrl with redirect (${phase})`,
        next,
      );
      assert(
        !next.includes('resend') || resendInSeconds !== undefined,
        `resendInSeconds with resend (${phase})`,
        resendInSeconds,
      );
    }
  },
  'polls of an open payment read its order once a second': async (context) => {
    const customer = await context.startWithOtp();
    const countReads = async (): Promise<number> => (await context.getOrder(customer.order)).calls['getOrder'] ?? 0;
    const before = await countReads();
    const startedMs = performance.now();
    let polls = 0;
    let mostReads = 0;
    // Of polls that take a second each nothing can be said, so that several are sent at once then.
    for (const atOnce of [1, 8]) {
      for (const until = polls + 40; polls < until; polls += atOnce)
        await Promise.all(Array.from({ length: atOnce }, () => customer.getView()));
      mostReads = Math.ceil((performance.now() - startedMs) / 1000) + 1;
      const reads = (await countReads()) - before;
      assert(reads <= mostReads, `${mostReads} reads at most`, reads);
      if (polls > mostReads) return;
    }
    throw new Skipped('polls are too slow with this backend, or on this machine');
  },
  'a payment made at the bank after the last attempt here is shown as paid': async (context) => {
    const customer = await startExhausted(context);
    await context.sandbox.decide(customer.paymentId, 'approve');
    await context.advance(1.1);
    await customer.waitForPhase('authorized');
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
    expectOneOf('the phase after cancelling', (await customer.leave('cancel')).phase, 'authorized');
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
    await expectVerdicts(context, reference, ['paid']);
  },
  'a failed payment is delivered to the shop': async (context) => {
    const customer = await context.startWithOtp(cards.insufficientFunds);
    await customer.submit(context.rightOtp);
    const { reference } = await customer.waitForPhase('failed');
    await expectVerdicts(context, reference, ['failed']);
  },
});
