/** Rules of the client that depend on a runtime's fetch, headers, dates, URLs or crypto. */

import { createPlural, getResponseInfo, verifyWebhook, type RequestRecord } from '@plural-otp/core';
import { explainWebhook, signWebhook } from '@plural-otp/core/testing';
import { baseUrl, order, paymentBody, stubPlural } from '../../../packages/core/test/support/plural-stub.ts';
import { equal, throwsCode, type Cases } from './assert.ts';

interface Thrown {
  code?: string;
  outcome?: string;
  status?: number;
  upstream?: { retryAfterSeconds?: number; details?: unknown };
}
const thrownBy = (work: Promise<unknown>): Promise<Thrown> =>
  work.then(
    () => ({}),
    (error: Thrown) => error,
  );

export const clientCases: Cases = {
  'core: Retry-After, in seconds or as a date, and the details of a cause reach the caller': async () => {
    const nowMs = Date.UTC(2026, 0, 1);
    for (const header of ['3600', new Date(nowMs + 3_600_000).toUTCString()]) {
      const body = { code: 'A', additional_error_details: { source: 'issuer', reason: 'card 4012001037141112' } };
      const response = Response.json(body, { status: 429, headers: { 'retry-after': header } });
      const { upstream } = await thrownBy(stubPlural(response, { now: () => nowMs }).plural.getOrder('o-1'));
      equal(
        [upstream?.retryAfterSeconds, upstream?.details],
        [3600, { source: 'issuer', reason: 'card ***' }],
        'wait and details',
      );
    }
  },
  'core: a token call that met a gateway is no wrong client id': async () => {
    const { plural } = stubPlural([], { token: new Response('<html>', { status: 403 }) });
    const { code, status } = await thrownBy(plural.getOrder('o-1'));
    equal([code, status], ['API_REJECTED', 403], 'error');
    const rejected = stubPlural([], { token: Response.json({}, { status: 401 }) });
    await throwsCode(() => rejected.plural.getOrder('o-1'), 'CREDENTIALS_REJECTED');
  },
  'core: generateOtp met a gateway: the bank’s page stays, and the status is told': async () => {
    const { plural } = stubPlural(new Response('<html>', { status: 403 }));
    const { code, outcome, status } = await thrownBy(plural.generateOtp('p-1'));
    equal([code, outcome, status], ['NATIVE_OTP_UNAVAILABLE', 'none', 403], 'error');
  },
  'core: an expires_at without a zone is UTC, in every time zone': async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const { plural, tokenCalls } = stubPlural(() => Response.json({ data: order }), {
      now: () => nowMs,
      token: () => Response.json({ access_token: 't', expires_at: '2026-01-01T01:00:00' }),
    });
    for (const minutes of [0, 30, 58]) {
      nowMs = Date.UTC(2026, 0, 1) + minutes * 60_000;
      await plural.getOrder('o-1');
    }
    equal(tokenCalls.length, 1, 'token calls within the hour');
    nowMs = Date.UTC(2026, 0, 1, 1);
    await plural.getOrder('o-1');
    equal(tokenCalls.length, 2, 'token calls after it');
  },
  'core: a token of a minute serves several calls': async () => {
    const { plural, tokenCalls } = stubPlural(() => Response.json({ data: order }), {
      token: () => Response.json({ access_token: 't', expires_in: 60 }),
    });
    for (let i = 0; i < 5; i += 1) await plural.getOrder('o-1');
    equal(tokenCalls.length, 1, 'token calls');
  },
  'core: a card saved at Plural pays by its id, and card details need no amount': async () => {
    const { plural, requests } = stubPlural(Response.json({ data: order, card_payment_details: [] }));
    const [payment] = paymentBody.payments;
    const card_token_details = { token_id: 'tok-1', token_txn_type: 'ALT_TOKEN', cvv: '123' } as const;
    await plural.createPayment('o-1', { payments: [{ ...payment, payment_option: { card_token_details } }] });
    equal(JSON.stringify(requests[0]?.body).includes('"token_id":"tok-1"'), true, 'sent by id');
    await thrownBy(
      plural.getCardDetails({
        card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CARD' }],
      }),
    );
    equal(requests.length, 2, 'calls');
  },
  'core: request sends each method once, with its query, body and idempotency key': async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const { plural, requests } = stubPlural(Response.json({ ok: true }));
      const body = method === 'GET' ? undefined : { a: 1 };
      const response = await plural.request({
        method,
        path: '/api/v1/x',
        query: { q: 'a b' },
        body,
        idempotencyKey: 'k',
      });
      equal([response.status, response.body, requests.length], [200, { ok: true }, 1], method);
      equal(
        [requests[0]?.method, requests[0]?.body, requests[0]?.headers.get('idempotency-key')],
        [method, body, 'k'],
        method,
      );
    }
    const { plural, requests } = stubPlural(new TypeError('connection reset'));
    const { outcome } = await thrownBy(plural.request({ method: 'POST', path: '/api/v1/x' }));
    equal([outcome, requests.length], ['unknown', 1], 'a lost write');
    for (const path of ['//evil.example/x', '/api/../x', '/api/%2e%2e/x', '/api\\x', '/api/x?a']) {
      await throwsCode(() => plural.request({ method: 'GET', path }), 'REQUEST_INVALID');
    }
  },
  'core: a response has its status and request id, and a request is shown masked': async () => {
    const seen: RequestRecord[] = [];
    const { plural } = stubPlural(Response.json({ data: order }), {
      newId: () => 'request-1',
      onRequest: (request) => seen.push(request),
    });
    equal(
      getResponseInfo(await plural.createPayment('o-1', paymentBody)),
      { status: 200, requestId: 'request-1' },
      'info',
    );
    equal(JSON.stringify(seen).includes('4012'), false, 'card in a record');
    equal(seen.length, 2, 'records');
  },
  'core: a whole call ends in time, its waits included': async () => {
    const { plural } = stubPlural(() => new Promise<never>(() => undefined), { readTimeoutMs: 50 });
    const { code, outcome } = await thrownBy(plural.getOrder('o-1', { totalTimeoutMs: 120 }));
    equal([code, outcome], ['TIMEOUT', 'none'], 'end');
  },
  'core: plain http is for one named host': async () => {
    const create = (environment: object): Promise<unknown> =>
      Promise.resolve().then(() =>
        createPlural({ environment: environment as { baseUrl: string }, clientId: 'a', clientSecret: 'b' }),
      );
    await create({ baseUrl: 'http://sandbox:3001', insecureHost: 'sandbox' });
    await create({ baseUrl });
    await throwsCode(() => create({ baseUrl: 'http://sandbox:3001' }), 'OPTIONS_INVALID');
    await throwsCode(
      () => create({ baseUrl: 'http://api.pluralpay.in', insecureHost: 'api.pluralpay.in' }),
      'OPTIONS_INVALID',
    );
  },
  'core: a webhook of a whsec_ secret verifies, has its order, and is explained when it does not': async () => {
    const body = { event_type: 'ORDER_PROCESSED', data: order };
    const signed = await signWebhook({ body, secret: 'whsec_YWJjMTIzNA==' });
    const event = await verifyWebhook(signed, { secret: 'abc1234' });
    equal([event.kind, event.order?.order_id], ['order', order.order_id], 'event');
    const { wouldVerifyWith } = await explainWebhook(signed, { secret: 'YWJjMTIzNA==' });
    equal(wouldVerifyWith, { secretEncoding: 'base64' }, 'explanation');
  },
};
