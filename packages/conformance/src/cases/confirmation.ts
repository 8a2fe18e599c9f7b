import { expectOneOf, assert } from '../assert.ts';
import { parseProblemResponse, parseViewResponse } from '../backend.ts';
import { defineCases, type Case } from '../case.ts';
import { cards } from '../context.ts';

const submitWithEffect = { operation: 'submitOtp', takesEffect: true };

/** What ends unclear is read back from the order, and never sent again. */
export const confirmation: readonly Case[] = defineCases('unclear ends', {
  ...Object.fromEntries(
    (
      [
        ['lost', { fault: 'reset' }],
        ['a gateway’s 502', { fault: 'status', status: 502 }],
        ['cut off', { fault: 'cut' }],
        ['no JSON', { fault: 'malformedJson' }],
        ['a web page', { fault: 'html' }],
      ] as const
    ).map(([how, fault]): [string, Case['run']] => [
      `a right code whose answer is ${how} is paid once: the order says so`,
      async (context) => {
        const customer = await context.startWithOtp();
        await context.sandbox.script({ ...submitWithEffect, ...fault });
        const sent = await context.countOtpCalls(async () => {
          const { phase } = await customer.submit(context.rightOtp);
          expectOneOf('the phase', phase, 'confirming', 'authorized');
          await customer.waitForPhase('authorized');
        });
        expectOneOf('calls', sent, { submitOtp: 1 });
      },
    ]),
  ),
  'a wrong code whose answer is lost is a miss: the order says so': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.script({ ...submitWithEffect, fault: 'reset' });
    await customer.submit(context.wrongOtp);
    const { problem, attempts } = await customer.waitForPhase('awaitingOtp');
    expectOneOf('the problem', problem?.code, 'OTP_NOT_ACCEPTED');
    expectOneOf('misses', attempts?.misses, 1);
  },
  'a code that perhaps never arrived is not sent again by itself': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.script({ operation: 'submitOtp', fault: 'reset' });
    const sent = await context.countOtpCalls(async () => {
      expectOneOf('the phase', (await customer.submit(context.rightOtp)).phase, 'confirming');
      for (let look = 0; look < 3; look += 1) {
        await context.advance(1);
        expectOneOf('the phase', (await customer.getView()).phase, 'confirming');
      }
    });
    expectOneOf('calls', sent, { submitOtp: 1 });
  },
  'after a minute of doubt the customer may try again, and pays once': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.script({ operation: 'submitOtp', fault: 'reset' });
    await customer.submit(context.rightOtp);
    await context.advance(62);
    const { next } = await customer.waitForPhase('unresolved');
    assert(next.includes('submit') && next.includes('check'), 'submit and check in next', next);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'while the order cannot be read an accepted code stays `confirming`': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    await customer.submit(context.rightOtp);
    await context.advance(1.1);
    expectOneOf('the phase', (await customer.getView()).phase, 'confirming');
    await context.sandbox.restore();
    await customer.waitForPhase('authorized');
  },
  'a bank that is busy costs nothing: the code may be handed in again': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.script({ operation: 'submitOtp', fault: 'rateLimit', retryAfter: '1' });
    const { phase, problem, next } = await customer.submit(context.rightOtp);
    expectOneOf('the answer', [phase, problem?.code], ['awaitingOtp', 'BUSY']);
    assert(next.includes('submit'), 'submit in next', next);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'a refusal within a 200 is no acceptance': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.script({ operation: 'submitOtp', fault: 'errorIn200' });
    const { phase } = await customer.submit(context.rightOtp);
    expectOneOf('the phase', phase, 'awaitingOtp', 'confirming');
    await context.advance(1.1);
    expectOneOf('the phase', (await customer.getView()).phase, 'awaitingOtp', 'confirming');
  },
  'with Plural away the page still gets an answer it understands': async (context) => {
    const customer = await context.start();
    await context.sandbox.script({ operation: '*', fault: 'status', status: 503, times: 0 });
    for (const route of ['payment', 'otp/generate', 'payment', 'otp/submit']) {
      await context.advance(1.1);
      const response = await customer.send(route);
      if (response.status === 200) expectOneOf('the phase', parseViewResponse(response).phase === 'authorized', false);
      else expectOneOf('the problem', parseProblemResponse(response, 503).code, 'BACKEND_UNREACHABLE');
      if (response.status === 503) assert(response.headers.has('retry-after'), 'a Retry-After header', 'none');
    }
  },
  'a decline that comes late ends the wait': async (context) => {
    const customer = await context.startWithOtp(cards.declinedLate);
    expectOneOf('the phase', (await customer.submit(context.rightOtp)).phase, 'confirming');
    await context.advance(7);
    await customer.waitForPhase('failed');
  },
  'a payment that was made at the bank’s own page is seen': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.payAtBank(customer.paymentId);
    await context.advance(1.1);
    await customer.waitForPhase('authorized');
  },
});
