import type { DeclineAdvice, NextStep } from '@plural-otp/flow/contract';
import { englishPage } from '@plural-otp/flow/presentation';
import { describe, expect, test } from 'vitest';
import { toViewModel } from '../../src/page/view-model.ts';
import { otpInputs } from '../../../flow/test/presentation/otp-inputs.ts';
import { parseForms, visitPage, visitAndPrompt, PageVisit } from '../support/page-visit.ts';
import {
  Clock,
  deferred,
  CustomerPage,
  instantSleep,
  plainCard,
  quickCard,
  rightOtp,
  shopOrigin,
  wrongOtp,
} from '../support/test-shop.ts';

const noFundsCard = '4000000000000309';
const closingCard = '4000000000000366';
const slowCard = '4000000000000333';
const verySlowCard = '4000000000000341';

describe('the way to the page', () => {
  test('the merchant’s form requests a code, and its response is the field', async () => {
    const { shop, visit } = await visitPage();
    expect(visit.form('generate')).toMatchObject({ action: `${shopOrigin}/plural/page`, button: 'Get OTP' });
    await visit.press('generate');
    expect(visit.status).toBe(200);
    expect(visit.title).toBe('Enter the OTP from HDFC Bank – Card payment');
    expect(visit.text).toContain('OTP sent');
    expect(visit.primary).toBe('Pay ₹350.00');
    expect(visit.actions).toEqual(['submit', 'resend', 'bank', 'cancel']);
    expect(shop.callCount('generateOtp')).toBe(1);
  });

  test('a form that is sent twice, or rendered again for the same payment, requests no second code', async () => {
    const { shop, visit, orderId } = await visitPage();
    const form = visit.form('generate');
    const stale = new PageVisit(visit.page, { session: form.fields['session'] ?? '', view: (await look(visit)).view });
    await Promise.all([visit.send(form), visit.send(form)]);
    await visit.send(form);
    await stale.press('generate');
    expect(stale.form('submit').button).toBe('Pay ₹350.00');
    const resumed = await shop.handler.resumePayment({ orderId });
    const again = new PageVisit(visit.page, resumed?.client ?? never());
    expect(again.form('check').button).toBe('Confirm your payment');
    await again.press('check');
    expect(again.actions).toContain('submit');
    expect(shop.callCount('generateOtp')).toBe(1);
    expect(shop.callCount('resendOtp')).toBe(0);
  });

  test('viewing the step requests no code: that takes a press', async () => {
    const { shop, visit } = await visitPage();
    const { fields, action } = visit.form('generate');
    await visit.send({ action, fields: { ...fields, action: 'check' }, button: '' });
    expect(visit.text).toContain('Confirm your payment');
    expect([visit.primary, visit.actions]).toEqual(['Get OTP', ['generate', 'bank', 'cancel']]);
    expect(shop.callCount('generateOtp')).toBe(0);
  });

  test('a card without native OTP leads to the bank’s page, and no code is asked for', async () => {
    const { shop, visit } = await visitPage({ card: plainCard });
    expect(visit.form('check').button).toBe('Confirm your payment');
    await visit.press('check');
    expect(visit.text.split('Your bank asks for the OTP on its own page.')).toHaveLength(2);
    expect([visit.primary, visit.actions]).toEqual(['Continue on Axis Bank’s page', ['bank', 'cancel']]);
    expect(shop.callCount('generateOtp')).toBe(0);
  });

  test('everything but the page is the handler’s', async () => {
    const { shop, visit } = await visitPage();
    const { session } = visit.form('generate').fields;
    const response = await new CustomerPage({ ...shop.handler, fetch: visit.page.fetch }, session ?? '').getView();
    expect(response.phase).toBe('ready');
    expect((await visit.page.fetch(new Request(`${shopOrigin}/elsewhere`))).status).toBe(404);
  });
});

describe('the forms of a page', () => {
  test('each is an action of its own: one leaves the others possible', async () => {
    const { shop, visit } = await visitAndPrompt({ card: quickCard });
    const keys = visit.actions.map((action) => visit.form(action).fields['idempotencyKey']);
    expect(new Set(keys).size).toBe(4);
    const [submit, resend] = [visit.form('submit'), visit.form('resend')];
    shop.clock.advance(2);
    await visit.send(resend);
    await visit.send(submit, { otp: rightOtp });
    expect(visit.redirectUrl).toBeDefined();
  });

  test('all carry the same session, and go to the page they stand on', async () => {
    const { visit } = await visitAndPrompt();
    const forms = parseForms(visit.markup);
    expect(new Set(forms.map(({ fields }) => fields['session'])).size).toBe(1);
    expect(new Set(forms.map(({ action }) => action))).toEqual(new Set(['/plural/page']));
  });
});

describe('a code', () => {
  test('the right one: the page waits for the verdict, and redirects to the merchant’s page', async () => {
    const { shop, visit, pausesMs } = await visitAndPrompt({ display: { merchantName: 'Nilgiri Leaf' } });
    await visit.enter(rightOtp);
    expect(visit.status).toBe(200);
    expect(visit.text).toContain('Your bank approved the payment of ₹350.00 to Nilgiri Leaf.');
    expect(visit.redirectUrl).toMatch(/^https:\/\/shop\.example\/return\?reference=[\w-]+$/);
    expect(visit.actions).toEqual([]);
    expect(pausesMs).toEqual([1000]);
    expect(shop.verdicts).toMatchObject([{ outcome: 'paid' }]);
  });

  test('where to look for it is said with the field, when the merchant knows', async () => {
    const { visit } = await visitAndPrompt({ display: { destination: '••••••4321' } });
    expect(visit.text).toContain('Sent to ••••••4321. Check that it says ₹350.00.');
    const { visit: plain } = await visitAndPrompt();
    expect(plain.text).not.toContain('Sent to');
  });

  test('a wrong one is reported at the field, in the title and above all else; the field is empty', async () => {
    const { shop, visit } = await visitAndPrompt();
    await visit.enter(wrongOtp);
    expect(visit.title).toBe('This OTP was not accepted. Check the latest message. – Card payment');
    expect(visit.markup).toMatch(
      /<p class="errors" role="alert"[^>]* autofocus><a href="#otp">This OTP was not accepted/,
    );
    expect(visit.markup).toMatch(/<p class="error" id="otp-error">This OTP was not accepted/);
    const input = /<input[^>]*id="otp"[^>]*>/.exec(visit.markup)?.[0] ?? '';
    expect(input).toContain('aria-describedby="otp-hint otp-error"');
    expect(input).toContain('aria-invalid="true"');
    expect(input).not.toContain('value=');
    expect(visit.primary).toBe('Pay ₹350.00');
    await visit.enter(rightOtp);
    expect(visit.redirectUrl).toBeDefined();
    expect(shop.callCount('submitOtp')).toBe(2);
  });

  test('after the second miss the page warns of the block and the bank’s page stands out; the third ends the payment', async () => {
    const { shop, visit, orderId } = await visitAndPrompt();
    await visit.enter(wrongOtp);
    expect(visit.text).not.toContain('may block your card');
    await visit.enter(wrongOtp);
    expect(visit.text).toContain('Another wrong OTP may block your card.');
    expect(visit.primary).toBe('Continue on HDFC Bank’s page');
    expect(visit.actions).toContain('submit');
    await visit.enter(wrongOtp);
    expect(visit.text).toContain('The OTP was wrong too many times. The payment was not made.');
    expect(visit.actions).toEqual([]);
    const reference =
      shop.verdicts.length > 0 ? (await shop.handler.resumePayment({ orderId }))?.client.view.reference : '';
    expect(visit.text).toContain(`Reference ${reference}`);
    expect(visit.markup).toContain(
      `<a class="primary button" href="${shopOrigin}/return?reference=${reference}">Pay again</a>`,
    );
  });

  test('out of tries here, and the payment open at the bank: its page is the main way on, and a press leads there', async () => {
    const { shop, visit } = await visitAndPrompt({ limits: { submits: 1 } });
    await visit.enter(wrongOtp);
    expect(visit.text).toContain(
      'Confirm on your bank’s page The OTP was wrong too many times here. You can still confirm on your bank’s page.',
    );
    expect([visit.primary, visit.actions]).toEqual(['Continue on HDFC Bank’s page', ['check', 'bank']]);
    expect(visit.text).toContain('Back to the merchant’s site');
    expect(visit.text).not.toContain('Pay again');
    const form = visit.form('bank');
    await visit.send(form);
    expect(visit.status).toBe(200);
    const { redirectUrl: onward } = visit;
    expect(onward).toMatch(/^http:\/\/127\.0\.0\.1:3001\//);
    expect(shop.events.map(({ type }) => type)).toContain('leftForBank');
    await visit.send(form);
    expect(visit.redirectUrl).toBe(onward);
  });

  test('one form sent twice at once is one attempt, and both pages end the same', async () => {
    const { shop, visit } = await visitAndPrompt();
    const form = visit.form('submit');
    const other = new PageVisit(visit.page, await look(visit));
    await Promise.all([visit.send(form, { otp: rightOtp }), other.send(form, { otp: rightOtp })]);
    expect([visit.redirectUrl, other.redirectUrl]).toEqual([visit.redirectUrl, visit.redirectUrl]);
    expect(visit.redirectUrl).toBeDefined();
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('a form of an earlier page sends nothing, also with another code, and says so', async () => {
    const { shop, visit } = await visitAndPrompt();
    const form = visit.form('submit');
    await visit.send(form, { otp: wrongOtp });
    expect(visit.text).not.toContain('had been sent before');
    await visit.send(form, { otp: rightOtp });
    expect(visit.text).toContain('If you have changed the OTP since then, enter it again.');
    expect(shop.callCount('submitOtp')).toBe(1);
    await visit.enter(rightOtp);
    expect(visit.redirectUrl).toBeDefined();
  });

  const unreadable: [what: string, otp: string, says: string][] = [
    ['nothing', ' ', 'Enter the OTP from your bank.'],
    ['too few digits', '123', 'The OTP has at least 4 digits.'],
    ['too many digits', '123456789', 'The OTP has at most 8 digits.'],
    ['words', 'my code', 'There is no OTP in that text.'],
    ['two codes', '123456 654321', 'There is more than one number in that text.'],
  ];
  test.each(unreadable)('%s costs no attempt and is reported at the field', async (_what, otp, says) => {
    const { shop, visit } = await visitAndPrompt();
    await visit.enter(otp);
    expect(visit.title).toContain(says);
    expect(visit.text.split(says)).toHaveLength(3);
    expect(shop.callCount('submitOtp')).toBe(0);
    await visit.enter(rightOtp);
    expect(visit.redirectUrl).toBeDefined();
  });

  test.each(otpInputs)('the text %j is sent as %j, or reported at the field', async (text, expected) => {
    const sent: unknown[] = [];
    const { visit } = await visitAndPrompt({
      async network(request, send) {
        if (request.url.endsWith('/otp/submit')) sent.push(await request.clone().json());
        return send(request);
      },
    });
    await visit.enter(text);
    if ('code' in expected) {
      expect(sent).toEqual([expect.objectContaining({ otp: expected.code })]);
    } else {
      const isTooShort = text.replaceAll(/\D/g, '').length < 4;
      const wrongLength = `The OTP has at ${isTooShort ? 'least 4' : 'most 8'} digits.`;
      expect(sent).toEqual([]);
      expect(visit.title).toContain({ ...englishPage, wrongLength }[expected.error]);
    }
  });

  test.each(['१२३४५६', '123 456', ' 123-456', 'Your OTP is 123456. Do not share it.'])(
    '"%s" is a code',
    async (otp) => {
      const { visit } = await visitAndPrompt();
      await visit.enter(otp);
      expect(visit.redirectUrl).toBeDefined();
    },
  );

  test('a bank that declines: its advice, and the way to pay again', async () => {
    const { visit } = await visitAndPrompt({ card: noFundsCard });
    await visit.enter(rightOtp);
    expect(visit.text).toContain('Payment failed');
    expect(visit.text).toContain('Check your balance and card limit, or pay with another card.');
    expect(visit.primary).toBe('Pay again');
    expect(visit.redirectUrl).toBeUndefined();
  });

  test('a payment that ends with its order: the way back, and no word of paying again', async () => {
    const { shop, visit } = await visitAndPrompt({ card: closingCard });
    shop.clock.advance(11);
    await visit.enter('');
    expect(visit.text).toContain('Payment failed The payment was not approved.');
    expect(visit.text).not.toMatch(/again/i);
    expect([visit.primary, visit.actions]).toEqual(['Back to the merchant’s site', []]);
  });
});

test.each<[DeclineAdvice, open: RegExp, closed: RegExp]>([
  ['useAnotherCard', /Pay with another card\.$/, /Pay with another card\.$/],
  ['contactIssuer', /Contact your bank/, /Contact your bank/],
  ['checkFunds', /Check your balance/, /Check your balance/],
  ['checkDetails', /then pay again\.$/, /was not approved\.$/],
  ['payAgain', /You can pay again\.$/, /was not approved\.$/],
  ['tryLater', /Try again later\.$/, /could not be processed\.$/],
  ['orderCancelled', /^This order was cancelled\. If you are/, /^This order was cancelled\. If you are/],
])('%s: advice to do the same again is given only where the order takes another payment', (advice, open, closed) => {
  const shown = (...next: NextStep[]): string =>
    toViewModel(
      { phase: 'failed', next, revision: 1, reference: 'K7QF-3M9X-2HBD', problem: { code: 'PAYMENT_FAILED', advice } },
      englishPage,
      { action: 'check' },
    ).text;
  expect(shown('payAgain')).toMatch(open);
  expect(shown()).toMatch(closed);
});

describe('another code', () => {
  test('too early: the waiting time is shown, and nothing is sent', async () => {
    const { shop, visit } = await visitAndPrompt();
    expect(visit.text).toContain('OTP not received? You can request a new OTP in 30 seconds.');
    shop.clock.advance(10);
    await visit.press('resend');
    expect(visit.text).toContain('Wait a little before you request a new OTP.');
    expect(visit.text).toContain('You can request a new OTP in 20 seconds.');
    expect(shop.callCount('resendOtp')).toBe(0);
    expect(visit.actions).toContain('resend');
  });

  test('in time: it is sent once, however often the form is', async () => {
    const { shop, visit } = await visitAndPrompt({ card: quickCard });
    shop.clock.advance(2);
    const form = visit.form('resend');
    await visit.send(form);
    expect(visit.text).toContain('A new OTP is on its way. Only the latest one will work.');
    shop.clock.advance(30);
    await visit.send(form);
    expect(shop.callCount('resendOtp')).toBe(1);
  });

  test('no further one is offered once the limit is reached', async () => {
    const { shop, visit } = await visitAndPrompt({ card: quickCard, limits: { resends: 1 } });
    shop.clock.advance(2);
    await visit.press('resend');
    expect(visit.actions).toEqual(['submit', 'bank', 'cancel']);
  });
});

describe('leaving', () => {
  test('for the bank’s page: reported to the merchant, then a redirect and a link without referrer', async () => {
    const { shop, visit } = await visitAndPrompt();
    await visit.press('bank');
    expect(visit.status).toBe(200);
    expect(visit.redirectUrl).toMatch(/^http:\/\/127\.0\.0\.1:3001\//);
    expect(visit.markup).toContain(`href="${visit.redirectUrl}" rel="noreferrer"`);
    expect(visit.actions).toEqual([]);
    expect(shop.events.map(({ type }) => type)).toContain('leftForBank');
  });

  test('back from the bank’s page: the newer code is named, and none is sent', async () => {
    const { shop, visit, orderId } = await visitAndPrompt();
    await visit.press('bank');
    const resumed = await shop.handler.resumePayment({ orderId });
    const back = new PageVisit(visit.page, resumed?.client ?? never());
    await back.press('check');
    expect(back.text).toContain('Your bank may have sent another OTP. Use the latest one.');
    expect([shop.callCount('generateOtp'), shop.callCount('resendOtp')]).toEqual([1, 0]);
  });

  test('what became of the last OTP stands between the field and its button, and describes the field', async () => {
    const { visit } = await visitAndPrompt();
    const order = (...parts: RegExp[]): void => {
      const at = parts.map((part) => visit.markup.search(part));
      expect(at).not.toContain(-1);
      expect(at).toEqual(at.toSorted((a, b) => a - b));
    };
    order(/<label for="otp"/, /id="otp-hint"/, /<input\s+id="otp"/, /id="otp-status"><p>OTP sent/, /Pay \u2068/);
    expect(visit.markup).toContain('aria-describedby="otp-hint otp-status"');
    await visit.enter(wrongOtp);
    order(/<input\s+id="otp"/, /id="otp-error">This OTP was not accepted/, /Pay \u2068/);
    expect(visit.text).not.toContain('Reference');
  });

  test('the customer checks the amount, and the name that the bank prints where the merchant knows it', async () => {
    const { visit } = await visitAndPrompt();
    expect(visit.text).toContain('Check that it says ₹350.00.');
    const named = await visitAndPrompt({ display: { statementName: 'NILGIRI LEAF' } });
    expect(named.visit.text).toContain('Check that it says ₹350.00 and NILGIRI LEAF.');
  });

  test('giving up: the payment is cancelled, with the reference and the way back', async () => {
    const { shop, visit } = await visitAndPrompt({ display: { merchantName: 'Nilgiri Leaf' } });
    await visit.press('cancel');
    expect(visit.text).toContain(
      'You cancelled this payment If you are still charged, contact Nilgiri Leaf and quote the reference below.',
    );
    expect([visit.primary, visit.actions]).toEqual(['Back to Nilgiri Leaf’s site', []]);
    expect(visit.text).toMatch(/Reference [\w-]{14}$/);
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('giving up comes too late while a code is being confirmed', async () => {
    const { visit } = await visitAndPrompt({ card: slowCard });
    const form = visit.form('cancel');
    await visit.enter(rightOtp);
    await visit.send(form);
    expect(visit.text).not.toContain('You cancelled');
  });
});

describe('slow banks', () => {
  test('a bank that decides within seconds: one answer has the end', async () => {
    const { visit, pausesMs } = await visitAndPrompt({ card: slowCard });
    await visit.enter(rightOtp);
    expect(visit.redirectUrl).toBeDefined();
    expect(pausesMs.length).toBeGreaterThan(1);
  });

  test('a bank that takes longer: the answer comes within twelve seconds, and a press asks again', async () => {
    const { shop, visit, pausesMs } = await visitAndPrompt({ card: verySlowCard });
    await visit.enter(rightOtp);
    expect(visit.text).toContain('HDFC Bank is confirming the payment');
    expect([visit.primary, visit.actions]).toEqual(['Check payment status', ['check']]);
    const waitedMs = pausesMs.reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs).toBeGreaterThan(5000);
    expect(waitedMs).toBeLessThanOrEqual(12_000);
    shop.clock.advance(600);
    await visit.press('check');
    expect(visit.redirectUrl).toBeDefined();
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('an answer comes also where the clock stands still', async () => {
    const pauses: number[] = [];
    const { visit } = await visitAndPrompt({
      card: verySlowCard,
      wait(ms, signal) {
        if (signal === undefined) pauses.push(ms);
        return instantSleep(ms, signal);
      },
    });
    await visit.enter(rightOtp);
    expect(visit.primary).toBe('Check payment status');
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(12_000);
  });

  test('not known yet, and no code left to hand in: the bank’s page and the question remain', async () => {
    const { shop, visit } = await visitAndPrompt({ card: verySlowCard, limits: { submits: 1 } });
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset' });
    await visit.enter(rightOtp);
    shop.clock.advance(60);
    await visit.press('check');
    expect(visit.text).toContain('Your bank has not responded yet');
    expect(visit.actions).toEqual(['check', 'bank', 'cancel']);
    expect(visit.markup).not.toContain('id="otp"');
  });

  test('a call that took long itself is answered at once', async () => {
    const clock = new Clock();
    const { visit, pausesMs } = await visitAndPrompt({
      clock,
      card: slowCard,
      async network(request, send) {
        const response = await send(request);
        if (request.url.endsWith('/otp/submit')) clock.advance(12);
        return response;
      },
    });
    await visit.enter(rightOtp);
    expect(visit.primary).toBe('Check payment status');
    expect(pausesMs).toEqual([]);
  });

  test('the same action pressed again while it is in flight waits for its end', async () => {
    const away = deferred();
    const back = deferred();
    const { shop, visit } = await visitPage({
      async network(request, send) {
        if (request.url.endsWith('/otp/generate')) {
          away.resolve();
          await back.promise;
        }
        return send(request);
      },
    });
    const form = visit.form('generate');
    const first = new PageVisit(visit.page, await look(visit));
    const pressed = first.send(form);
    await away.promise;
    await visit.send(form);
    expect(visit.text).toContain('Requesting an OTP from your bank');
    expect(visit.actions).toEqual(['check', 'bank']);
    back.resolve();
    await pressed;
    await visit.press('check');
    expect(visit.actions).toContain('submit');
    expect(shop.callCount('generateOtp')).toBe(1);
  });

  test('a lost answer: confirming, then not known yet, with every way on and nothing sent by itself', async () => {
    const { shop, visit } = await visitAndPrompt({ card: verySlowCard });
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset' });
    await visit.enter(rightOtp);
    expect(visit.primary).toBe('Check payment status');
    // Nothing that only a page with a script could keep: this one neither goes on asking nor has to stay open.
    expect(visit.text).toContain('This can take up to a minute. Then check the payment status.');
    shop.clock.advance(60);
    await visit.press('check');
    expect(visit.text).toContain('Your bank has not responded yet');
    expect(visit.text).toContain('Check the payment status again in a minute. You will not be charged twice');
    expect([visit.primary, visit.actions]).toEqual([
      'Check payment status',
      ['check', 'submit', 'resend', 'bank', 'cancel'],
    ]);
    expect(visit.text).toContain('Reference');
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('an order that another payment has paid takes no code, and offers no other payment', async () => {
    const { shop, visit, orderId } = await visitAndPrompt();
    const second = await shop.startPayment(orderId, { evenIfUndecided: true });
    const other = new PageVisit(visit.page, second.client);
    await other.press('generate');
    await other.enter(rightOtp);
    const submits = shop.callCount('submitOtp');
    await visit.enter(rightOtp);
    expect(visit.text).toContain('This order is already paid Another payment went through. Do not pay again.');
    expect([visit.primary, visit.actions, visit.redirectUrl]).toEqual(['Back to the merchant’s site', [], undefined]);
    expect(shop.callCount('submitOtp')).toBe(submits);
  });
});

describe('a page that was left open', () => {
  test('is renewed by every press while half of its time is over', async () => {
    const { shop, visit } = await visitAndPrompt({ limits: { activeMinutes: 10 } });
    const before = visit.form('submit').fields['session'];
    for (const minutes of [6, 6, 6]) {
      shop.clock.advance(minutes * 60);
      await visit.press('resend');
    }
    expect(visit.form('submit').fields['session']).not.toBe(before);
    await visit.enter(rightOtp);
    expect(visit.redirectUrl).toBeDefined();
  });

  test('too long: nothing is sent, and the way back to the merchant is shown', async () => {
    const { shop, visit } = await visitAndPrompt({ limits: { activeMinutes: 10 } });
    shop.clock.advance(11 * 60);
    await visit.enter(rightOtp);
    expect(visit.status).toBe(200);
    expect(visit.text).toContain('This page has timed out Go back to the merchant’s site to continue.');
    expect([visit.primary, visit.actions]).toEqual(['Back to the merchant’s site', []]);
    expect(shop.callCount('submitOtp')).toBe(0);
  });
});

test('a page that was open too long still shows the outcome of a code that was sent', async () => {
  const { shop, visit } = await visitAndPrompt({ card: verySlowCard, limits: { activeMinutes: 1, maxMinutes: 1 } });
  shop.clock.advance(50);
  await visit.enter(rightOtp);
  shop.clock.advance(30);
  await visit.press('check');
  expect(visit.text).toContain('A payment you have already confirmed is not affected.');
  expect(visit.actions).toEqual(['check']);
  shop.clock.advance(60);
  await visit.press('check');
  expect(visit.redirectUrl).toBeDefined();
  expect(shop.callCount('submitOtp')).toBe(1);
});

const never = (): never => {
  throw new Error('there is none');
};

/** The payment of a page as the JSON route tells it, with the session of the page's first form. */
async function look(
  visit: PageVisit,
): Promise<{ session: string; view: Awaited<ReturnType<CustomerPage['getView']>> }> {
  const [{ fields } = never()] = parseForms(visit.markup);
  const session = fields['session'] ?? '';
  const response = await visit.page.fetch(
    new Request(`${shopOrigin}/plural/payment`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ session }),
    }),
  );
  return { session, view: (await response.json()) as Awaited<ReturnType<CustomerPage['getView']>> };
}
