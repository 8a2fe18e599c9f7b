import { routes } from '@plural-otp/flow/contract';
import { problemIn, viewIn } from '../backend.ts';
import { expectOneOf, hold } from '../assert.ts';
import { group, type Case } from '../case.ts';

/** The same text with one character in it changed. */
const flipped = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

/** Sessions: broken, told in the wrong place, and run out. */
export const sessions: readonly Case[] = group('sessions', {
  'a session with one letter changed is refused, wherever it is': async (world) => {
    const { session, send, body } = await world.prompted();
    const places = [0, 1, 4, 10, Math.floor(session.length / 2), session.length - 6, session.length - 3];
    const sent = await world.sent(async () => {
      for (const at of new Set(places.filter((place) => place >= 0)))
        for (const route of [routes.payment, routes.submit]) {
          const answer = await send(route, { body: { ...body(route), session: flipped(session, at) } });
          expectOneOf('the problem', problemIn(answer, 401).code, 'SESSION_EXPIRED');
        }
    });
    expectOneOf('calls', sent, {});
  },
  'every session that is none gets one and the same answer': async (world) => {
    const { session, send } = await world.prompted();
    const half = session.slice(0, Math.floor(session.length / 2));
    const wrong = ['x', 'v1.AAAA', half, session + session, `${session}=`, ` ${session}`, session.toUpperCase(), '🂡'];
    const texts = new Set<string>();
    for (const broken of wrong.filter((text) => text !== session && text.length <= 3800)) {
      const answer = await send(routes.payment, { body: { session: broken } });
      problemIn(answer, 401);
      texts.add(answer.text);
    }
    hold(texts.size === 1, 'one and the same 401', `${texts.size} different ones`);
  },
  'a session is read from the body alone, never from the address or a cookie': async (world) => {
    const { session, send } = await world.prompted();
    const query = `?session=${encodeURIComponent(session)}`;
    const headers = { cookie: `session=${session}`, authorization: `Bearer ${session}` };
    problemIn(await send(`${routes.payment}${query}`, { body: {} }), 400);
    problemIn(await send(routes.payment, { headers, body: {} }), 400);
  },
  'no address a view gives holds the session': async (world) => {
    const customer = await world.prompted();
    const { challengeUrl, reference } = await customer.look();
    hold(!`${challengeUrl} ${reference}`.includes(customer.session), 'no session in an address', 'one');
  },
  'a session that ran out still tells where the payment stands, and does nothing': async (world) => {
    const customer = await world.prompted();
    await world.pass(3700);
    const sent = await world.sent(async () => {
      const view = await customer.look();
      expectOneOf('the problem', view.problem?.code, 'SESSION_EXPIRED');
      const can = view.next.filter((step) => step === 'submit' || step === 'resend');
      expectOneOf('submit and resend in next', can, []);
      expectOneOf('the problem', (await customer.submit(world.rightOtp)).problem?.code, 'SESSION_EXPIRED');
      await customer.resend();
    });
    expectOneOf('calls', sent, {});
  },
  'a payment that was paid after the session ran out is seen as paid': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.configure({ otpLifeSeconds: 86_400 });
    await world.pass(3700);
    await world.sandbox.payAtBank(customer.paymentId);
    await customer.sees('authorized');
  },
  'a customer who takes 20 minutes, looking now and then, can still pay': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.configure({ otpLifeSeconds: 86_400 });
    for (let look = 0; look < 5; look += 1) {
      await world.pass(240);
      await customer.look();
    }
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
  },
  'looking does not keep a session acting for ever': async (world) => {
    const customer = await world.prompted();
    for (let look = 0; look < 19; look += 1) {
      await world.pass(400);
      await customer.look();
    }
    expectOneOf('the problem', (await customer.look()).problem?.code, 'SESSION_EXPIRED');
  },
  'after a day and more the session is none': async (world) => {
    const customer = await world.prompted();
    await world.pass(25 * 3600);
    problemIn(await customer.send(routes.payment), 401);
  },
  'the session is the same one until the view renews it': async (world) => {
    const customer = await world.prompted();
    const { session } = customer;
    const other = world.anotherTab(customer);
    await customer.submit(world.wrongOtp);
    const again = await other.send(routes.payment, { body: { session } });
    expectOneOf('misses, by the first session', viewIn(again).attempts?.misses, 1);
  },
});
