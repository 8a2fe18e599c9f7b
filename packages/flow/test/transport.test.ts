import { describe, expect, test } from 'vitest';
import { fetchTransport, type TransportResult } from '../src/index.ts';
import { readyView, unreachableResult } from './support/test-bench.ts';

const signal = new AbortController().signal;

interface Sent {
  url: string;
  init: RequestInit;
  body: unknown;
}

/** A transport whose every request is answered by `answer`. */
function over(answer: () => Response | Promise<Response>, endpoint = '/plural') {
  const sent: Sent[] = [];
  const transport = fetchTransport({
    endpoint,
    session: 'seal-1',
    fetch: async (input, init = {}) => {
      sent.push({ url: input as string, init, body: JSON.parse(init.body as string) as unknown });
      return answer();
    },
  });
  return { transport, sent };
}

const json = (body: unknown, init?: ResponseInit): Response => Response.json(body, init);
const ask = (answer: () => Response | Promise<Response>): Promise<TransportResult> =>
  over(answer).transport.payment(signal);

describe('requests', () => {
  test.each([
    ['/plural', '/plural/payment'],
    ['/plural/', '/plural/payment'],
    ['', '/payment'],
    ['https://shop.example/pay//', 'https://shop.example/pay/payment'],
  ])('the endpoint %j leads to %s', async (endpoint, url) => {
    const { transport, sent } = over(() => json(readyView), endpoint);
    await transport.payment(signal);
    expect(sent[0]?.url).toBe(url);
  });

  test('each call goes to its route with its members and no other', async () => {
    const { transport, sent } = over(() => json(readyView));
    await transport.generate('key-1', signal);
    await transport.submit('012345', 'key-2', signal);
    await transport.resend('key-3', signal);
    await transport.payment(signal);
    await transport.leave('bank', 'key-4', signal);
    await transport.leave('cancel', 'key-5', signal);
    expect(sent.map(({ url, body }) => [url, body])).toEqual([
      ['/plural/otp/generate', { session: 'seal-1', idempotencyKey: 'key-1' }],
      ['/plural/otp/submit', { session: 'seal-1', idempotencyKey: 'key-2', otp: '012345' }],
      ['/plural/otp/resend', { session: 'seal-1', idempotencyKey: 'key-3' }],
      ['/plural/payment', { session: 'seal-1' }],
      ['/plural/payment/leave', { session: 'seal-1', idempotencyKey: 'key-4', to: 'bank' }],
      ['/plural/payment/leave', { session: 'seal-1', idempotencyKey: 'key-5', to: 'cancel' }],
    ]);
  });

  test('all are POST with JSON, follow no redirect, and carry the signal; only leaving outlives the page', async () => {
    const { transport, sent } = over(() => json(readyView));
    await transport.submit('1234', 'key', signal);
    await transport.leave('bank', 'key', signal);
    expect(sent.map(({ init }) => ({ ...init, body: undefined }))).toEqual(
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
    const { transport, sent } = over(() => json({ ...readyView, session }));
    await transport.payment(signal);
    session = undefined;
    await transport.payment(signal);
    await transport.payment(signal);
    expect(sent.map(({ body }) => (body as { session: string }).session)).toEqual(['seal-1', 'seal-2', 'seal-2']);
  });

  test.each([
    { endpoint: undefined as unknown as string, session: 's' },
    { endpoint: '/plural', session: '' },
    { endpoint: '/plural', session: undefined as unknown as string },
  ])('without an endpoint or a session none is made (%o)', (options) => {
    expect(() => fetchTransport(options)).toThrow(new TypeError('fetchTransport: endpoint or session missing'));
  });
});

describe('answers', () => {
  test('a view is a view', async () => {
    expect(await ask(() => json(readyView))).toEqual({ kind: 'view', view: readyView });
  });

  test.each([
    [401, { code: 'SESSION_EXPIRED' }],
    [503, { code: 'BACKEND_UNREACHABLE' }],
    [400, { code: 'INTERNAL' }],
    [502, { code: 'INTERNAL' }],
  ])('%i with a problem is a refusal', async (status, problem) => {
    expect(await ask(() => json({ problem }, { status }))).toEqual({
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
    const answer = await ask(() => json({ problem }, { status: 503, headers: { 'retry-after': header } }));
    expect(answer).toMatchObject({ kind: 'rejected', retryAfterSeconds });
  });

  test('a problem this version does not know is INTERNAL', async () => {
    expect(await ask(() => json({ problem: { code: 'BRAND_NEW' } }, { status: 409 }))).toMatchObject({
      kind: 'rejected',
      problem: { code: 'INTERNAL' },
    });
  });

  test("anybody's 429 is a refusal: nothing was done", async () => {
    expect(await ask(() => new Response('<h1>Slow down</h1>', { status: 429 }))).toMatchObject({
      kind: 'rejected',
      status: 429,
      problem: { code: 'BUSY' },
    });
  });

  test.each([
    ['nothing', () => new Response(null, { status: 401 })],
    ['a page', () => new Response('<h1>Log in</h1>', { status: 401 })],
    ['JSON of another kind', () => json({ error: 'unauthorized' }, { status: 401 })],
  ])("anybody's 401 ends the session, since nothing was done: %s", async (_, answer) => {
    expect(await ask(answer)).toMatchObject({ kind: 'rejected', status: 401, problem: { code: 'SESSION_EXPIRED' } });
  });

  test('a reference too short for the contract is no reason to stop a payment', async () => {
    expect(await ask(() => json({ ...readyView, reference: 'abc' }))).toMatchObject({ view: { reference: 'abc' } });
  });

  test.each([
    ['HTML', () => new Response('<!doctype html><p>Log in</p>')],
    ['nothing', () => new Response('')],
    ['no JSON', () => new Response('{"phase":"ready",')],
    ['null', () => json(null)],
    ['a number', () => json(7)],
    ['a list', () => json([readyView])],
    ['a text', () => json('ready')],
    ['a view without a phase', () => json({ ...readyView, phase: undefined })],
    ['a view of an unknown phase', () => json({ ...readyView, phase: 'paid' })],
    ['a view without steps', () => json({ ...readyView, next: 'submit' })],
    ['a view without a revision', () => json({ ...readyView, revision: '1' })],
    ['a view with a negative revision', () => json({ ...readyView, revision: -1 })],
    ['a view without a reference', () => json({ ...readyView, reference: '' })],
    ['a view with a refusal status', () => json(readyView, { status: 500 })],
    ['a problem with 200', () => json({ problem: { code: 'BUSY' } })],
    ['a proxy page with 502', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['a refusal without a code', () => json({ problem: {} }, { status: 400 })],
    ['a refusal with a code that is no text', () => json({ problem: { code: '' } }, { status: 400 })],
    ['a network error', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['an abort', () => Promise.reject(new DOMException('aborted', 'AbortError'))],
    [
      'an answer cut short',
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
  ])('%s is no answer', async (_, answer) => {
    expect(await ask(answer)).toEqual(unreachableResult);
  });
});
