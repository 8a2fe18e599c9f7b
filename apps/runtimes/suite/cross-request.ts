/**
 * On Workers what a request began ends with it: a promise left behind by one that has answered may never settle. Here
 * the request that began the token fetch has answered, and another one waits for the token.
 */

import { createPlural, verifyReturn, type PaymentReturn, type Plural } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type OtpHandler } from '@plural-otp/edge';
import { order } from '../../../packages/core/test/support/plural-stub.ts';
import { equal, type Cases } from './assert.ts';

/** Plural as a service beside the worker: slow at first, so that whoever asked has answered before it does. */
export interface Upstream {
  fetch(request: Request): Promise<Response>;
}

let plural: Plural | undefined;
let handler: OtpHandler | undefined;
let leftBehind: Promise<string> | undefined;

const secretKey = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const signed = {
  order_id: 'v1-4405071524-aa-qlAtAf',
  status: 'AUTHORIZED',
  signature: 'FD758DAAEC1954FE3E63DD4AD26B7CE8AA367AD2F2434C1398CDCDE623109A1B',
};
const verify = (): Promise<PaymentReturn> => verifyReturn(signed, { secretKey });

const session = 'v2.'.padEnd(203, 'A');
/** Asks for a payment's step with a session that no key seals. */
const look = (): Promise<Response> | undefined =>
  handler?.fetch(
    new Request('https://shop.example/plural/payment', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://shop.example', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ session }),
    }),
  );

const slow = 'http://plural.test/slow';
const tokenCalls = 'http://plural.test/token-calls';

/** Begins a token fetch, a verification and a plain fetch, and waits for none of them. */
export function begin(upstream: Upstream): void {
  plural = createPlural({
    environment: { baseUrl: 'https://plural.test' },
    clientId: 'client-id',
    clientSecret: 'client-secret',
    timeoutMs: 500,
    fetch: (request) => upstream.fetch(request),
  });
  plural.getOrder('o-1').catch(() => undefined);
  verify().catch(() => undefined);
  handler = createOtpHandler({ plural, origin: 'https://shop.example', store: memoryStore() });
  look()?.catch(() => undefined);
  leftBehind = upstream.fetch(new Request(slow)).then((response) => response.text());
  leftBehind.catch(() => undefined);
}

async function within<T>(promise: Promise<T> | undefined, ms: number): Promise<T | 'never'> {
  const late = new Promise<'never'>((resolve) => {
    setTimeout(() => resolve('never'), ms);
  });
  return Promise.race([promise ?? late, late]);
}

export const answeredCases = (upstream: Upstream): Cases => ({
  'platform: a promise of a request that has answered settles': async () => {
    equal(await within(leftBehind, 1500), 'slow', 'settled as');
  },
  'core: a token fetch whose request has already answered is given up, and made anew': async () => {
    equal((await plural?.getOrder('o-1'))?.order_id, order.order_id, 'order');
    equal(await (await upstream.fetch(new Request(tokenCalls))).text(), '2', 'token calls');
  },
  'core: a key that was imported meanwhile serves all the same': async () => {
    equal((await verify()).status, signed.status, 'status');
  },
  'edge: a session key that was derived meanwhile serves all the same': async () => {
    equal((await look())?.status, 401, 'status');
  },
  'core: and the new token is kept': async () => {
    await Promise.all([plural?.getOrder('o-1'), plural?.getOrder('o-1')]);
    equal(await (await upstream.fetch(new Request(tokenCalls))).text(), '2', 'token calls');
  },
});

let asked = 0;

/** The service itself. */
export async function answerAsUpstream(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/token-calls') return new Response(String(asked));
  const isToken = pathname === '/api/auth/v1/token';
  if (isToken) asked += 1;
  if (pathname === '/slow' || (isToken && asked === 1)) await new Promise((resolve) => void setTimeout(resolve, 200));
  if (pathname === '/slow') return new Response('slow');
  return Response.json(isToken ? { access_token: 'token', expires_in: 3600 } : { data: order });
}
