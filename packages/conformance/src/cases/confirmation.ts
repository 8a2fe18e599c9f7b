/** Cases of calls with an unknown outcome: the order is read, and nothing is retried. */
import { routes } from '@plural-otp/flow/contract';
import { expectOneOf, assert } from '../assert.ts';
import { parseProblemResponse, parseViewResponse } from '../backend.ts';
import { defineCases, type Case } from '../case.ts';
import { newIdempotencyKey } from '../customer.ts';

const submitTakesEffect = { operation: 'submitOtp', takesEffect: true };

export const confirmation: readonly Case[] = defineCases('unknown outcome', {
  ...Object.fromEntries(
    (
      [
        ['is lost', { fault: 'reset' }],
        ['is a 502 of a gateway', { fault: 'status', status: 502 }],
        ['is cut off', { fault: 'cut' }],
        ['is not JSON', { fault: 'malformedJson' }],
        ['is an HTML page', { fault: 'html' }],
      ] as const
    ).map(([failure, fault]): [string, Case['run']] => [
      `a correct OTP is submitted once and paid when the response ${failure}`,
      async (context) => {
        const customer = await context.startWithOtp();
        await context.script({ ...submitTakesEffect, ...fault });
        const calls = await context.countCalls(async () => {
          const { phase } = await customer.submit(context.rightOtp);
          expectOneOf('the phase', phase, 'confirming', 'authorized');
          await customer.waitForPhase('authorized');
        });
        expectOneOf('calls', calls, { submitOtp: 1 });
      },
    ]),
  ),
  'a wrong OTP counts as a miss when the response is lost': async (context) => {
    const customer = await context.startWithOtp();
    await context.script({ ...submitTakesEffect, fault: 'reset' });
    await customer.submit(context.wrongOtp);
    const { problem, attempts } = await customer.waitForPhase('awaitingOtp');
    expectOneOf('the problem', problem?.code, 'OTP_NOT_ACCEPTED');
    expectOneOf('misses', attempts?.misses, 1);
  },
  'an OTP that may not have arrived is never resubmitted automatically': async (context) => {
    const customer = await context.startWithOtp();
    await context.script({ operation: 'submitOtp', fault: 'reset' });
    const calls = await context.countCalls(async () => {
      expectOneOf('the phase', (await customer.submit(context.rightOtp)).phase, 'confirming');
      for (let poll = 0; poll < 3; poll += 1) {
        await context.advance(1);
        expectOneOf('the phase', (await customer.getView()).phase, 'confirming');
      }
    });
    expectOneOf('calls', calls, { submitOtp: 1 });
  },
  'no OTP is taken for most of a minute while the outcome of one is unknown': async (context) => {
    const customer = await context.startWithOtp();
    await context.script({ operation: 'submitOtp', fault: 'reset' });
    await customer.submit(context.wrongOtp);
    await context.advance(40);
    const { phase, next } = await customer.getView();
    expectOneOf('the phase', phase, 'confirming');
    assert(!next.includes('submit'), 'no submit in next', next);
    expectOneOf('calls', await context.countCalls(() => customer.submit(context.rightOtp)), {});
  },
  'an idempotency key of unknown outcome is never sent again': async (context) => {
    const customer = await context.startWithOtp();
    await context.script({ operation: 'submitOtp', fault: 'reset' });
    const idempotencyKey = newIdempotencyKey();
    await customer.submit(context.rightOtp, idempotencyKey);
    await context.advance(62);
    await customer.waitForPhase('unresolved');
    const calls = await context.countCalls(() => customer.submit(context.rightOtp, idempotencyKey));
    expectOneOf('calls', calls, {});
  },
  'a redirect is not followed with the OTP': async (context) => {
    const customer = await context.startWithOtp();
    const location = '/api/pay/v1/otp/submit';
    await context.script({ operation: 'submitOtp', fault: 'redirect', status: 307, location });
    const calls = await context.countCalls(() => customer.submit(context.wrongOtp));
    expectOneOf('calls', calls, { submitOtp: 1 });
  },
  'a rejection of the shop’s access token is not a wrong OTP': async (context) => {
    const customer = await context.startWithOtp();
    await context.script({ operation: 'submitOtp', fault: 'status', status: 401, times: 0 });
    const { problem, attempts } = await customer.submit(context.rightOtp);
    assert(problem?.code !== 'OTP_NOT_ACCEPTED', 'a problem other than OTP_NOT_ACCEPTED', problem?.code);
    expectOneOf('misses', attempts?.misses ?? 0, 0);
  },
  'after a minute without an outcome the customer may submit again, and pays once': async (context) => {
    const customer = await context.startWithOtp();
    await context.script({ operation: 'submitOtp', fault: 'reset' });
    await customer.submit(context.rightOtp);
    await context.advance(62);
    const { next } = await customer.waitForPhase('unresolved');
    assert(next.includes('submit') && next.includes('check'), 'submit and check in next', next);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'the phase stays `confirming` while the order cannot be read': async (context) => {
    const customer = await context.startWithOtp();
    await context.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    await customer.submit(context.rightOtp);
    await context.advance(1.1);
    expectOneOf('the phase', (await customer.getView()).phase, 'confirming');
    await context.clearFaults();
    await customer.waitForPhase('authorized');
  },
  'a rate limit costs no attempt: the OTP can be submitted again': async (context) => {
    const customer = await context.startWithOtp();
    await context.script({ operation: 'submitOtp', fault: 'rateLimit', retryAfter: '1' });
    const { phase, problem, next } = await customer.submit(context.rightOtp);
    expectOneOf('phase and problem', [phase, problem?.code], ['awaitingOtp', 'BUSY']);
    assert(next.includes('submit'), 'submit in next', next);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
  },
  'an error in a 200 response is not an acceptance': async (context) => {
    const customer = await context.startWithOtp();
    await context.script({ operation: 'submitOtp', fault: 'errorIn200' });
    const { phase } = await customer.submit(context.rightOtp);
    expectOneOf('the phase', phase, 'awaitingOtp', 'confirming');
    await context.advance(1.1);
    expectOneOf('the phase', (await customer.getView()).phase, 'awaitingOtp', 'confirming');
  },
  'a response of an unexpected shape is no error of the backend, and no payment': async (context) => {
    for (const [status, body] of [
      [200, { data: null }],
      [200, { next: 7, meta_data: 'soon' }],
      [422, { next: 7, meta_data: 'soon' }],
      [422, 'text'],
    ] as const)
      for (const operation of ['generateOtp', 'submitOtp']) {
        const isSubmit = operation === 'submitOtp';
        const customer = await (isSubmit ? context.startWithOtp() : context.start());
        await context.script({ operation, fault: 'status', status, body });
        const response = await customer.send(isSubmit ? routes.submit : routes.generate);
        const { phase } = parseViewResponse(response);
        assert(phase !== 'authorized' && phase !== 'failed', 'neither authorized nor failed', phase);
      }
  },
  'the browser gets a valid response while Plural is unavailable': async (context) => {
    const customer = await context.start();
    await context.script({ operation: '*', fault: 'status', status: 503, times: 0 });
    for (const route of ['payment', 'otp/generate', 'payment', 'otp/submit']) {
      await context.advance(1.1);
      const response = await customer.send(route);
      if (response.status === 200) expectOneOf('the phase', parseViewResponse(response).phase === 'authorized', false);
      else expectOneOf('the problem', parseProblemResponse(response, 503).code, 'BACKEND_UNREACHABLE');
      if (response.status === 503) assert(response.headers.has('retry-after'), 'a Retry-After header', 'none');
    }
  },
  'a late decline ends the wait': async (context) => {
    const customer = await context.startWithOtp();
    await context.sandbox.decide(customer.paymentId, 'hold');
    expectOneOf('the phase', (await customer.submit(context.rightOtp)).phase, 'confirming');
    await context.sandbox.decide(customer.paymentId, 'decline');
    await context.advance(1.1);
    await customer.waitForPhase('failed');
  },
  'a payment made on the bank’s page is detected': async (context) => {
    const customer = await context.startWithOtp();
    await context.payAtBank(customer);
    await context.advance(1.1);
    await customer.waitForPhase('authorized');
  },
});
