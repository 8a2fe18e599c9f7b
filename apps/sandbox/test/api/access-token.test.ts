import { expect, test } from 'vitest';
import { createSandbox, credentials } from '../../src/index.ts';
import { createManualClock, createTestSandbox, Merchant } from '../support/merchant.ts';

test('tokenExpiryFields: a token response has both expiry fields, or one of them', async () => {
  const requestToken = async (tokenExpiryFields: 'both' | 'expires_in' | 'expires_at'): Promise<object> => {
    const clock = createManualClock();
    const sandbox = createSandbox({ now: clock.now, tokenExpiryFields });
    const merchant = new Merchant((request) => sandbox.fetch(request));
    const { clientId: client_id, clientSecret: client_secret } = credentials;
    return (
      await merchant.call('POST', '/api/auth/v1/token', { client_id, client_secret, grant_type: 'client_credentials' })
    ).body;
  };
  expect(await requestToken('both')).toMatchObject({ expires_in: 3600, expires_at: '2026-01-05T07:30:00.000Z' });
  expect(await requestToken('expires_in')).not.toHaveProperty('expires_at');
  expect(await requestToken('expires_at')).not.toHaveProperty('expires_in');
});

test('wrong credentials are 401, with either known body, and issue no token', async () => {
  const sandbox = createSandbox();
  const merchant = new Merchant((request) => sandbox.fetch(request));
  const wrong = { client_id: credentials.clientId, client_secret: 'guess', grant_type: 'client_credentials' };
  expect(await merchant.call('POST', '/api/auth/v1/token', wrong)).toEqual({
    status: 401,
    body: { error: 'invalid_client', error_description: 'client_id or client_secret is wrong' },
  });
  sandbox.configure({ tokenErrorBody: 'trace' });
  const traced = await merchant.call('POST', '/api/auth/v1/token', wrong);
  expect(traced).toMatchObject({ status: 401, body: { status: 401, type: 'UNAUTHORIZED' } });
  expect(traced.body).toHaveProperty('traceId');
  expect(sandbox.state.tokens.size).toBe(0);
});

test('a token expires when its response said', async () => {
  const { merchant, clock } = await createTestSandbox({ tokenLifeSeconds: 60 });
  clock.advance(59);
  expect((await merchant.createOrder()).status).toBe(200);
  clock.advance(1);
  expect((await merchant.createOrder()).status).toBe(401);
});
