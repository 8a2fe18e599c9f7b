import { describe, expect, test, vi } from 'vitest';
import type { PluralError } from '@plural-otp/core';
import { send, type HttpResponse, type Attempt, type Fetch } from '../../src/client/http.ts';

const limitBytes = 256 * 1024;
const attempt: Attempt = {
  operation: 'getOrder',
  method: 'GET',
  url: 'https://plural.example/orders/o-1',
  requestId: 'r-1',
  sentAtMs: Date.UTC(2026, 0, 5, 9),
  timeoutMs: 10_000,
  noRetry: false,
};

const receive = (response: Response, more: Partial<Attempt> = {}): Promise<HttpResponse> =>
  send(async () => response, { ...attempt, ...more });
const failureFor = (error: unknown): Promise<PluralError> => failureOf(send(() => Promise.reject(error), attempt));

async function failureOf(work: Promise<HttpResponse>): Promise<PluralError> {
  return work.then(
    (response) => {
      throw new Error(`got a response with ${response.status}`);
    },
    (error: PluralError) => error,
  );
}

/** Creates a body in chunks that knows whether the rest of it was cancelled. */
function chunkedBody(...pieces: Uint8Array[]): { stream: ReadableStream<Uint8Array>; cancelled: () => boolean } {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
      cancel: () => void (cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return { stream, cancelled: () => cancelled };
}

describe('requests', () => {
  const sendAndCapture = async (
    more: Partial<Attempt>,
  ): Promise<{ request: Request; init: RequestInit | undefined }> => {
    let seen: Parameters<Fetch> | undefined;
    await send(
      async (request, init) => {
        seen = [request.clone(), init];
        return new Response('{}');
      },
      { ...attempt, ...more },
    );
    const [request, init] = seen as Parameters<Fetch>;
    return { request, init };
  };

  test('a read has its id, its time and accepts JSON; no token, no body, no redirect followed', async () => {
    const { request, init } = await sendAndCapture({});
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: 'application/json',
      'request-id': 'r-1',
      'request-timestamp': '2026-01-05T09:00:00.000Z',
    });
    expect([request.method, request.url, request.redirect, request.body]).toEqual(['GET', attempt.url, 'manual', null]);
    expect(init?.signal).toBeInstanceOf(AbortSignal);
  });

  test('a write has its token, and its body as JSON', async () => {
    const { request } = await sendAndCapture({ method: 'POST', accessToken: 't', json: '{"a":1}' });
    expect(request.headers.get('authorization')).toBe('Bearer t');
    expect(request.headers.get('content-type')).toContain('application/json');
    expect(await request.json()).toEqual({ a: 1 });
  });

  test.each(['{"a":1}', undefined])(
    'a request that must not be resent, with body %j: same bytes, no kept-alive connection',
    async (json) => {
      const { request, init } = await sendAndCapture({ method: 'PUT', noRetry: true, json });
      expect([await request.text(), request.headers.get('content-type')]).toEqual([
        json ?? '',
        json === undefined ? null : 'application/json',
      ]);
      expect(init?.keepalive).toBe(false);
      expect((await sendAndCapture({})).init?.keepalive).not.toBe(false);
    },
  );
});

describe('a wait that ends aborts the request', () => {
  const createHangingFetch = (): { fetch: Fetch; signal: () => AbortSignal | null | undefined } => {
    let signal: AbortSignal | null | undefined;
    return {
      fetch: (_request, init) => {
        signal = init?.signal;
        return new Promise(() => undefined);
      },
      signal: () => signal,
    };
  };

  test('on timeout', async () => {
    const { fetch, signal } = createHangingFetch();
    const error = await failureOf(send(fetch, { ...attempt, timeoutMs: 1 }));
    expect(error).toMatchObject({ code: 'TIMEOUT', upstream: { requestId: 'r-1' } });
    expect(signal()?.aborted).toBe(true);
  });

  test('when the caller aborts', async () => {
    const { fetch, signal } = createHangingFetch();
    const abort = new AbortController();
    const work = failureOf(send(fetch, { ...attempt, signal: abort.signal }));
    await vi.waitFor(() => expect(signal()).toBeDefined());
    expect(signal()?.aborted).toBe(false);
    abort.abort();
    expect(await work).toMatchObject({ code: 'ABORTED', upstream: { requestId: 'r-1' } });
    expect(signal()?.aborted).toBe(true);
  });

  test('a body that stalls: the error has the status that arrived', async () => {
    const stalled = new Response(new ReadableStream());
    expect(await failureOf(receive(stalled, { timeoutMs: 1 }))).toMatchObject({ code: 'TIMEOUT', status: 200 });
  });

  test('a signal that outlives the call has no listener left', async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const added = vi.spyOn(signal, 'addEventListener');
    await receive(new Response('{}'), { signal });
    const [type, listener] = added.mock.calls[0] ?? [];
    expect(removed).toHaveBeenCalledWith(type, listener);
  });
});

describe('a redirect is an error, however a platform exposes it', () => {
  const responseWith = (members: object): Response => {
    const response = new Response('{}');
    for (const [name, value] of Object.entries(members)) Object.defineProperty(response, name, { value });
    return response;
  };

  test.each<[string, Response, number | undefined]>([
    ['300', new Response(null, { status: 300 }), 300],
    ['399', new Response(null, { status: 399 }), 399],
    ['an opaque one, as in browsers', responseWith({ type: 'opaqueredirect', status: 0 }), undefined],
    ['one that was followed anyway', responseWith({ redirected: true }), 200],
  ])('%s', async (_title, response, status) => {
    const error = await failureOf(receive(response));
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID' });
    expect(error.status).toBe(status);
    expect(error.message).toContain('a redirect');
  });

  test('its body is cancelled', async () => {
    const { stream, cancelled } = chunkedBody(new Uint8Array(1));
    await failureOf(receive(new Response(stream, { status: 302 })));
    expect(cancelled()).toBe(true);
  });

  test('299 and 400 are responses', async () => {
    for (const status of [299, 400]) expect((await receive(new Response('{}', { status }))).status).toBe(status);
  });
});

describe('size of a response', () => {
  const json = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`;

  test('a response of exactly the limit is read, with or without a declared length', async () => {
    const declared = new Response(json(limitBytes), { headers: { 'content-length': String(limitBytes) } });
    expect((await receive(declared)).body).toHaveLength(limitBytes - 2);
    expect((await receive(new Response(json(limitBytes)))).body).toHaveLength(limitBytes - 2);
  });

  test('one byte more is an error, and the rest is cancelled', async () => {
    const bytes = new TextEncoder().encode(json(limitBytes + 1));
    const { stream, cancelled } = chunkedBody(bytes.subarray(0, 1000), bytes.subarray(1000), bytes);
    const error = await failureOf(receive(new Response(stream)));
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID', status: 200 });
    expect(error.message).toContain(`more than ${limitBytes} bytes`);
    expect(cancelled()).toBe(true);
  });

  test('a declared length that is too large is an error before reading', async () => {
    const { stream, cancelled } = chunkedBody(new TextEncoder().encode('{}'));
    const response = new Response(stream, { headers: { 'content-length': String(limitBytes + 1) } });
    expect(await failureOf(receive(response))).toMatchObject({ code: 'RESPONSE_INVALID', status: 200 });
    expect(cancelled()).toBe(true);
  });

  test('characters that are split between chunks are decoded whole', async () => {
    const bytes = new TextEncoder().encode('{"words":"₹ १२"}');
    const { stream } = chunkedBody(...[...bytes].map((byte) => Uint8Array.of(byte)));
    expect((await receive(new Response(stream))).body).toEqual({ words: '₹ १२' });
  });

  test.each([
    ['no body', null],
    ['an empty body', ''],
    ['no JSON', '<html>'],
  ])('%s is undefined', async (_title, body) => {
    expect(await receive(new Response(body))).toMatchObject({ status: 200, body: undefined });
  });

  test('a body that cannot be cancelled causes no second failure', async () => {
    const stream = new ReadableStream({ cancel: () => Promise.reject(new Error('stuck')) });
    const error = await failureOf(receive(new Response(stream, { status: 302 })));
    expect(error.code).toBe('RESPONSE_INVALID');
  });
});

describe('of a foreign error only the system’s name for it is repeated', () => {
  const errorWithCode = (code: unknown, depth: number): Error => {
    let error: Error = Object.assign(new Error('secret'), { code });
    for (let i = 0; i < depth; i += 1) error = new Error('secret', { cause: error });
    return error;
  };

  test.each([0, 1, 3])('a name %i causes deep', async (depth) => {
    const error = await failureFor(errorWithCode('ECONNREFUSED', depth));
    expect(error.message).toContain('(ECONNREFUSED)');
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', upstream: { requestId: 'r-1' } });
  });

  test.each<[string, unknown]>([
    ['deeper than four', errorWithCode('ECONNREFUSED', 4)],
    ['with digits', errorWithCode('E4012001037141112', 0)],
    ['in small letters', errorWithCode('econnrefused', 0)],
    ['after something', errorWithCode('123 ECONNREFUSED', 0)],
    ['before something', errorWithCode('ECONNREFUSED 123', 0)],
    ['of two letters', errorWithCode('EC', 0)],
    ['of 42 letters', errorWithCode('E'.repeat(42), 0)],
    ['that is an object', errorWithCode({ toString: () => 'ECONNREFUSED' }, 0)],
    ['of a thrown value that is no error', { code: 'ECONNREFUSED' }],
  ])('not a name %s', async (_title, thrown) => {
    expect((await failureFor(thrown)).message).toMatch(
      /^getOrder: the connection failed before a complete response arrived\. /,
    );
  });
});
