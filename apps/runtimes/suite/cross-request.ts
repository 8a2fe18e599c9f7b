/**
 * State shared between requests. On Workers the work of a request ends with its response, so that a promise it left
 * behind may never settle. Here one request starts a token fetch and responds, and another one needs the token.
 */

import { createPlural, verifyReturn, type PaymentReturn, type Plural } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type OtpHandler } from '@plural-otp/edge';
import { order } from '../../../packages/core/test/support/plural-stub.ts';
import { equal, type Cases } from './assert.ts';

/** Plural as a separate service of workerd. Its first response is slow, so that the caller has responded before. */
export interface Upstream {
  fetch(request: Request): Promise<Response>;
}

let plural: Plural | undefined;
let handler: OtpHandler | undefined;
let pendingFetch: Promise<string> | undefined;

const secretKey = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const signed = {
  order_id: 'v1-4405071524-aa-qlAtAf',
  status: 'AUTHORIZED',
  signature: 'FD758DAAEC1954FE3E63DD4AD26B7CE8AA367AD2F2434C1398CDCDE623109A1B',
};
const verify = (): Promise<PaymentReturn> => verifyReturn(signed, { secretKey });

const session = 'v2.'.padEnd(203, 'A');
/** Requests a payment's view with a session that no key seals. */
const getView = (): Promise<Response> | undefined =>
  handler?.fetch(
    new Request('https://shop.example/plural/payment', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://shop.example', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ session }),
    }),
  );

const slow = 'http://plural.test/slow';
const tokenCalls = 'http://plural.test/token-calls';

/** Starts a token fetch, a verification and a plain fetch without waiting for them. */
export function beginRequest(upstream: Upstream): void {
  plural = createPlural({
    environment: { baseUrl: 'https://plural.test' },
    clientId: 'client-id',
    clientSecret: 'client-secret',
    timeoutMs: 500,
    fetch: (request) => upstream.fetch(request),
  });
  plural.getOrder('o-1').catch(() => undefined);
  verify().catch(() => undefined);
  handler = createOtpHandler({ plural, origin: 'https://shop.example', store: memoryStore(), onVerdict: false });
  getView()?.catch(() => undefined);
  pendingFetch = upstream.fetch(new Request(slow)).then((response) => response.text());
  pendingFetch.catch(() => undefined);
}

async function raceTimeout<T>(promise: Promise<T> | undefined, ms: number): Promise<T | 'never'> {
  const late = new Promise<'never'>((resolve) => {
    setTimeout(() => resolve('never'), ms);
  });
  return Promise.race([promise ?? late, late]);
}

export const crossRequestCases = (upstream: Upstream): Cases => ({
  'platform: a promise of a request that has ended settles': async () => {
    equal(await raceTimeout(pendingFetch, 1500), 'slow', 'settled as');
  },
  'core: a token fetch of a request that has ended times out and is retried': async () => {
    equal((await plural?.getOrder('o-1'))?.order_id, order.order_id, 'order');
    equal(await (await upstream.fetch(new Request(tokenCalls))).text(), '2', 'token calls');
  },
  'core: a key that was imported by a request that has ended can be used': async () => {
    equal((await verify()).status, signed.status, 'status');
  },
  'edge: a session key that was derived by a request that has ended can be used': async () => {
    equal((await getView())?.status, 401, 'status');
  },
  'core: the new token is cached': async () => {
    await Promise.all([plural?.getOrder('o-1'), plural?.getOrder('o-1')]);
    equal(await (await upstream.fetch(new Request(tokenCalls))).text(), '2', 'token calls');
  },
});

let tokenCallCount = 0;

/** Handles the requests of that service. */
export async function handleUpstream(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/token-calls') return new Response(String(tokenCallCount));
  const isToken = pathname === '/api/auth/v1/token';
  if (isToken) tokenCallCount += 1;
  if (pathname === '/slow' || (isToken && tokenCallCount === 1))
    await new Promise((resolve) => void setTimeout(resolve, 200));
  if (pathname === '/slow') return new Response('slow');
  return Response.json(isToken ? { access_token: 'token', expires_in: 3600 } : { data: order });
}
