/** Cases of secrets in responses. They run last, because they check every response of the run. */
import { routes } from '@plural-otp/flow/contract';
import { assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';

export const secrecy: readonly Case[] = defineCases('secrecy', {
  'no error response repeats the request': async (context) => {
    const customer = await context.startWithOtp();
    const otp = '92837465';
    for (const body of [
      { ...customer.body(routes.submit), otp, more: 1 },
      { ...customer.body(routes.submit), otp, idempotencyKey: 'x' },
      { ...customer.body(routes.submit), otp, session: 'none' },
    ]) {
      const { text, status } = await customer.send(routes.submit, { body });
      assert(
        !text.includes(otp) && !text.includes(customer.session),
        `a ${status} without OTP and session`,
        'a response with one of them',
      );
    }
  },
  'no response of this run contains a card number, order id or payment id': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.wrongOtp);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
    for (const { request, text, headers } of context.backend.responses) {
      const all = `${text} ${JSON.stringify([...headers])}`;
      for (const secret of context.secrets)
        assert(!all.includes(secret), `${request} to respond without secrets`, 'a card number or id');
    }
  },
  'no response of this run sets a cookie': async (context) => {
    await context.startWithOtp();
    for (const { request, headers } of context.backend.responses)
      assert(headers.getSetCookie().length === 0, `${request} to respond without a cookie`, 'a cookie');
  },
  'no response of this run contains the OTP': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    for (const { request, text } of context.backend.responses) {
      const found = new RegExp(`(?<![0-9])${context.rightOtp}(?![0-9])`).test(
        text.replaceAll(/"session":"[^"]*"/g, ''),
      );
      assert(!found, `${request} to respond without the OTP`, 'the OTP');
    }
  },
});
