import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { toNodeListener } from '@plural-otp/edge/node';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemTimers } from '../../src/lib/timeout.ts';
import { freePort, shouldSkip, nginx } from '../support/databases.ts';
import { startTlsProxy, type TlsProxy } from '../support/proxy.ts';
import {
  browserHeaders,
  sendRaw,
  smuggledRequests,
  parseStatuses,
  createSubmitRequest,
} from '../support/request-smuggling.ts';
import {
  Clock,
  createTestShop,
  rightOtp,
  createSignedReturn,
  createReturnRequest,
  type TestShop,
  type TestShopOptions,
} from '../support/test-shop.ts';

const component = readFileSync(new URL('../../../element/dist/plural-otp.min.js', import.meta.url));

class WallClock extends Clock {
  override now = (): number => Date.now();
}

/** A shop behind the proxy: its server, and every request of a page that reached its handler. */
interface MerchantServer {
  shop: TestShop;
  origin: string;
  requests: { path: string; headers: Headers; status: number }[];
  server: Server;
}

async function startMerchantServer(origin: string, options: TestShopOptions = {}): Promise<MerchantServer> {
  const shop = createTestShop({ clock: new WallClock(), timers: systemTimers, origin, ...options });
  const asked: MerchantServer['requests'] = [];
  const server = createServer(
    toNodeListener({
      async fetch(request) {
        const { pathname } = new URL(request.url);
        if (pathname === '/component.js')
          return new Response(component, { headers: { 'content-type': 'text/javascript' } });
        if (pathname === '/pay') return createPage(shop, '/plural');
        const response = await shop.handler.fetch(request);
        asked.push({ path: `${request.method} ${pathname}`, headers: request.headers, status: response.status });
        return response;
      },
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { shop, origin, requests: asked, server };
}

/** A payment page whose step speaks to `endpoint`. */
async function createPage(shop: TestShop, endpoint: string): Promise<Response> {
  const { client } = await shop.startPayment(await shop.createOrder());
  const html = `<!doctype html><title>Pay</title><script type="module" src="/component.js"></script>
<plural-otp endpoint="${endpoint}" session="${client.session}"></plural-otp>`;
  return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } });
}

const getPort = (server: Server): number => (server.address() as AddressInfo).port;

describe.skipIf(shouldSkip(nginx))('behind nginx with TLS', () => {
  let proxy: TlsProxy;
  let browser: Browser;
  let plain: MerchantServer;
  let old: MerchantServer;
  let divided: MerchantServer;
  let ports: number[];
  const front = createServer();
  /** What the page of another origin is to be. */
  let frontPage: () => Promise<Response>;

  beforeAll(async () => {
    ports = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
    const [plainPort = 0, oldPort = 0, dividedPort = 0, frontPort = 0, strangerPort = 0] = ports;
    plain = await startMerchantServer(`https://shop.example:${plainPort}`);
    old = await startMerchantServer(`https://shop.example:${oldPort}`);
    divided = await startMerchantServer(`https://shop.example:${dividedPort}`, {
      allowedOrigins: [`https://pay.shop.example:${frontPort}`],
    });
    front.on(
      'request',
      toNodeListener({
        fetch: async (request) =>
          new URL(request.url).pathname === '/component.js'
            ? new Response(component, { headers: { 'content-type': 'text/javascript' } })
            : frontPage(),
      }),
    );
    front.listen(0, '127.0.0.1');
    await once(front, 'listening');
    const keepHost = 'proxy_set_header Host $http_host;';
    const oldBrowser = ['Site', 'Mode', 'Dest', 'User'].map((name) => `proxy_set_header Sec-Fetch-${name} "";`);
    const lies = ['proxy_set_header X-Forwarded-Host evil.example;', 'proxy_set_header X-Forwarded-Proto http;'];
    proxy = await startTlsProxy([
      // As nginx does it unless told otherwise: the server sees `127.0.0.1:<port>` as its host.
      { host: 'shop.example', port: plainPort, upstreamPort: getPort(plain.server), lines: lies },
      { host: 'shop.example', port: oldPort, upstreamPort: getPort(old.server), lines: [keepHost, ...oldBrowser] },
      { host: 'shop.example', port: dividedPort, upstreamPort: getPort(divided.server), lines: [keepHost] },
      { host: 'pay.shop.example', port: frontPort, upstreamPort: getPort(front), lines: [keepHost] },
      { host: 'pay.shop.example', port: strangerPort, upstreamPort: getPort(front), lines: [keepHost] },
    ]);
    browser = await puppeteer.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      acceptInsecureCerts: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ].concat('--host-resolver-rules=MAP *.example 127.0.0.1'),
    });
  });
  afterAll(async () => {
    await browser?.close();
    await proxy?.dispose();
    for (const server of [plain?.server, old?.server, divided?.server, front]) {
      server?.closeAllConnections();
      server?.close();
    }
  });
  afterEach(() => {
    for (const shop of [plain, old, divided]) shop.requests.length = 0;
  });

  async function pay(url: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(url);
    const input = await page.waitForSelector('plural-otp:state(awaitingOtp) > input');
    await input?.type(rightOtp);
    await input?.press('Enter');
    await page.waitForSelector('plural-otp:state(authorized)');
    return page;
  }

  test('Chromium pays: its Sec-Fetch headers identify the shop’s own page, whatever host the server sees', async () => {
    const page = await pay(`${plain.origin}/pay`);
    const submits = plain.requests.filter(({ path }) => path === 'POST /plural/otp/submit');
    expect(submits.map(({ status }) => status)).toEqual([200]);
    const { headers } = submits[0] ?? {};
    expect(headers?.get('sec-fetch-site')).toBe('same-origin');
    expect(headers?.get('x-forwarded-host')).toBe('evil.example');
    expect(headers?.get('host')).not.toContain('shop.example');
    expect(plain.shop.verdicts.map(({ outcome }) => outcome)).toEqual(['paid']);
    await page.close();
  });

  test('without Sec-Fetch headers, as from an older browser, the origin is enough to pay', async () => {
    const page = await pay(`${old.origin}/pay`);
    const calls = old.requests.filter(({ path }) => path.includes('/plural/'));
    expect(calls.length).toBeGreaterThan(2);
    for (const { headers, status } of calls) {
      expect([headers.get('sec-fetch-site'), headers.get('origin'), status]).toEqual([null, old.origin, 200]);
    }
    await page.close();
  });

  test('a front end on another port pays across origins, after a preflight', async () => {
    frontPage = () => createPage(divided.shop, `${divided.origin}/plural`);
    const page = await pay(`https://pay.shop.example:${ports[3]}/`);
    const paths = divided.requests.map(({ path }) => path);
    expect(paths[0]).toMatch(/^OPTIONS \/plural\//);
    expect(paths).toContain('POST /plural/otp/submit');
    for (const { headers } of divided.requests) {
      expect(headers.get('origin')).toBe(`https://pay.shop.example:${ports[3]}`);
      expect(headers.get('cookie')).toBeNull();
    }
    await page.close();
  });

  test('the same page on a port that is not listed never gets past the preflight', async () => {
    frontPage = () => createPage(divided.shop, `${divided.origin}/plural`);
    const { callCount: calls } = divided.shop;
    const before = calls('generateOtp');
    const page = await browser.newPage();
    const failed = once(page as unknown as NodeJS.EventEmitter, 'requestfailed');
    await page.goto(`https://pay.shop.example:${ports[4]}/`);
    await failed;
    expect(new Set(divided.requests.map(({ path }) => path.split(' ')[0]))).toEqual(new Set(['OPTIONS']));
    expect(calls('generateOtp')).toBe(before);
    await page.close();
  });

  test('pages of other origins cannot reach the handler by any request without a preflight', async () => {
    frontPage = async () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
    const page = await browser.newPage();
    await page.goto(`https://pay.shop.example:${ports[4]}/`);
    const { client } = await plain.shop.startPayment(await plain.shop.createOrder());
    const generated = plain.shop.callCount('generateOtp');
    const body = JSON.stringify({ session: client.session, idempotencyKey: crypto.randomUUID() });
    await page.evaluate(
      async (url, text) => {
        // No answer is shown to a page that did not ask, so each of these ends in an error for it.
        const send = (to: string, options: RequestInit): Promise<unknown> =>
          fetch(to, { mode: 'no-cors', ...options }).catch(() => undefined);
        for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
          await send(url, { method: 'POST', headers: { 'content-type': type }, body: text });
        }
        await send(url, { method: 'POST', body: text });
        await send(`${url}?${new URLSearchParams({ body: text })}`, {});
        navigator.sendBeacon(url, new Blob([text], { type: 'text/plain' }));
      },
      `${plain.origin}/plural/otp/generate`,
      body,
    );
    await page.evaluate(
      (url, text) => {
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action: url, enctype: 'text/plain' });
        const field = document.createElement('input');
        const [name = '', value = ''] = text.split(':', 2);
        Object.assign(field, { name, value });
        form.append(field);
        document.body.append(form);
        form.submit();
      },
      `${plain.origin}/plural/otp/generate`,
      body,
    );
    await page.waitForNavigation().catch(() => undefined);
    expect(plain.requests.length).toBeGreaterThanOrEqual(6);
    expect(new Set(plain.requests.map(({ status }) => status))).toEqual(new Set([403, 405]));
    expect(plain.shop.callCount('generateOtp')).toBe(generated);
    await page.close();
  });

  const connectTls = (port: number) =>
    connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });

  test.each(Object.entries(smuggledRequests))(
    '%s: proxy and server see the same requests, and none causes an internal error',
    async (_what, make) => {
      const { client } = await plain.shop.startPayment(await plain.shop.createOrder());
      const before = proxy.forwardedRequests(ports[0] ?? 0).length;
      const submits = plain.shop.callCount('submitOtp');
      const text = await sendRaw(
        ports[0] ?? 0,
        make(createSubmitRequest(client.session, 'https://evil.example')),
        connectTls,
      );
      // nginx answers a request without a version without a status, and codings it does not know with 501.
      expect(text).toMatch(/400 Bad Request|40\d |501 Not Implemented/);
      expect(parseStatuses(text).filter((status) => status < 400 || (status >= 500 && status !== 501))).toEqual([]);
      const passed = proxy.forwardedRequests(ports[0] ?? 0).slice(before);
      // What nginx passes on and Node refuses as no HTTP never reaches the handler.
      expect(plain.requests.length).toBeLessThanOrEqual(passed.length);
      expect(passed.filter((line) => line !== 'POST /plural/payment').length).toBe(
        plain.requests.filter(({ path }) => path !== 'POST /plural/payment').length,
      );
      expect(plain.shop.callCount('submitOtp')).toBe(submits);
    },
  );

  test.each([
    ['another host', 'Host: evil.example', 403],
    ['another host as absolute URL', 'Host: shop.example', 403],
    ['a forwarded host', `Host: shop.example\r\nX-Forwarded-Host: evil.example`, 403],
    ['a forwarded origin', `Host: shop.example\r\nForwarded: host=evil.example;proto=https`, 403],
  ])('a request with %s is checked against the configured origin only', async (what, host, status) => {
    const { client } = await old.shop.startPayment(await old.shop.createOrder());
    const make = (origin: string): string => {
      const target = what.includes('absolute') ? `https://evil.example/plural/payment` : '/plural/payment';
      const body = JSON.stringify({ session: client.session });
      const rest = `Origin: ${origin}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`;
      return `POST ${target} HTTP/1.1\r\n${host}\r\n${rest}\r\n\r\n${body}`;
    };
    const [, oldPort = 0] = ports;
    expect(parseStatuses(await sendRaw(oldPort, make('https://evil.example'), connectTls))).toEqual([status]);
    expect(parseStatuses(await sendRaw(oldPort, make(old.origin), connectTls))).toEqual([200]);
  });

  test('a return redirects to the configured origin, whatever host it was posted to', async () => {
    const orderId = await plain.shop.createOrder();
    await plain.shop.startPayment(orderId);
    const form = await createReturnRequest(
      await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }),
    ).text();
    const head = `POST /plural/return HTTP/1.1\r\nHost: evil.example\r\nOrigin: null\r\nConnection: close\r\n`;
    const type = 'Content-Type: application/x-www-form-urlencoded\r\n';
    const text = await sendRaw(
      ports[0] ?? 0,
      `${head}${type}Content-Length: ${form.length}\r\n\r\n${form}`,
      connectTls,
    );
    expect(parseStatuses(text)).toEqual([303]);
    expect(/^location: (.*)\r$/im.exec(text)?.[1]).toMatch(new RegExp(`^${plain.origin}/return\\?reference=[\\w-]+$`));
  });

  test('a path that nginx reads differently than the server is rejected by the server', async () => {
    for (const target of ['/plural\\payment', '/public\\..\\plural\\payment']) {
      const text = await sendRaw(
        ports[0] ?? 0,
        `POST ${target} HTTP/1.1\r\n${browserHeaders()}Content-Length: 2\r\nConnection: close\r\n\r\n{}`,
        connectTls,
      );
      expect(parseStatuses(text)).toEqual([400]);
    }
    expect(plain.requests).toEqual([]);
  });
});
