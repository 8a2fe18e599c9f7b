/** Cases of sessions: tampered, misplaced and expired. */
import { routes, type PaymentView } from '@plural-otp/flow/contract';
import { parseProblemResponse, parseViewResponse } from '../backend.ts';
import { expectOneOf, assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';
import type { Customer } from '../customer.ts';
import {
  containsDigest,
  estimateRandomBits,
  listDigests,
  listNeighbours,
  listNumbers,
  minRandomBits,
  minSessionLength,
} from '../guessing.ts';

/** Returns the string with one character changed. */
const flipCharacter = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

const browserRoutes = [routes.generate, routes.submit, routes.resend, routes.payment, routes.leave];

export const sessions: readonly Case[] = defineCases('sessions', {
  'a session cannot be guessed from others, nor from what is known of the payment': async (context) => {
    const starts: { customer: Customer; fromMs: number; toMs: number }[] = [];
    for (let count = 0; count < 6; count += 1) {
      const fromMs = await context.nowMs();
      starts.push({ customer: await context.start(), fromMs, toMs: await context.nowMs() });
    }
    const customers = starts.map(({ customer }) => customer);
    for (const { session } of customers)
      assert(session.length >= minSessionLength, `at least ${minSessionLength} characters`, session.length);
    for (const [index, one] of customers.entries())
      for (const two of customers.slice(index + 1)) {
        const bits = estimateRandomBits(one.session, two.session);
        assert(bits >= minRandomBits, 'sessions that differ by random characters', `about ${Math.floor(bits)} bits`);
      }
    const expectNoDigest = (session: string, values: readonly string[]): void =>
      assert(!containsDigest(session, listDigests(values)), 'a random session', 'a digest of a known value');
    for (const { session, initialView, order, orderId, paymentId } of customers)
      expectNoDigest(session, [orderId, paymentId, order, initialView.reference]);
    // The start of the fewest milliseconds is enough: all sessions are made the same way.
    const { customer, fromMs, toMs } = starts.reduce((best, start) =>
      start.toMs - start.fromMs < best.toMs - best.fromMs ? start : best,
    );
    expectNoDigest(customer.session, listNumbers(fromMs, toMs));
  },
  'the sessions before and after a session are rejected': async (context) => {
    const { session, send, body } = await context.startWithOtp();
    await context.start();
    for (const neighbour of listNeighbours(session))
      parseProblemResponse(await send(routes.payment, { body: { ...body(routes.payment), session: neighbour } }), 401);
  },
  'a session with one changed character is rejected at every position': async (context) => {
    const { session, send, body } = await context.startWithOtp();
    const places = [0, 1, 4, 10, Math.floor(session.length / 2), session.length - 6, session.length - 3];
    const calls = await context.countCalls(async () => {
      for (const at of new Set(places.filter((place) => place >= 0)))
        for (const route of [routes.payment, routes.submit]) {
          const response = await send(route, { body: { ...body(route), session: flipCharacter(session, at) } });
          expectOneOf('the problem', parseProblemResponse(response, 401).code, 'SESSION_EXPIRED');
        }
    });
    expectOneOf('calls', calls, {});
  },
  'every invalid session gets the same response': async (context) => {
    const { session, send } = await context.startWithOtp();
    const half = session.slice(0, Math.floor(session.length / 2));
    const invalidSessions = [
      'x',
      'v1.AAAA',
      half,
      session + session,
      `${session}=`,
      ` ${session}`,
      session.toUpperCase(),
      '🂡',
    ];
    const bodies = new Set<string>();
    for (const invalid of invalidSessions.filter((value) => value !== session && value.length <= 3800)) {
      const response = await send(routes.payment, { body: { session: invalid } });
      parseProblemResponse(response, 401);
      bodies.add(response.text);
    }
    assert(bodies.size === 1, 'the same 401 for each', `${bodies.size} different responses`);
  },
  'a session is read from the body only, never from the URL or a cookie': async (context) => {
    const { session, send, body } = await context.startWithOtp();
    const query = `?session=${encodeURIComponent(session)}`;
    const names = ['session', 'sid', 'plural_session', 'plural-session', 'otp_session', 'payment', 'payment_session'];
    const cookies = [...names.map((name) => `${name}=${session}`), ...context.hook.cookies];
    const headers = { cookie: cookies.join('; '), authorization: `Bearer ${session}` };
    const calls = await context.countCalls(async () => {
      for (const route of browserRoutes) {
        const { session: _, ...members } = body(route);
        parseProblemResponse(await send(`${route}${query}`, { body: members }), 400);
        parseProblemResponse(await send(route, { headers, body: members }), 400);
      }
    });
    expectOneOf('calls', calls, {});
  },
  'no URL in a view contains the session': async (context) => {
    const customer = await context.startWithOtp();
    const { challengeUrl, reference } = await customer.getView();
    assert(!`${challengeUrl} ${reference}`.includes(customer.session), 'no session in a URL', 'a URL with the session');
  },
  'an expired session still returns the view, and accepts no action': async (context) => {
    const customer = await context.startWithOtp();
    await context.advance(3700);
    const calls = await context.countCalls(async () => {
      const view = await customer.getView();
      expectOneOf('the problem', view.problem?.code, 'SESSION_EXPIRED');
      const offered = view.next.filter((step) => step === 'submit' || step === 'resend');
      expectOneOf('submit and resend in next', offered, []);
      expectOneOf('the problem', (await customer.submit(context.rightOtp)).problem?.code, 'SESSION_EXPIRED');
      await customer.resend();
    });
    expectOneOf('calls', calls, {});
  },
  'whoever knows the reference may read the payment, and do nothing': async (context) => {
    const customer = await context.startWithOtp();
    const reader = await context.openReference(customer);
    const expectReading = ({ phase, next, problem, challengeUrl }: PaymentView): void => {
      expectOneOf('the phase', phase, 'awaitingOtp');
      expectOneOf('the problem', problem?.code, 'SESSION_READ_ONLY');
      expectOneOf('next', next, ['check']);
      expectOneOf('the URL of the bank’s page', challengeUrl, undefined);
    };
    const calls = await context.countCalls(async () => {
      expectReading(reader.initialView);
      expectReading(await reader.getView());
      expectReading(await reader.submit(context.rightOtp));
      expectReading(await reader.resend());
      expectReading(await reader.generate());
      expectReading(await reader.leave('cancel'));
      expectReading(await reader.leave('bank'));
    });
    expectOneOf('calls', calls, {});
    const view = await customer.getView();
    expectOneOf('the phase for the customer', view.phase, 'awaitingOtp');
    expectOneOf('leftForBank for the customer', view.leftForBank, undefined);
    await customer.submit(context.rightOtp);
    await reader.waitForPhase('authorized');
  },
  'a payment made after the session expired is returned as paid': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.configure({ otpLifeSeconds: 86_400 });
    await context.advance(3700);
    await context.payAtBank(customer);
    await customer.waitForPhase('authorized');
  },
  'a session that is polled for 20 minutes still accepts an OTP': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.configure({ otpLifeSeconds: 86_400 });
    for (let poll = 0; poll < 5; poll += 1) {
      await context.advance(240);
      await customer.getView();
    }
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'polling does not extend a session indefinitely': async (context) => {
    const customer = await context.startWithOtp();
    for (let poll = 0; poll < 19; poll += 1) {
      await context.advance(400);
      await customer.getView();
    }
    expectOneOf('the problem', (await customer.getView()).problem?.code, 'SESSION_EXPIRED');
  },
  'a session is rejected after 25 hours': async (context) => {
    const customer = await context.startWithOtp();
    await context.advance(25 * 3600);
    parseProblemResponse(await customer.send(routes.payment), 401);
  },
  'the first session stays valid in another tab': async (context) => {
    const customer = await context.startWithOtp();
    const { session } = customer;
    const other = context.openTab(customer);
    await customer.submit(context.wrongOtp);
    const response = await other.send(routes.payment, { body: { session } });
    expectOneOf('misses seen with the first session', parseViewResponse(response).attempts?.misses, 1);
  },
});
