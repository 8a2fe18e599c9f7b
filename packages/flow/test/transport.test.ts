import { describe, expect, test } from 'vitest';
import { fetchTransport, type TransportResult } from '../src/index.ts';
import { readyView, unreachableResult } from './support/test-bench.ts';

const signal = new AbortController().signal;

interface SentRequest {
  url: string;
  init: RequestInit;
  body: unknown;
}

/** Creates a transport whose `fetch` returns `respond()`, with the requests it requests. */
function createTransport(respond: () => Response | Promise<Response>, endpoint = '/plural') {
  const requests: SentRequest[] = [];
  const transport = fetchTransport({
    endpoint,
    session: 'seal-1',
    fetch: async (input, init = {}) => {
      requests.push({ url: input as string, init, body: JSON.parse(init.body as string) as unknown });
      return respond();
    },
  });
  return { transport, requests };
}

const json = (body: unknown, init?: ResponseInit): Response => Response.json(body, init);
/** Polls once and returns the result. */
const poll = (respond: () => Response | Promise<Response>): Promise<TransportResult> =>
  createTransport(respond).transport.payment(signal);

describe('requests', () => {
  test.each([
    ['/plural', '/plural/payment'],
    ['/plural/', '/plural/payment'],
    ['', '/payment'],
    ['https://shop.example/pay//', 'https://shop.example/pay/payment'],
  ])('the endpoint %j leads to %s', async (endpoint, url) => {
    const { transport, requests } = createTransport(() => json(readyView), endpoint);
    await transport.payment(signal);
    expect(requests[0]?.url).toBe(url);
  });

  test('each call goes to its route with exactly its members', async () => {
    const { transport, requests } = createTransport(() => json(readyView));
    await transport.generate('key-1', signal);
    await transport.submit('012345', 'key-2', signal);
    await transport.resend('key-3', signal);
    await transport.payment(signal);
    await transport.leave('bank', 'key-4', signal);
    await transport.leave('cancel', 'key-5', signal);
    expect(requests.map(({ url, body }) => [url, body])).toEqual([
      ['/plural/otp/generate', { session: 'seal-1', idempotencyKey: 'key-1' }],
      ['/plural/otp/submit', { session: 'seal-1', idempotencyKey: 'key-2', otp: '012345' }],
      ['/plural/otp/resend', { session: 'seal-1', idempotencyKey: 'key-3' }],
      ['/plural/payment', { session: 'seal-1' }],
      ['/plural/payment/leave', { session: 'seal-1', idempotencyKey: 'key-4', to: 'bank' }],
      ['/plural/payment/leave', { session: 'seal-1', idempotencyKey: 'key-5', to: 'cancel' }],
    ]);
  });

  test('all are POST with JSON, follow no redirect and carry the signal; only leave is keepalive', async () => {
    const { transport, requests } = createTransport(() => json(readyView));
    await transport.submit('1234', 'key', signal);
    await transport.leave('bank', 'key', signal);
    expect(requests.map(({ init }) => ({ ...init, body: undefined }))).toEqual(
      [false, true].map((keepalive) => ({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: undefined,
        redirect: 'error',
        keepalive,
        signal,
      })),
    );
  });

  test('a renewed session replaces the old one', async () => {
    let session: string | undefined = 'seal-2';
    const { transport, requests } = createTransport(() => json({ ...readyView, session }));
    await transport.payment(signal);
    session = undefined;
    await transport.payment(signal);
    await transport.payment(signal);
    expect(requests.map(({ body }) => (body as { session: string }).session)).toEqual(['seal-1', 'seal-2', 'seal-2']);
  });

  test.each([
    { endpoint: undefined as unknown as string, session: 's' },
    { endpoint: '/plural', session: '' },
    { endpoint: '/plural', session: undefined as unknown as string },
  ])('without endpoint or session throws a TypeError (%o)', (options) => {
    expect(() => fetchTransport(options)).toThrow(new TypeError('no endpoint or session'));
  });
});

describe('responses', () => {
  test('a 200 with a view is a view', async () => {
    expect(await poll(() => json(readyView))).toEqual({ kind: 'view', view: readyView });
  });

  test.each([
    [401, { code: 'SESSION_EXPIRED' }],
    [503, { code: 'BACKEND_UNREACHABLE' }],
    [400, { code: 'INTERNAL' }],
    [502, { code: 'INTERNAL' }],
  ])('%i with a problem is a rejection', async (status, problem) => {
    expect(await poll(() => json({ problem }, { status }))).toEqual({
      kind: 'rejected',
      status,
      problem,
      retryAfterSeconds: 0,
    });
  });

  test.each([
    ['12', 12],
    ['0', 0],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 0],
    ['soon', 0],
  ])('Retry-After %j is %i seconds', async (header, retryAfterSeconds) => {
    const problem = { code: 'BUSY' };
    const response = await poll(() => json({ problem }, { status: 503, headers: { 'retry-after': header } }));
    expect(response).toMatchObject({ kind: 'rejected', retryAfterSeconds });
  });

  test('an unknown problem code becomes INTERNAL', async () => {
    expect(await poll(() => json({ problem: { code: 'BRAND_NEW' } }, { status: 409 }))).toMatchObject({
      kind: 'rejected',
      problem: { code: 'INTERNAL' },
    });
  });

  test('any 429 is a rejection: nothing was done', async () => {
    expect(await poll(() => new Response('<h1>Slow down</h1>', { status: 429 }))).toMatchObject({
      kind: 'rejected',
      status: 429,
      problem: { code: 'BUSY' },
    });
  });

  test.each([
    ['nothing', () => new Response(null, { status: 401 })],
    ['a page', () => new Response('<h1>Log in</h1>', { status: 401 })],
    ['JSON of another kind', () => json({ error: 'unauthorized' }, { status: 401 })],
  ])('any 401 means an expired session, also one of a proxy: %s', async (_, response) => {
    expect(await poll(response)).toMatchObject({
      kind: 'rejected',
      status: 401,
      problem: { code: 'SESSION_EXPIRED' },
    });
  });

  test('a reference shorter than the contract allows is accepted', async () => {
    expect(await poll(() => json({ ...readyView, reference: 'abc' }))).toMatchObject({ view: { reference: 'abc' } });
  });

  test.each([
    ['HTML', () => new Response('<!doctype html><p>Log in</p>')],
    ['nothing', () => new Response('')],
    ['malformed JSON', () => new Response('{"phase":"ready",')],
    ['null', () => json(null)],
    ['a number', () => json(7)],
    ['an array', () => json([readyView])],
    ['a string', () => json('ready')],
    ['a view without a phase', () => json({ ...readyView, phase: undefined })],
    ['a view whose phase is no text', () => json({ ...readyView, phase: 1 })],
    ['a view without steps', () => json({ ...readyView, next: 'submit' })],
    ['a view without a revision', () => json({ ...readyView, revision: '1' })],
    ['a view with a negative revision', () => json({ ...readyView, revision: -1 })],
    ['a view without a reference', () => json({ ...readyView, reference: '' })],
    ['a view with an error status', () => json(readyView, { status: 500 })],
    ['a problem with 200', () => json({ problem: { code: 'BUSY' } })],
    ['a proxy page with 502', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['a problem without a code', () => json({ problem: {} }, { status: 400 })],
    ['a problem with an empty code', () => json({ problem: { code: '' } }, { status: 400 })],
    ['a network error', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['an abort', () => Promise.reject(new DOMException('aborted', 'AbortError'))],
    [
      'a truncated response',
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => {
              controller.enqueue(new TextEncoder().encode('{"phase":'));
              controller.error(new TypeError('network'));
            },
          }),
        ),
    ],
  ])('%s is no response', async (_, response) => {
    expect(await poll(response)).toEqual(unreachableResult);
  });
});

describe('a message to the page’s developer', () => {
  /** Polls once and returns the result with what the developer is told. */
  async function pollAndWarn(respond: () => Response): Promise<[TransportResult, string[]]> {
    const warnings: string[] = [];
    const transport = fetchTransport({
      endpoint: '/plural',
      session: 'seal-1',
      fetch: () => Promise.resolve(respond()),
      warn: (message) => warnings.push(message),
    });
    return [await transport.payment(signal), warnings];
  }
  const brokenBody = (error: Error): ReadableStream =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"phase":'));
        controller.error(error);
      },
    });

  test.each([200, 404])('says that the endpoint is wrong when %i comes with another body', async (status) => {
    expect(await pollAndWarn(() => new Response('<html>', { status }))).toEqual([
      unreachableResult,
      [`HTTP ${status} from payment: check endpoint`],
    ]);
  });

  test.each([
    [200, 'the page was left', new DOMException('left', 'AbortError')],
    [404, 'the page was left', new DOMException('left', 'AbortError')],
    [200, 'the connection broke', new TypeError('network error')],
    [404, 'the connection broke', new TypeError('network error')],
  ])('says nothing when the body of a %i breaks off because %s', async (status, _reason, error) => {
    expect(await pollAndWarn(() => new Response(brokenBody(error), { status }))).toEqual([unreachableResult, []]);
  });
});
