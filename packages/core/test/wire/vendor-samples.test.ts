/**
 * Members of the vendor's documents beyond the guide: each call compiles without a cast, is accepted, and is sent as it
 * was written. The values are made up.
 */

import { describe, expect, expectTypeOf, test } from 'vitest';
import { isPluralError, type AcquirerData, type Payment } from '@plural-otp/core';
import { order, stubPlural } from '../support/plural-stub.ts';
import { card, pay, token, vendorCalls } from '../support/vendor-calls.ts';

describe('a member of the vendor’s documents compiles and is sent', () => {
  test.each(vendorCalls)('%s', async (_what, call, body) => {
    const { plural, requests } = stubPlural(Response.json({ data: order, card_payment_details: [] }));
    await call(plural, 'o-1').catch((error: unknown) => {
      // The stub’s one answer is no card details and no refund; that it was sent is what counts.
      if (!isPluralError(error, 'RESPONSE_INVALID')) throw error;
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.body).toMatchObject(body as object);
  });

  test('fifteen calls are listed', () => expect(vendorCalls).toHaveLength(15));
});

describe('a card saved at Plural', () => {
  const invalid: [string, object, string][] = [
    ['no kind of token', { token_id: 'tok-91' }, 'token_txn_type'],
    ['another kind of token', { token_id: 'tok-91', token_txn_type: 'OTHER' }, 'token_txn_type'],
    ['an empty id', { token_id: '', token_txn_type: 'ALT_TOKEN' }, 'token_id'],
    ['an id with a space', { token_id: 'tok 91', token_txn_type: 'ALT_TOKEN' }, 'token_id'],
    ['a long id', { token_id: 'x'.repeat(101), token_txn_type: 'ALT_TOKEN' }, 'token_id'],
    ['an id that is a number', { token_id: 91, token_txn_type: 'ALT_TOKEN' }, 'token_id'],
    ['a CVV of two digits', { token_id: 'tok-91', token_txn_type: 'ALT_TOKEN', cvv: '31' }, 'cvv'],
    ['neither id nor token', { token_txn_type: 'ALT_TOKEN' }, 'token'],
    ['a token without its cryptogram', { ...token, cryptogram: undefined, token_id: 'tok-91' }, 'cryptogram'],
  ];

  test.each(invalid)('%s is rejected by name', async (_what, details, member) => {
    const { plural, requests } = stubPlural(Response.json({ data: order }));
    const error = await pay({ card_token_details: details as never })(plural).catch((thrown: unknown) => thrown);
    if (!isPluralError(error, 'REQUEST_INVALID')) throw error;
    expect(error.issues?.map(({ path }) => path)).toContain(`payments.0.payment_option.card_token_details.${member}`);
    expect(error.message).not.toMatch(/tok[- ]91/);
    expect(requests).toEqual([]);
  });

  test('members that are undefined are none', async () => {
    const { plural, requests } = stubPlural(Response.json({ data: order }));
    const details = { token_id: 'tok-91', token_txn_type: 'NETWORK_TOKEN', token: undefined, cryptogram: undefined };
    await pay({ card_token_details: details as never })(plural);
    expect(requests).toHaveLength(1);
  });

  test('its id is repeated by no error', async () => {
    const { plural } = stubPlural(Response.json({ code: 'X', message: 'no tok-91 here' }, { status: 422 }));
    const error = await pay({ card_token_details: { token_id: 'tok-91', token_txn_type: 'ALT_TOKEN' } })(plural).catch(
      (thrown: unknown) => thrown,
    );
    expect(isPluralError(error) && error.upstream?.message).toBe('no *** here');
  });
});

test.each(['UPI', 'card', '', undefined])('the method %s is not one that is paid by card', async (method) => {
  const { plural, requests } = stubPlural(Response.json({ data: order }));
  const error = await pay(
    { card_details: card },
    { payment_method: method as never },
  )(plural).catch((thrown: unknown) => thrown);
  expect(isPluralError(error) && error.issues?.map(({ path }) => path)).toEqual(['payments.0.payment_method']);
  expect(String(error)).toContain('request');
  expect(requests).toEqual([]);
});

test('acquirer data and the details of a failure are typed, and left out when they have another form', async () => {
  expectTypeOf<Payment['acquirer_data']>().toEqualTypeOf<AcquirerData | undefined>();
  const payment = {
    id: 'p-1',
    status: 'FAILED',
    acquirer_data: { rrn: 420_145_000_226, approval_code: '000000', is_aggregator: 'yes', later: 1 },
    error_detail: { code: 'A', additional_error_details: { step: 'payment', reason: 'low' } },
  };
  const { plural } = stubPlural(Response.json({ data: { ...order, payments: [payment] } }));
  const [read] = (await plural.getOrder('o-1')).payments;
  expect(read?.acquirer_data).toEqual({ rrn: '420145000226', approval_code: '000000', later: 1 });
  expect(read?.error_detail?.additional_error_details?.reason).toBe('low');
});
