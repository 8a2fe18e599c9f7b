import { routes } from '@plural-otp/flow/contract';
import { parseProblemResponse, parseViewResponse } from '../backend.ts';
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';

/** The same text with one character in it changed. */
const flipCharacter = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

/** Sessions: broken, told in the wrong place, and run out. */
export const sessions: readonly Case[] = defineCases('sessions', {
  'a session with one letter changed is refused, wherever it is': async (context) => {
    const { session, send, body } = await context.startWithOtp();
    const places = [0, 1, 4, 10, Math.floor(session.length / 2), session.length - 6, session.length - 3];
    const sent = await context.countOtpCalls(async () => {
      for (const at of new Set(places.filter((place) => place >= 0)))
        for (const route of [routes.payment, routes.submit]) {
          const response = await send(route, { body: { ...body(route), session: flipCharacter(session, at) } });
          expectOneOf('the problem', parseProblemResponse(response, 401).code, 'SESSION_EXPIRED');
        }
    });
    expectOneOf('calls', sent, {});
  },
  'every session that is none gets one and the same answer': async (context) => {
    const { session, send } = await context.startWithOtp();
    const half = session.slice(0, Math.floor(session.length / 2));
    const wrong = ['x', 'v1.AAAA', half, session + session, `${session}=`, ` ${session}`, session.toUpperCase(), '🂡'];
    const texts = new Set<string>();
    for (const broken of wrong.filter((text) => text !== session && text.length <= 3800)) {
      const response = await send(routes.payment, { body: { session: broken } });
      parseProblemResponse(response, 401);
      texts.add(response.text);
    }
    assert(texts.size === 1, 'one and the same 401', `${texts.size} different ones`);
  },
  'a session is read from the body alone, never from the address or a cookie': async (context) => {
    const { session, send } = await context.startWithOtp();
    const query = `?session=${encodeURIComponent(session)}`;
    const headers = { cookie: `session=${session}`, authorization: `Bearer ${session}` };
    parseProblemResponse(await send(`${routes.payment}${query}`, { body: {} }), 400);
    parseProblemResponse(await send(routes.payment, { headers, body: {} }), 400);
  },
  'no address a view gives holds the session': async (context) => {
    const customer = await context.startWithOtp();
    const { challengeUrl, reference } = await customer.getView();
    assert(!`${challengeUrl} ${reference}`.includes(customer.session), 'no session in an address', 'one');
  },
  'a session that ran out still tells where the payment stands, and does nothing': async (context) => {
    const customer = await context.startWithOtp();
    await context.advance(3700);
    const sent = await context.countOtpCalls(async () => {
      const view = await customer.getView();
      expectOneOf('the problem', view.problem?.code, 'SESSION_EXPIRED');
      const can = view.next.filter((step) => step === 'submit' || step === 'resend');
      expectOneOf('submit and resend in next', can, []);
      expectOneOf('the problem', (await customer.submit(context.rightOtp)).problem?.code, 'SESSION_EXPIRED');
      await customer.resend();
    });
    expectOneOf('calls', sent, {});
  },
  'a payment that was paid after the session ran out is seen as paid': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.configure({ otpLifeSeconds: 86_400 });
    await context.advance(3700);
    await context.sandbox.payAtBank(customer.paymentId);
    await customer.waitForPhase('authorized');
  },
  'a customer who takes 20 minutes, looking now and then, can still pay': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.configure({ otpLifeSeconds: 86_400 });
    for (let look = 0; look < 5; look += 1) {
      await context.advance(240);
      await customer.getView();
    }
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'looking does not keep a session acting for ever': async (context) => {
    const customer = await context.startWithOtp();
    for (let look = 0; look < 19; look += 1) {
      await context.advance(400);
      await customer.getView();
    }
    expectOneOf('the problem', (await customer.getView()).problem?.code, 'SESSION_EXPIRED');
  },
  'after a day and more the session is none': async (context) => {
    const customer = await context.startWithOtp();
    await context.advance(25 * 3600);
    parseProblemResponse(await customer.send(routes.payment), 401);
  },
  'the session is the same one until the view renews it': async (context) => {
    const customer = await context.startWithOtp();
    const { session } = customer;
    const other = context.anotherTab(customer);
    await customer.submit(context.wrongOtp);
    const again = await other.send(routes.payment, { body: { session } });
    expectOneOf('misses, by the first session', parseViewResponse(again).attempts?.misses, 1);
  },
});
