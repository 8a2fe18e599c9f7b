import { describe, expect, test } from 'vitest';
import { isPluralError, type Plural, type Upstream } from '@plural-otp/core';
import { paymentBody, stubPlural } from '../support/plural-stub.ts';

/** Returns the upstream part of the error that a call ends with. */
async function upstreamOf(body: unknown, call: (plural: Plural) => Promise<unknown>): Promise<Upstream | undefined> {
  const { plural } = stubPlural(Response.json(body, { status: 422 }), { clientSecret: 'WordOfMine' });
  const error = await call(plural).catch((error: unknown) => error);
  if (!isPluralError(error)) throw new Error('the call did not fail');
  return error.upstream;
}

const submit = (plural: Plural): Promise<unknown> => plural.submitOtp('p-1', '012345');

describe('a code of Plural that quotes a secret of the request', () => {
  test.each([
    [{ error: 'invalid otp 12345' }, 'INVALID OTP ***'],
    [{ error: 'invalid otp 012345' }, 'INVALID OTP ***'],
    [{ code: 'OTP_12345_INVALID' }, 'OTP_***_INVALID'],
    [{ type: 'otp-12345' }, 'OTP-***'],
    [{ error: { code: 'otp 12345' } }, 'OTP ***'],
    [{ data: { code: 'otp 12345' } }, 'OTP ***'],
    [{ code: 'E42' }, 'E42'],
  ])('is masked for an OTP, also as a number: %j', async (body, code) => {
    expect((await upstreamOf(body, submit))?.code).toBe(code);
    const resent = { method: 'POST', path: '/api/pay/v1/otp/submit', body: { otp: '012345' } } as const;
    expect((await upstreamOf(body, (plural) => plural.request(resent)))?.code).toBe(code);
  });

  test('is masked for a CVV and a card number, also as numbers', async () => {
    const card = { name: 'A', card_number: '4012001037141112', cvv: '0987', expiry_month: '12', expiry_year: '2030' };
    const body = structuredClone(paymentBody) as { payments: { payment_option: unknown }[] };
    for (const payment of body.payments) payment.payment_option = { card_details: card };
    const create = (plural: Plural): Promise<unknown> => plural.createPayment('o-1', body as never);
    expect((await upstreamOf({ error: 'bad cvv 987' }, create))?.code).toBe('BAD CVV ***');
    expect((await upstreamOf({ error: 'bad cvv 0987' }, create))?.code).toBe('BAD CVV ***');
    expect((await upstreamOf({ error: 'bad card 4012 0010 3714 1112' }, create))?.code).toBe('BAD CARD ***');
  });

  test('is masked for the client secret and the access token', async () => {
    const read = (plural: Plural): Promise<unknown> => plural.getOrder('o-1');
    expect((await upstreamOf({ error: 'bad WordOfMine token-1' }, read))?.code).toBe('BAD *** ***');
  });
});

test('a next step that quotes a secret of the request is masked', async () => {
  const body = { next: ['WordOfMine', 'WORDOFMINE', 'SUBMIT_OTP'] };
  expect((await upstreamOf(body, submit))?.next).toEqual(['***', '***', 'SUBMIT_OTP']);
});
