import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, Server } from 'node:http';
import { createPlural } from '@plural-otp/core';
import { signReturn, signWebhook } from '@plural-otp/core/testing';
import { createOtpHandler, memoryStore, type ReportedProblem } from '@plural-otp/edge';
import { toNodeListener, type NodeListener } from '@plural-otp/edge/node';
import { createSandbox } from '@plural-otp/sandbox';
import express, { type ErrorRequestHandler, type Express } from 'express';
import fastify from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { secrets } from './runs.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const sandbox = createSandbox();
const plural = createPlural({
  environment: { baseUrl: 'http://127.0.0.1:3001' },
  clientId: secrets.PLURAL_CLIENT_ID,
  clientSecret: secrets.PLURAL_CLIENT_SECRET,
  fetch: sandbox.fetch,
});

function openHandler() {
  const problems: ReportedProblem[] = [];
  const events: string[] = [];
  const returns: string[] = [];
  const handler = createOtpHandler({
    plural,
    origin: 'http://127.0.0.1',
    store: memoryStore(),
    returnSignature: { secretKey: secrets.PLURAL_RETURN_SECRET_KEY },
    webhook: { secret: secrets.PLURAL_WEBHOOK_SECRET, onEvent: ({ event_type }) => void events.push(event_type) },
    onVerdict: false,
    onReturn: ({ order_id: orderId }) => void returns.push(orderId),
    onProblem: (problem) => void problems.push(problem),
  });
  return { listener: toNodeListener(handler), problems, events, returns };
}

async function listen(app: Express): Promise<string> {
  const server: Server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends a webhook as Plural does. Its body would change if it were parsed and serialized again. */
async function sendWebhook(base: string): Promise<globalThis.Response> {
  const text = JSON.stringify({ event_type: 'SETTLEMENT_PROCESSED', data: { note: 'ü' } }, null, 2);
  const { headers, body } = await signWebhook({ secret: secrets.PLURAL_WEBHOOK_SECRET, body: text });
  return fetch(`${base}/plural/webhook`, { method: 'POST', headers: { ...headers }, body });
}

/** Sends a page request with an invalid session, to which the handler responds with 401 once it has read the body. */
const sendToPage = (base: string): Promise<globalThis.Response> =>
  fetch(`${base}/plural/payment`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1' },
    body: JSON.stringify({ session: 'v2.none' }),
  });

const sendReturn = async (base: string): Promise<globalThis.Response> => {
  const fields = { order_id: 'order-1', status: 'FAILED', error_message: 'a+b & c=ü' };
  const body = new URLSearchParams(await signReturn(fields, { secretKey: secrets.PLURAL_RETURN_SECRET_KEY }));
  return fetch(`${base}/plural/return`, { method: 'POST', body, redirect: 'manual' });
};

const storeRawBody = (request: IncomingMessage, _response: unknown, bytes: Buffer): void => {
  Object.assign(request, { rawBody: bytes });
};

describe('Express', () => {
  test.each<[string, (app: Express, listener: NodeListener) => unknown]>([
    ['before express.json()', (app, listener) => app.use('/plural', listener).use(express.json())],
    [
      'after an express.json() that stores the bytes',
      (app, listener) => app.use(express.json({ verify: storeRawBody })).use('/plural', listener),
    ],
    ['after express.raw()', (app, listener) => app.use(express.raw({ type: '*/*' })).use('/plural', listener)],
  ])('%s webhooks are verified, and page requests and returns are handled', async (_where, mount) => {
    const { listener, problems, events, returns } = openHandler();
    const app = express();
    mount(app, listener);
    const base = await listen(app);
    expect((await sendWebhook(base)).status).toBe(204);
    expect((await sendToPage(base)).status).toBe(401);
    expect((await sendReturn(base)).status).toBe(303);
    expect([events, returns]).toEqual([['SETTLEMENT_PROCESSED'], ['order-1']]);
    expect(problems.filter(({ code }) => code.endsWith('UNVERIFIED'))).toEqual([]);
  });

  test('after express.json() and express.urlencoded() pages and returns work, and a webhook fails with an error that says why', async () => {
    const { listener, events, returns, problems } = openHandler();
    const messages: unknown[] = [];
    const captureError: ErrorRequestHandler = (error: Error, _request, response, _next) => {
      messages.push(error.message);
      response.status(500).end();
    };
    const app = express();
    app.use(express.json(), express.urlencoded()).use('/plural', listener).use(captureError);
    const base = await listen(app);
    expect((await sendToPage(base)).status).toBe(401);
    expect((await sendReturn(base)).status).toBe(303);
    expect(returns).toEqual(['order-1']);
    // Plural retries, so nothing is lost while the order of the middleware is fixed.
    expect((await sendWebhook(base)).status).toBe(500);
    expect(messages).toEqual([expect.stringMatching(/Mount toNodeListener before body parsers/)]);
    expect([events, problems.filter(({ code }) => code === 'WEBHOOK_UNVERIFIED')]).toEqual([[], []]);
  });
});

test('Fastify with its own parsers enabled fails with an error that says why, and never hangs', async () => {
  const { listener } = openHandler();
  const app = fastify();
  closing.push(() => app.close());
  app.all('/plural/*', ({ raw }, reply) => {
    reply.hijack();
    listener(raw, reply.raw);
  });
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  for (const send of [sendWebhook, sendToPage]) {
    const response = await send(base);
    expect([response.status, await response.text()]).toEqual([500, expect.stringMatching(/before body parsers/)]);
  }
  // Fastify has no parser for the form of a return.
  expect((await sendReturn(base)).status).toBe(415);
});
