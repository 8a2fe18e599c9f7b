import { describe, expect, test } from 'vitest';
import { isPluralError, type PluralError } from '@plural-otp/core';
import { calls, callNames, stubPlural } from '../support/plural-stub.ts';

async function errorOf(work: Promise<unknown>): Promise<PluralError> {
  const error = await work.catch((error: unknown) => error);
  if (!isPluralError(error)) throw new Error('the call did not fail');
  return error;
}

const respond = (status: number, body: unknown): Response =>
  body === undefined ? new Response(null, { status }) : Response.json(body, { status });

describe('401: one new token and one more attempt', () => {
  test.each(callNames)('%s: retries with another token and succeeds', async (name) => {
    const { plural, requests, tokenCalls } = stubPlural([
      respond(401, { code: 'UNAUTHORIZED' }),
      Response.json(calls[name].response),
    ]);
    await calls[name].run(plural);
    expect(tokenCalls).toHaveLength(2);
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(new Set(requests.map(({ headers }) => headers.get('request-id'))).size).toBe(2);
    expect(requests[1]?.body).toEqual(requests[0]?.body);
  });

  const otpCalls = ['generateOtp', 'submitOtp', 'resendOtp'] as const;

  test.each<object>([
    { next: ['SUBMIT_OTP'] },
    { data: { next: ['SUBMIT_OTP'] } },
    { next: 'SUBMIT_OTP' },
    { next: [] },
    { code: 'UNAUTHORIZED', next: ['SUBMIT_OTP'] },
    { code: 'USER_AUTHENTICATION_FAILED', message: 'no' },
    { code: 'user_authentication_failed' },
    { error: { code: 'INVALID_OTP' } },
    { data: { code: 'USER_AUTHENTICATION_FAILED' } },
    { status: 401, type: 'OtpMismatch', message: 'no' },
    { message: 'The OTP is wrong' },
    { code: 'UNAUTHORIZED', message: 'The otp is wrong' },
    { error: { message: 'One-time password expired' } },
    { data: { message: 'Passcode not accepted' } },
    { message: 'Incorrect value' },
    { message: 'Two attempts left' },
    { code: 'UNAUTHORIZED', message: 'no', additional_error_details: { reason: 'OTP expired' } },
  ])('an OTP call: a 401 with %j is about the OTP, which is not sent again', async (body) => {
    for (const name of otpCalls) {
      const { plural, requests, tokenCalls } = stubPlural(respond(401, body));
      expect((await errorOf(calls[name].run(plural))).code).not.toBe('CREDENTIALS_REJECTED');
      expect(requests).toHaveLength(1);
      expect(tokenCalls).toHaveLength(1);
    }
  });

  test.each<[string, () => Response]>([
    ['nothing', () => respond(401, undefined)],
    ['an empty object', () => respond(401, {})],
    ['the text of a gateway', () => new Response('Jwt is expired', { status: 401 })],
    ['the page of a gateway', () => new Response('<html>401</html>', { status: 401 })],
    ['a string', () => respond(401, 'no')],
    ['a list', () => respond(401, [])],
    ['a message of a gateway', () => respond(401, { message: 'Unauthorized' })],
    ['the code', () => respond(401, { code: 'unauthorized', message: 'The access token has expired' })],
    ['an OAuth error', () => respond(401, { error: 'invalid_token', error_description: 'expired' })],
    ['a type', () => respond(401, { status: 401, type: 'Unauthorized', message: 'no', traceId: 'x' })],
    ['the code in its data', () => respond(401, { data: { code: 'UNAUTHORIZED' } })],
  ])('every call: a 401 with %s is about the token, which is requested again', async (_what, reject) => {
    for (const name of callNames) {
      const { plural, requests } = stubPlural([reject(), Response.json(calls[name].response)]);
      await calls[name].run(plural);
      expect(requests).toHaveLength(2);
    }
  });

  test.each(callNames)('%s: a second 401 is final', async (name) => {
    const { plural, requests } = stubPlural(respond(401, {}));
    expect(await errorOf(calls[name].run(plural))).toMatchObject({
      code: 'CREDENTIALS_REJECTED',
      outcome: 'none',
      status: 401,
    });
    expect(requests).toHaveLength(2);
  });
});
