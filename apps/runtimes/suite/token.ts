import { createPlural, type TokenStore } from '@plural-otp/core';
import { baseUrl, order, stubPlural, tokenPath } from '../../../packages/core/test/support/plural-stub.ts';
import { equal, throwsCode, type Cases } from './assert.ts';

const ok = (): Response => Response.json({ data: order });

function tokenStore(): TokenStore & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
  };
}

export const tokenCases: Cases = {
  'core: 500 cold callers at once make one token call': async () => {
    const { plural, requests, tokenCalls } = stubPlural(ok);
    await Promise.all(Array.from({ length: 500 }, () => plural.getOrder('o-1')));
    equal([tokenCalls.length, requests.length], [1, 500], 'token calls, calls');
  },
  'core: 200 parallel 401s make one refresh, and every call succeeds': async () => {
    const { plural, requests, tokenCalls } = stubPlural((one) =>
      one.headers.get('authorization') === 'Bearer token-1' ? Response.json({}, { status: 401 }) : ok(),
    );
    await Promise.all(Array.from({ length: 200 }, () => plural.getOrder('o-1')));
    equal([tokenCalls.length, requests.length], [2, 400], 'token calls, calls');
  },
  'core: a failed token call is not remembered': async () => {
    let healthy = false;
    const { plural } = stubPlural(ok, {
      token: () => (healthy ? Response.json({ access_token: 't' }) : Response.json({}, { status: 401 })),
    });
    await throwsCode(() => plural.getOrder('o-1'), 'CREDENTIALS_REJECTED');
    healthy = true;
    equal((await plural.getOrder('o-1')).order_id, order.order_id, 'order');
  },
  'core: a token call that hangs is given up and not remembered': async () => {
    let hang = true;
    const { plural } = stubPlural(ok, {
      timeoutMs: 100,
      token: () => (hang ? new Promise<never>(() => undefined) : Response.json({ access_token: 't' })),
    });
    await throwsCode(() => plural.getOrder('o-1'), 'TIMEOUT');
    hang = false;
    equal((await plural.getOrder('o-1', { timeoutMs: 10_000 })).order_id, order.order_id, 'order');
  },
  'core: tokenStore gives a second client the token of the first, sealed': async () => {
    const store = tokenStore();
    const seen: string[] = [];
    const client = (clientSecret: string): Promise<unknown> =>
      createPlural({
        environment: { baseUrl },
        clientId: 'client-id',
        clientSecret,
        tokenStore: store,
        fetch: async (request) => {
          const isToken = new URL(request.url).pathname === tokenPath;
          seen.push(isToken ? 'token' : (request.headers.get('authorization') ?? ''));
          return isToken ? Response.json({ access_token: 'shared-token', expires_in: 3600 }) : ok();
        },
      }).getOrder('o-1');
    await client('client-secret');
    await client('client-secret');
    equal(seen, ['token', 'Bearer shared-token', 'Bearer shared-token'], 'requests');
    const [sealed] = [...store.values.values()];
    equal(atob(sealed ?? '').includes('shared-token'), false, 'token in the store');
    await client('another-secret');
    equal(seen[3], 'token', 'request of a client that cannot open it');
  },
  'core: a server whose clock is an hour ahead does not shorten or stretch the token': async () => {
    const startMs = Date.UTC(2026, 0, 1);
    let nowMs = startMs;
    const { plural, tokenCalls } = stubPlural(ok, {
      now: () => nowMs,
      token: () =>
        Response.json(
          { access_token: 't', expires_at: new Date(startMs + 7_200_000).toISOString() },
          { headers: { date: new Date(startMs + 3_600_000).toUTCString() } },
        ),
    });
    const counts: number[] = [];
    for (const seconds of [0, 3539, 3540]) {
      nowMs = startMs + seconds * 1000;
      await plural.getOrder('o-1');
      counts.push(tokenCalls.length);
    }
    equal(counts, [1, 1, 2], 'token calls');
  },
};
