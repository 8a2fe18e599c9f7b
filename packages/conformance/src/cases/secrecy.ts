import { routes } from '@plural-otp/flow/contract';
import { hold } from '../assert.ts';
import { group, type Case } from '../case.ts';

/** What no answer may hold. Runs last, so that it sees every answer of the run. */
export const secrecy: readonly Case[] = group('secrecy', {
  'no refusal repeats what was sent': async (world) => {
    const customer = await world.prompted();
    const otp = '92837465';
    for (const body of [
      { ...customer.body(routes.submit), otp, more: 1 },
      { ...customer.body(routes.submit), otp, idempotencyKey: 'x' },
      { ...customer.body(routes.submit), otp, session: 'none' },
    ]) {
      const { text, status } = await customer.send(routes.submit, { body });
      hold(
        !text.includes(otp) && !text.includes(customer.session),
        `a ${status} without code and session`,
        'one with it',
      );
    }
  },
  'no answer of this run holds a card number, or an id of an order or payment': async (world) => {
    const customer = await world.prompted();
    await customer.submit(world.wrongOtp);
    await customer.submit(world.rightOtp);
    await customer.sees('authorized');
    for (const { asked, text, headers } of world.backend.answers) {
      const all = `${text} ${JSON.stringify([...headers])}`;
      for (const secret of world.secrets)
        hold(!all.includes(secret), `${asked} to answer without it`, 'a number or id');
    }
  },
  'no answer of this run holds the code': async (world) => {
    const customer = await world.prompted();
    await customer.submit(world.rightOtp);
    for (const { asked, text } of world.backend.answers) {
      const found = new RegExp(`(?<![0-9])${world.rightOtp}(?![0-9])`).test(text.replaceAll(/"session":"[^"]*"/g, ''));
      hold(!found, `${asked} to answer without the code`, 'the code');
    }
  },
});
