import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { toNodeListener } from '@plural-otp/edge/node';
import { afterEach, describe, expect, test } from 'vitest';
import {
  browserHeaders,
  sendRaw,
  smuggledRequests,
  parseStatuses,
  createSubmitRequest,
} from '../support/request-smuggling.ts';
import { startAndPrompt, shopOrigin, type PaymentFixture, type TestShopOptions } from '../support/test-shop.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Listening extends PaymentFixture {
  port: number;
  /** Paths the handler was asked for, in order. */
  asked: string[];
}

/** A payment whose code was sent, behind a real Node server. */
async function listening(options: TestShopOptions = {}): Promise<Listening> {
  const made = await startAndPrompt(options);
  const asked: string[] = [];
  const server = createServer(
    toNodeListener({
      fetch(request) {
        asked.push(new URL(request.url).pathname);
        return made.shop.handler.fetch(request);
      },
    }),
  );
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { ...made, asked, port: (server.address() as AddressInfo).port };
}

const headers = browserHeaders();

describe('request smuggling', () => {
  const outer = `POST /plural/payment HTTP/1.1\r\n${headers}`;
  test.each(Object.entries(smuggledRequests))(
    '%s: rejected, and the hidden request never reaches the handler',
    async (_what, make) => {
      const { port, shop, page, asked } = await listening();
      const text = await sendRaw(port, make(createSubmitRequest(page.session)));
      expect(new Set(parseStatuses(text))).toEqual(new Set([400]));
      expect(asked.filter((path) => path !== '/plural/payment')).toEqual([]);
      expect(shop.callCount('submitOtp')).toBe(0);
    },
  );

  test('a request inside a body is read as the body', async () => {
    const { port, shop, page, asked } = await listening();
    const inner = createSubmitRequest(page.session);
    const text = await sendRaw(port, `${outer}Connection: close\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`);
    expect([parseStatuses(text), asked]).toEqual([[400], ['/plural/payment']]);
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('two requests on one connection are handled separately', async () => {
    const { port, shop, page, asked } = await listening();
    const text = await sendRaw(port, `${outer}Content-Length: 2\r\n\r\n{}${createSubmitRequest(page.session)}`);
    expect([parseStatuses(text), asked]).toEqual([
      [400, 200],
      ['/plural/payment', '/plural/otp/submit'],
    ]);
    expect(shop.callCount('submitOtp')).toBe(1);
  });
});

describe('hosts and request targets', () => {
  const body = '{}';
  const rest = `Origin: ${shopOrigin}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n${body}`;
  test.each([
    ['a host with a path', '/nothing', 'Host: evil.example/plural/otp/submit?x='],
    ['a host with a query', '/plural/otp/submit', 'Host: evil.example?x='],
    ['a host with a fragment', '/plural/otp/submit', 'Host: evil.example#'],
    ['a host with a backslash', '/nothing', 'Host: evil.example\\plural\\otp\\submit?'],
    ['a host with a user', '/plural/otp/submit', 'Host: shop.example@evil.example'],
    ['a host with a blank', '/plural/otp/submit', 'Host: shop.example evil.example'],
    ['two hosts', '/plural/otp/submit', 'Host: shop.example\r\nHost: evil.example'],
    ['no host', '/plural/otp/submit', 'X-Host: shop.example'],
    ['a port that is none', '/plural/otp/submit', 'Host: shop.example:99999'],
    ['a path with backslashes', '/plural\\otp\\submit', 'Host: shop.example'],
    ['a path that goes up', '/public/../plural/otp/submit', 'Host: shop.example'],
    ['a path that goes up, encoded', '/public/%2e%2E/plural/otp/submit', 'Host: shop.example'],
    ['a path that stays, encoded', '/plural/%2e/otp/submit', 'Host: shop.example'],
    ['a path with a fragment', '/plural/otp/submit#/public', 'Host: shop.example'],
    ['a whole URL', 'http://shop.example/plural/otp/submit', 'Host: shop.example'],
    ['an asterisk', '*', 'Host: shop.example'],
  ])('%s is rejected before the handler', async (_what, target, host) => {
    const { port, asked } = await listening();
    const text = await sendRaw(port, `POST ${target} HTTP/1.1\r\n${host}\r\n${rest}`);
    expect([parseStatuses(text), asked]).toEqual([[400], []]);
    expect(text.split('\r\n\r\n')[1], 'a body that tells why').toMatch(/^0?$/);
  });

  test.each(['shop.example', 'SHOP.example:8443', '127.0.0.1:1', '[::1]:80', 'my_shop.internal'])(
    'the host %s is accepted',
    async (host) => {
      const { port, asked } = await listening();
      const text = await sendRaw(port, `POST /plural/payment?a=../b HTTP/1.1\r\nHost: ${host}\r\n${rest}`);
      expect([parseStatuses(text), asked]).toEqual([[400], ['/plural/payment']]);
      expect(text).toContain('"INTERNAL"');
    },
  );

  test.each(['TRACE', 'CONNECT', 'SUBMIT'])('the method %s never reaches the handler', async (method) => {
    const { port, asked, shop } = await listening();
    const text = await sendRaw(
      port,
      `${method} /plural/otp/submit HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n`,
    );
    expect(parseStatuses(text).every((status) => status === 400)).toBe(true);
    expect([asked, shop.callCount('submitOtp')]).toEqual([[], 0]);
  });
});

describe('oversized and incomplete bodies', () => {
  const outer = `POST /plural/payment HTTP/1.1\r\n${headers}Connection: close\r\n`;
  const chunks = (count: number): string => `400\r\n${'x'.repeat(1024)}\r\n`.repeat(count);

  test('8 KiB in chunks: 413 at 4 KiB, without waiting for the rest', async () => {
    const { port } = await listening();
    expect(parseStatuses(await sendRaw(port, `${outer}Transfer-Encoding: chunked\r\n\r\n${chunks(8)}`))).toEqual([413]);
  });

  test('a content length of 10 GB: 413 before any byte of the body', async () => {
    const { port } = await listening();
    expect(parseStatuses(await sendRaw(port, `${outer}Content-Length: 10000000000\r\n\r\n`))).toEqual([413]);
  });

  test('a return of 20 KiB redirects to the merchant’s page as unverified, a webhook of 300 KiB gets 413', async () => {
    const { port } = await listening();
    const form = 'Content-Type: application/x-www-form-urlencoded\r\n';
    const host = 'Host: shop.example\r\nConnection: close\r\n';
    const text = await sendRaw(port, `POST /plural/return HTTP/1.1\r\n${host}${form}Content-Length: 20480\r\n\r\n`);
    expect([parseStatuses(text), /location: (.*)/i.exec(text)?.[1]]).toEqual([
      [303],
      `${shopOrigin}/return?problem=unverified`,
    ]);
    const told = await sendRaw(port, `POST /plural/webhook HTTP/1.1\r\n${host}Content-Length: 307200\r\n\r\n`);
    expect(parseStatuses(told)).toEqual([413]);
  });

  test('a client that disconnects in the middle of a body leaves the server running', async () => {
    const { port, shop, page } = await listening();
    const socket = connect(port, '127.0.0.1');
    socket.end(`${outer}Content-Length: 4000\r\n\r\n{"session"`);
    socket.resume();
    await once(socket, 'close');
    expect(parseStatuses(await sendRaw(port, createSubmitRequest(page.session)))).toEqual([200]);
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('a body that stops arriving gets 408, and its connection is closed', async () => {
    let isLate = false;
    const { port } = await listening({
      wait: (ms, signal) =>
        ms === 10_000 && isLate
          ? Promise.resolve()
          : new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
    });
    isLate = true;
    for (const length of ['Content-Length: 4000', 'Transfer-Encoding: chunked']) {
      const text = await sendRaw(port, `POST /plural/payment HTTP/1.1\r\n${headers}${length}\r\n\r\n4\r\n{"se`);
      expect(parseStatuses(text)).toEqual([408]);
    }
  });

  test('a header of 20 KiB gets 431', async () => {
    const { port, asked } = await listening();
    expect(parseStatuses(await sendRaw(port, `${outer}X-Note: ${'x'.repeat(20_000)}\r\n\r\n`))).toEqual([431]);
    expect(asked).toEqual([]);
  });
});
