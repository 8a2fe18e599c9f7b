import { routes } from '@plural-otp/flow/contract';
import { assert } from '../assert.ts';
import { defineCases, type Case } from '../case.ts';

/** What no answer may hold. Runs last, so that it sees every answer of the run. */
export const secrecy: readonly Case[] = defineCases('secrecy', {
  'no refusal repeats what was sent': async (context) => {
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
        `a ${status} without code and session`,
        'one with it',
      );
    }
  },
  'no answer of this run holds a card number, or an id of an order or payment': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.wrongOtp);
    await customer.submit(context.rightOtp);
    await customer.waitForPhase('authorized');
    for (const { request: asked, text, headers } of context.backend.responses) {
      const all = `${text} ${JSON.stringify([...headers])}`;
      for (const secret of context.secrets)
        assert(!all.includes(secret), `${asked} to answer without it`, 'a number or id');
    }
  },
  'no answer of this run holds the code': async (context) => {
    const customer = await context.startWithOtp();
    await customer.submit(context.rightOtp);
    for (const { request: asked, text } of context.backend.responses) {
      const found = new RegExp(`(?<![0-9])${context.rightOtp}(?![0-9])`).test(
        text.replaceAll(/"session":"[^"]*"/g, ''),
      );
      assert(!found, `${asked} to answer without the code`, 'the code');
    }
  },
});
