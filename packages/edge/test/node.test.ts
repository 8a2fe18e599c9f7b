import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { toNodeListener, type FetchHandler } from '@plural-otp/edge/node';
import { afterEach, describe, expect, test } from 'vitest';
import { createTestShop, rightOtp, shopOrigin, createSignedReturn, createSignedWebhook } from './support/test-shop.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const echo: FetchHandler = {
  fetch: async (request) =>
    Response.json({
      method: request.method,
      url: request.url,
      headers: [...request.headers],
      body: await request.text(),
    }),
};

describe('toNodeListener', () => {
  test('a payment goes through a real socket', async () => {
    const shop = createTestShop();
    const base = await listen(toNodeListener(shop.handler));
    const { client } = await shop.startPayment(await shop.createOrder());
    const post = async (route: string, body: object): Promise<{ status: number; phase: string }> => {
      const response = await fetch(`${base}/plural/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: shopOrigin },
        body: JSON.stringify({ session: client.session, idempotencyKey: crypto.randomUUID(), ...body }),
      });
      return { status: response.status, phase: ((await response.json()) as { phase: string }).phase };
    };
    expect(await post('otp/generate', {})).toEqual({ status: 200, phase: 'awaitingOtp' });
    expect(await post('otp/submit', { otp: rightOtp })).toEqual({ status: 200, phase: 'confirming' });
  });

  test('a return and a webhook arrive with their bytes unchanged', async () => {
    const shop = createTestShop();
    const base = await listen(toNodeListener(shop.handler));
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId);
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED', error_message: 'a+b & c=ü' });
    const response = await fetch(`${base}/plural/return`, { method: 'POST', body: fields, redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/reference=/);
    const webhook = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId, note: 'ü ₹' });
    const told = await fetch(`${base}/plural/webhook`, {
      method: 'POST',
      headers: [...webhook.headers],
      body: await webhook.text(),
    });
    expect(told.status).toBe(204);
  });

  test('method, path, query, repeated headers and body reach the handler', async () => {
    const base = await listen(toNodeListener(echo));
    const asked = httpRequest(`${base}//evil.example/a?b=%20c`, { method: 'PUT', headers: { 'x-one': ['1', '2'] } });
    asked.end('text');
    const [response] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    const seen = JSON.parse(text) as { method: string; url: string; headers: [string, string][]; body: string };
    expect(seen).toMatchObject({ method: 'PUT', url: `${base}//evil.example/a?b=%20c`, body: 'text' });
    expect(seen.headers).toContainEqual(['x-one', '1, 2']);
  });

  test('a request target that is not a path gets 400', async () => {
    const base = new URL(await listen(toNodeListener(echo)));
    const socket = connect(Number(base.port), '127.0.0.1');
    socket.end('GET http://evil.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a handler that rejects responds with 500, and the server keeps running', async () => {
    let fails = true;
    const base = await listen(
      toNodeListener({
        fetch: async () => {
          if (fails) throw new Error('secret of the handler');
          return new Response('fine');
        },
      }),
    );
    const broken = await fetch(base);
    expect(broken.status).toBe(500);
    expect(await broken.text()).toBe('');
    fails = false;
    expect(await (await fetch(base)).text()).toBe('fine');
  });

  /** What Express and body parsers do to a request before a listener gets it. */
  function parsed(listener: ReturnType<typeof toNodeListener>, take: (body: Buffer) => object): RequestListener {
    return (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        Object.assign(request, take(Buffer.concat(chunks)), { originalUrl: request.url, url: '/cut' });
        listener(request, response);
      });
    };
  }

  test.each<[string, string, string, (body: Buffer) => object, string]>([
    ['JSON', 'application/json', '{"a": 1}', (body) => ({ body: JSON.parse(body.toString()) as unknown }), '{"a":1}'],
    [
      'a form',
      'application/x-www-form-urlencoded',
      'a=1+2&b=%26',
      (body) => ({ body: Object.fromEntries(new URLSearchParams(body.toString())) }),
      'a=1+2&b=%26',
    ],
    ['raw bytes', 'application/json', '{"a": 1}', (body) => ({ body }), '{"a": 1}'],
    ['kept bytes', 'application/json', '{"a": 1}', (body) => ({ rawBody: body, body: {} }), '{"a": 1}'],
    ['text', 'text/plain', 'ü', (body) => ({ body: body.toString() }), 'ü'],
  ])(
    'a body that a parser consumed as %s is passed on, under the path before the mount',
    async (_what, type, sent, take, expected) => {
      const base = await listen(parsed(toNodeListener(echo), take));
      const response = await fetch(`${base}/plural/x`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: sent,
      });
      expect(await response.json()).toMatchObject({ url: `${base}/plural/x`, body: expected });
    },
  );

  test('a body that a parser consumed without a trace gets an explained 500 instead of a handler that hangs', async () => {
    const base = await listen(parsed(toNodeListener(echo), () => ({})));
    const response = await fetch(base, { method: 'POST', body: '{"a": 1}' });
    expect(response.status).toBe(500);
    expect(await response.text()).toMatch(/Mount toNodeListener before body parsers/);
  });

  test('a webhook that a parser consumed is never verified over re-encoded bytes: the framework gets the error', async () => {
    const shop = createTestShop();
    const errors: Error[] = [];
    const toHandler = toNodeListener(shop.handler);
    const listener = parsed(
      (request, response) =>
        toHandler(request, response, (error) => {
          errors.push(error);
          response.writeHead(500).end();
        }),
      (body) => ({ body: JSON.parse(body.toString()) as unknown }),
    );
    const base = await listen(listener);
    const { orderId } = await shop.startPayment(await shop.createOrder());
    const webhook = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const told = await fetch(`${base}/plural/webhook`, {
      method: 'POST',
      headers: [...webhook.headers],
      body: await webhook.text(),
    });
    expect(told.status).toBe(500);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringMatching(/rawBody/)]);
    expect(shop.problems).toEqual([]);
  });

  test('a body that a parser decompressed loses its content-encoding', async () => {
    const base = await listen(parsed(toNodeListener(echo), () => ({ body: { a: 1 } })));
    const response = await fetch(base, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: 'packed' });
    const { headers, body } = (await response.json()) as { headers: [string, string][]; body: string };
    expect(body).toBe('{"a":1}');
    expect(headers.map(([name]) => name)).not.toContain('content-encoding');
  });
});
