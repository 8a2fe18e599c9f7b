import { expectOneOf, hold } from '../assert.ts';
import { problemIn, viewIn } from '../backend.ts';
import { group, type Case } from '../case.ts';
import { cards } from '../context.ts';

const submitLost = { operation: 'submitOtp', takesEffect: true };

/** What ends unclear is read back from the order, and never sent again. */
export const confirming: readonly Case[] = group('unclear ends', {
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
      async (world) => {
        const customer = await world.prompted();
        await world.sandbox.script({ ...submitLost, ...fault });
        const sent = await world.sent(async () => {
          const { phase } = await customer.submit(world.rightOtp);
          expectOneOf('the phase', phase, 'confirming', 'authorized');
          await customer.sees('authorized');
        });
        expectOneOf('calls', sent, { submitOtp: 1 });
      },
    ]),
  ),
  'a wrong code whose answer is lost is a miss: the order says so': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.script({ ...submitLost, fault: 'reset' });
    await customer.submit(world.wrongOtp);
    const { problem, attempts } = await customer.sees('awaitingOtp');
    expectOneOf('the problem', problem?.code, 'OTP_NOT_ACCEPTED');
    expectOneOf('misses', attempts?.misses, 1);
  },
  'a code that perhaps never arrived is not sent again by itself': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.script({ operation: 'submitOtp', fault: 'reset' });
    const sent = await world.sent(async () => {
      expectOneOf('the phase', (await customer.submit(world.rightOtp)).phase, 'confirming');
      for (let look = 0; look < 3; look += 1) {
        await world.pass(1);
        expectOneOf('the phase', (await customer.look()).phase, 'confirming');
      }
    });
    expectOneOf('calls', sent, { submitOtp: 1 });
  },
  'after a minute of doubt the customer may try again, and pays once': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.script({ operation: 'submitOtp', fault: 'reset' });
    await customer.submit(world.rightOtp);
    await world.pass(62);
    const { next } = await customer.sees('unresolved');
    hold(next.includes('submit') && next.includes('check'), 'submit and check in next', next);
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
  },
  'while the order cannot be read an accepted code stays `confirming`': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.script({ operation: 'getOrder', fault: 'status', status: 503, times: 0 });
    await customer.submit(world.rightOtp);
    await world.pass(1.1);
    expectOneOf('the phase', (await customer.look()).phase, 'confirming');
    await world.sandbox.restore();
    await customer.sees('authorized');
  },
  'a bank that is busy costs nothing: the code may be handed in again': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.script({ operation: 'submitOtp', fault: 'rateLimit', retryAfter: '1' });
    const { phase, problem, next } = await customer.submit(world.rightOtp);
    expectOneOf('the answer', [phase, problem?.code], ['awaitingOtp', 'BUSY']);
    hold(next.includes('submit'), 'submit in next', next);
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
  },
  'a refusal within a 200 is no acceptance': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.script({ operation: 'submitOtp', fault: 'errorIn200' });
    const { phase } = await customer.submit(world.rightOtp);
    expectOneOf('the phase', phase, 'awaitingOtp', 'confirming');
    await world.pass(1.1);
    expectOneOf('the phase', (await customer.look()).phase, 'awaitingOtp', 'confirming');
  },
  'with Plural away the page still gets an answer it understands': async (world) => {
    const customer = await world.start();
    await world.sandbox.script({ operation: '*', fault: 'status', status: 503, times: 0 });
    for (const route of ['payment', 'otp/generate', 'payment', 'otp/submit']) {
      await world.pass(1.1);
      const answer = await customer.send(route);
      if (answer.status === 200) expectOneOf('the phase', viewIn(answer).phase === 'authorized', false);
      else expectOneOf('the problem', problemIn(answer, 503).code, 'BACKEND_UNREACHABLE');
      if (answer.status === 503) hold(answer.headers.has('retry-after'), 'a Retry-After header', 'none');
    }
  },
  'a decline that comes late ends the wait': async (world) => {
    const customer = await world.prompted(cards.declinedLate);
    expectOneOf('the phase', (await customer.submit(world.rightOtp)).phase, 'confirming');
    await world.pass(7);
    await customer.sees('failed');
  },
  'a payment that was made at the bank’s own page is seen': async (world) => {
    const customer = await world.prompted();
    await world.sandbox.payAtBank(customer.paymentId);
    await world.pass(1.1);
    await customer.sees('authorized');
  },
});
