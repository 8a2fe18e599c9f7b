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

const answered = (response: Response, more: Partial<Attempt> = {}): Promise<HttpResponse> =>
  send(async () => response, { ...attempt, ...more });
const failing = (error: unknown): Promise<PluralError> => failureOf(send(() => Promise.reject(error), attempt));

async function failureOf(work: Promise<HttpResponse>): Promise<PluralError> {
  return work.then(
    (answer) => {
      throw new Error(`was answered ${answer.status}`);
    },
    (error: PluralError) => error,
  );
}

/** A body in pieces, and whether what was left of it was let go. */
function inPieces(...pieces: Uint8Array[]): { stream: ReadableStream<Uint8Array>; cancelled: () => boolean } {
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

describe('what is sent', () => {
  const sent = async (more: Partial<Attempt>): Promise<{ request: Request; init: RequestInit | undefined }> => {
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

  test('a read: its id, its time, JSON wanted, no token, no body, no redirect followed', async () => {
    const { request, init } = await sent({});
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: 'application/json',
      'request-id': 'r-1',
      'request-timestamp': '2026-01-05T09:00:00.000Z',
    });
    expect([request.method, request.url, request.redirect, request.body]).toEqual(['GET', attempt.url, 'manual', null]);
    expect(init?.signal).toBeInstanceOf(AbortSignal);
  });

  test('a write: its token, and its body as JSON', async () => {
    const { request } = await sent({ method: 'POST', accessToken: 't', json: '{"a":1}' });
    expect(request.headers.get('authorization')).toBe('Bearer t');
    expect(request.headers.get('content-type')).toContain('application/json');
    expect(await request.json()).toEqual({ a: 1 });
  });

  test.each(['{"a":1}', undefined])('what goes once, %j: the same on the wire, on no kept connection', async (json) => {
    const { request, init } = await sent({ method: 'PUT', noRetry: true, json });
    expect([await request.text(), request.headers.get('content-type')]).toEqual([
      json ?? '',
      json === undefined ? null : 'application/json',
    ]);
    expect(init?.keepalive).toBe(false);
    expect((await sent({})).init?.keepalive).not.toBe(false);
  });
});

describe('what ends the wait ends the request', () => {
  const hanging = (): { fetch: Fetch; signal: () => AbortSignal | null | undefined } => {
    let signal: AbortSignal | null | undefined;
    return {
      fetch: (_request, init) => {
        signal = init?.signal;
        return new Promise(() => undefined);
      },
      signal: () => signal,
    };
  };

  test('time that runs out', async () => {
    const { fetch, signal } = hanging();
    const error = await failureOf(send(fetch, { ...attempt, timeoutMs: 1 }));
    expect(error).toMatchObject({ code: 'TIMEOUT', upstream: { requestId: 'r-1' } });
    expect(signal()?.aborted).toBe(true);
  });

  test('a caller that gives up', async () => {
    const { fetch, signal } = hanging();
    const abort = new AbortController();
    const work = failureOf(send(fetch, { ...attempt, signal: abort.signal }));
    await vi.waitFor(() => expect(signal()).toBeDefined());
    expect(signal()?.aborted).toBe(false);
    abort.abort();
    expect(await work).toMatchObject({ code: 'ABORTED', upstream: { requestId: 'r-1' } });
    expect(signal()?.aborted).toBe(true);
  });

  test('a body that stalls: the status that came is told', async () => {
    const stalled = new Response(new ReadableStream());
    expect(await failureOf(answered(stalled, { timeoutMs: 1 }))).toMatchObject({ code: 'TIMEOUT', status: 200 });
  });

  test('a signal that outlives the call is left with no listener', async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const added = vi.spyOn(signal, 'addEventListener');
    await answered(new Response('{}'), { signal });
    const [type, listener] = added.mock.calls[0] ?? [];
    expect(removed).toHaveBeenCalledWith(type, listener);
  });
});

describe('a redirect is no answer, however a platform shows it', () => {
  const shown = (members: object): Response => {
    const response = new Response('{}');
    for (const [name, value] of Object.entries(members)) Object.defineProperty(response, name, { value });
    return response;
  };

  test.each<[string, Response, number | undefined]>([
    ['300', new Response(null, { status: 300 }), 300],
    ['399', new Response(null, { status: 399 }), 399],
    ['an opaque one, in browsers', shown({ type: 'opaqueredirect', status: 0 }), undefined],
    ['one that was followed all the same', shown({ redirected: true }), 200],
  ])('%s', async (_title, response, status) => {
    const error = await failureOf(answered(response));
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID' });
    expect(error.status).toBe(status);
    expect(error.message).toContain('a redirect');
  });

  test('its body is let go', async () => {
    const { stream, cancelled } = inPieces(new Uint8Array(1));
    await failureOf(answered(new Response(stream, { status: 302 })));
    expect(cancelled()).toBe(true);
  });

  test('299 and 400 are answers', async () => {
    for (const status of [299, 400]) expect((await answered(new Response('{}', { status }))).status).toBe(status);
  });
});

describe('how much is read', () => {
  const json = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`;

  test('an answer of just the limit, its length told or not', async () => {
    const told = new Response(json(limitBytes), { headers: { 'content-length': String(limitBytes) } });
    expect((await answered(told)).body).toHaveLength(limitBytes - 2);
    expect((await answered(new Response(json(limitBytes)))).body).toHaveLength(limitBytes - 2);
  });

  test('one byte more is refused, and the rest let go', async () => {
    const bytes = new TextEncoder().encode(json(limitBytes + 1));
    const { stream, cancelled } = inPieces(bytes.subarray(0, 1000), bytes.subarray(1000), bytes);
    const error = await failureOf(answered(new Response(stream)));
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID', status: 200 });
    expect(error.message).toContain(`more than ${limitBytes} bytes`);
    expect(cancelled()).toBe(true);
  });

  test('a length that is too large is refused unread', async () => {
    const { stream, cancelled } = inPieces(new TextEncoder().encode('{}'));
    const response = new Response(stream, { headers: { 'content-length': String(limitBytes + 1) } });
    expect(await failureOf(answered(response))).toMatchObject({ code: 'RESPONSE_INVALID', status: 200 });
    expect(cancelled()).toBe(true);
  });

  test('characters that are cut apart between pieces come out whole', async () => {
    const bytes = new TextEncoder().encode('{"words":"₹ १२"}');
    const { stream } = inPieces(...[...bytes].map((byte) => Uint8Array.of(byte)));
    expect((await answered(new Response(stream))).body).toEqual({ words: '₹ १२' });
  });

  test.each([
    ['no body', null],
    ['an empty body', ''],
    ['no JSON', '<html>'],
  ])('%s is undefined', async (_title, body) => {
    expect(await answered(new Response(body))).toMatchObject({ status: 200, body: undefined });
  });

  test('a body that cannot be let go is no second failure', async () => {
    const stream = new ReadableStream({ cancel: () => Promise.reject(new Error('stuck')) });
    const error = await failureOf(answered(new Response(stream, { status: 302 })));
    expect(error.code).toBe('RESPONSE_INVALID');
  });
});

describe('what of a foreign error is repeated: the system’s name for it, and nothing else', () => {
  const caused = (code: unknown, depth: number): Error => {
    let error: Error = Object.assign(new Error('secret'), { code });
    for (let i = 0; i < depth; i += 1) error = new Error('secret', { cause: error });
    return error;
  };

  test.each([0, 1, 3])('a name that lies %i causes deep', async (depth) => {
    const error = await failing(caused('ECONNREFUSED', depth));
    expect(error.message).toContain('(ECONNREFUSED)');
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', upstream: { requestId: 'r-1' } });
  });

  test.each<[string, unknown]>([
    ['deeper than four', caused('ECONNREFUSED', 4)],
    ['with digits', caused('E4012001037141112', 0)],
    ['in small letters', caused('econnrefused', 0)],
    ['after something', caused('123 ECONNREFUSED', 0)],
    ['before something', caused('ECONNREFUSED 123', 0)],
    ['of two letters', caused('EC', 0)],
    ['of 42 letters', caused('E'.repeat(42), 0)],
    ['that is an object', caused({ toString: () => 'ECONNREFUSED' }, 0)],
    ['of what is no error', { code: 'ECONNREFUSED' }],
  ])('not one %s', async (_title, thrown) => {
    expect((await failing(thrown)).message).toMatch(/^getOrder: the connection failed before a complete answer\. /);
  });
});
