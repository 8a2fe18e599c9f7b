import { describe, expect, test, vi } from 'vitest';
import { isPluralError, type PluralError, type PluralRequest } from '@plural-otp/core';
import { stubPlural } from '../support/plural-stub.ts';

const fees: PluralRequest = { method: 'POST', path: '/api/v1/fees', body: { payment_method: 'CARD' } };

async function errorOf(work: Promise<unknown>): Promise<PluralError> {
  try {
    await work;
  } catch (error) {
    if (isPluralError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('request: a call that has no method of its own', () => {
  test('is sent with the token, the headers, the query and the body as they are', async () => {
    const { plural, requests } = stubPlural(Response.json({ data: [1] }), { newId: () => 'request-1' });
    const response = await plural.request({
      ...fees,
      query: { page: 2, all: true, absent: undefined, q: 'a b&c' },
      idempotencyKey: 'key-1',
    });
    expect(response).toEqual({ status: 200, requestId: 'request-1', body: { data: [1] } });
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/api/v1/fees', body: { payment_method: 'CARD' } });
    const headers = requests[0]?.headers;
    expect(headers?.get('authorization')).toBe('Bearer token-1');
    expect(headers?.get('request-id')).toBe('request-1');
    expect(headers?.get('idempotency-key')).toBe('key-1');
    expect(headers?.get('content-type')).toBe('application/json');
  });

  test('its query is encoded, and absent parameters are left out', async () => {
    const urls: string[] = [];
    const { plural } = stubPlural([], {
      fetch: async (request) => {
        urls.push(request.url);
        return Response.json({ access_token: 't' });
      },
    });
    await plural.request({ method: 'GET', path: '/api/a', query: { q: 'a b&c', n: 1, b: false, none: undefined } });
    await plural.request({ method: 'GET', path: '/api/a', query: {} });
    await plural.request({ method: 'GET', path: '/api/a/%2F' });
    expect(urls.slice(1).map((url) => url.replace(/^.*:9/, ''))).toEqual([
      '/api/a?q=a+b%26c&n=1&b=false',
      '/api/a',
      '/api/a/%2F',
    ]);
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s: an empty response has no body', async (method) => {
    const { plural, requests } = stubPlural(new Response(null, { status: 204 }), { newId: () => 'r-1' });
    expect(await plural.request({ method, path: '/api/x' })).toEqual({
      status: 204,
      requestId: 'r-1',
      body: undefined,
    });
    expect(requests[0]?.method).toBe(method);
  });

  test('a member code of a success is no error, unless Plural publishes it as one', async () => {
    const { plural } = stubPlural([
      Response.json({ code: 'OFFER10' }),
      Response.json({ code: 'operation_not_allowed' }),
    ]);
    expect((await plural.request(fees)).body).toEqual({ code: 'OFFER10' });
    expect(await errorOf(plural.request(fees))).toMatchObject({ code: 'API_REJECTED', operation: 'request' });
  });

  test.each([
    [new Response('<html>', { status: 200 }), 'RESPONSE_INVALID'],
    [new Response(null, { status: 302, headers: { location: '/x' } }), 'RESPONSE_INVALID'],
    [new Response('x'.repeat(300_000)), 'RESPONSE_INVALID'],
    [Response.json({}, { status: 500 }), 'API_FAILED'],
    [new TypeError('fetch failed'), 'NETWORK_FAILED'],
    [Response.json({}, { status: 408 }), 'TIMEOUT'],
  ] as const)('without a usable response %s: unknown for a write, none for a read; sent once', async (reply, code) => {
    for (const [method, outcome] of [
      ['POST', 'unknown'],
      ['DELETE', 'unknown'],
      ['GET', 'none'],
    ] as const) {
      const { plural, requests } = stubPlural(reply);
      expect(await errorOf(plural.request({ method, path: '/api/x' }))).toMatchObject({
        code,
        outcome,
        operation: 'request',
      });
      expect(requests).toHaveLength(1);
    }
  });

  test.each([
    [400, 'API_REJECTED', 'none'],
    [404, 'API_REJECTED', 'none'],
    [409, 'API_REJECTED', 'unknown'],
    [429, 'BUSY', 'none'],
  ] as const)('a rejection with %i is %s, outcome %s', async (status, code, outcome) => {
    const { plural, requests } = stubPlural(Response.json({ code: 'X' }, { status }));
    expect(await errorOf(plural.request(fees))).toMatchObject({ code, outcome, status, upstream: { code: 'X' } });
    expect(requests).toHaveLength(1);
  });

  test('a rejected token is replaced once', async () => {
    const { plural, requests } = stubPlural([Response.json({}, { status: 401 }), Response.json({ ok: true })]);
    expect((await plural.request(fees)).body).toEqual({ ok: true });
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('takes a signal and the limits of a call', async () => {
    const { plural } = stubPlural(() => new Promise<never>(() => undefined));
    expect(await errorOf(plural.request({ ...fees, timeoutMs: 20 }))).toMatchObject({
      code: 'TIMEOUT',
      outcome: 'unknown',
    });
    expect(await errorOf(plural.request({ ...fees, signal: AbortSignal.abort() }))).toMatchObject({
      code: 'ABORTED',
      outcome: 'none',
    });
    expect(await errorOf(plural.request({ ...fees, timeoutMs: -1 }))).toMatchObject({ code: 'OPTIONS_INVALID' });
  });

  test('the record of a call has a path without ids', async () => {
    const onCall = vi.fn<(call: { path: string }) => void>();
    const { plural } = stubPlural(() => Response.json({}), { onCall });
    const paths = {
      '/api/v1/fees': '/api/v1/fees',
      '/api/pay/v1/getCardDetails': '/api/pay/v1/getCardDetails',
      '/api/v1/customer/cust-v1-0708-aa/tokens': '/api/v1/customer/{id}/tokens',
      '/api/v1/tokens/ABCDEFGHIJ/token-transactional-data': '/api/v1/tokens/{id}/token-transactional-data',
      '/api/v1/tokens/4012001037141112': '/api/v1/tokens/{id}',
      '/api/v1/a-b-c-d-e-f': '/api/v1/{id}',
    };
    for (const path of Object.keys(paths)) await plural.request({ method: 'GET', path });
    const seen = onCall.mock.calls.map(([call]) => call.path).filter((path) => !path.endsWith('/auth/v1/token'));
    expect(seen).toEqual(Object.values(paths));
  });
});

describe('request: what Plural quotes is masked', () => {
  const secrets = {
    otp: 7041,
    card_number: 'cardNumberCanary',
    token: 'tokenCanary',
    nested: [{ client_secret: 'secretCanary', vpa: 'vpa@canary', account_number: 'accountCanary' }],
    cryptogram_data: { value: 'cryptogramCanary' },
  };

  test('secrets of the body by their names, ids of the path, and digits', async () => {
    const heard = `${JSON.stringify(secrets)} pathCanary1 7041 CARD`;
    const { plural } = stubPlural(Response.json({ code: 'X', message: heard.slice(0, 190) }, { status: 422 }));
    const path = '/api/v1/tokens/pathCanary1/delete';
    const error = await errorOf(plural.request({ method: 'POST', path, body: secrets }));
    expect(error.upstream?.message).not.toMatch(/canary|7041/i);
    const rest = stubPlural(Response.json({ message: 'pathCanary1 7041 CARD 12' }, { status: 422 }));
    expect((await errorOf(rest.plural.request({ method: 'POST', path, body: secrets }))).upstream?.message).toBe(
      '*** *** CARD 12',
    );
    expect(JSON.stringify([error, error.message])).not.toMatch(/canary/i);
  });

  test('secrets of the query by their names', async () => {
    const { plural } = stubPlural(Response.json({ message: 'no tokenCanary, no INR' }, { status: 404 }));
    const query = { token_id: 'tokenCanary', currency: 'INR' };
    expect((await errorOf(plural.request({ method: 'GET', path: '/api/x', query }))).upstream?.message).toBe(
      'no ***, no INR',
    );
  });
});

describe('request: an invalid one is not sent, and named by member and expectation', () => {
  const rows: [string, unknown, string][] = [
    ['nothing', undefined, ''],
    ['a string', '/api/v1/fees', ''],
    ['no method', { path: '/api/x' }, 'method'],
    ['a method in small letters', { method: 'get', path: '/api/x' }, 'method'],
    ['HEAD', { method: 'HEAD', path: '/api/x' }, 'method'],
    ...[
      undefined,
      '',
      'api/x',
      '/',
      '//evil.example/x',
      'https://evil.example/x',
      '/api//x',
      '/api/x/',
      '/api/../x',
      '/api/./x',
      '/api/%2e%2E/x',
      '/api/x?a=b',
      '/api/x#a',
      '/api\\x',
      '/api/x y',
      '/api/é',
      '/api/\n',
    ].map((path): [string, unknown, string] => [`the path ${JSON.stringify(path)}`, { method: 'GET', path }, 'path']),
    ['a body that is a string', { method: 'POST', path: '/api/x', body: 'canary' }, 'body'],
    ['a body that is null', { method: 'POST', path: '/api/x', body: null }, 'body'],
    ['a body with GET', { method: 'GET', path: '/api/x', body: { a: 'canary' } }, 'body'],
    ['a body that JSON cannot represent', { method: 'POST', path: '/api/x', body: { a: 5n } }, ''],
    ['a query that is a string', { method: 'GET', path: '/api/x', query: 'canary=1' }, 'query'],
    ['a query with a list', { method: 'GET', path: '/api/x', query: { a: ['canary'] } }, 'query'],
    ['a query that is null', { method: 'GET', path: '/api/x', query: null }, 'query'],
    ['an empty idempotency key', { ...fees, idempotencyKey: '' }, 'idempotencyKey'],
    ['an idempotency key with a line break', { ...fees, idempotencyKey: 'canary\nx: y' }, 'idempotencyKey'],
    ['a long idempotency key', { ...fees, idempotencyKey: 'x'.repeat(256) }, 'idempotencyKey'],
    ['an idempotency key that is a number', { ...fees, idempotencyKey: 7 }, 'idempotencyKey'],
  ];

  test.each(rows)('%s', async (_what, request, path) => {
    const { plural, requests, tokenCalls } = stubPlural(Response.json({}));
    const error = await errorOf(plural.request(request as PluralRequest));
    expect(error).toMatchObject({ code: 'REQUEST_INVALID', outcome: 'none', operation: 'request' });
    expect(error.issues?.map((issue) => issue.path)).toEqual([path]);
    expect(error.message).not.toMatch(/canary|evil|undefined/);
    expect([...requests, ...tokenCalls]).toEqual([]);
  });
});

test('every invalid member is named at once, with what it must be', async () => {
  const { plural } = stubPlural(Response.json({}));
  const request = { method: 'get', path: 'x', body: 'canary', query: 7, idempotencyKey: '' };
  const error = await errorOf(plural.request(request as never));
  expect(error.issues).toEqual([
    { path: 'method', expected: 'GET, POST, PUT, PATCH, DELETE' },
    { path: 'path', expected: 'a path that starts with /, without query and without . or .. segments' },
    { path: 'body', expected: 'an object or a list' },
    { path: 'query', expected: 'an object of strings, numbers and booleans' },
    { path: 'idempotencyKey', expected: '1 to 255 printable ASCII characters without spaces' },
  ]);
  const withBody = await errorOf(plural.request({ method: 'GET', path: '/api/x', body: {} }));
  expect(withBody.issues).toEqual([{ path: 'body', expected: 'no body with GET' }]);
  for (const nothing of [null, undefined, 'x']) {
    expect((await errorOf(plural.request(nothing as never))).issues).toEqual([{ path: '', expected: 'an object' }]);
  }
});

test('words of the path are not masked, ids are; a page in place of JSON keeps its request id', async () => {
  const { plural } = stubPlural(Response.json({ message: 'tokens of v12 abc1' }, { status: 422 }));
  const error = await errorOf(plural.request({ method: 'POST', path: '/api/v12/tokens/abc1' }));
  expect(error.upstream?.message).toBe('tokens of v12 ***');
  const page = stubPlural(new Response('<html>'), { newId: () => 'request-1' });
  expect((await errorOf(page.plural.request({ method: 'POST', path: '/api/x' }))).upstream).toEqual({
    requestId: 'request-1',
  });
});
