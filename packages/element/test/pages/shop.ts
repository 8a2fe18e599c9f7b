import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPlural } from '@plural-otp/core';
import { createOtpHandler, memoryStore } from '@plural-otp/edge';
import { toNodeListener } from '@plural-otp/edge/node';
import { createSandbox, credentials } from '@plural-otp/sandbox';
import type { PaymentView } from '@plural-otp/flow/contract';

const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const lit = realpathSync(here('node_modules/lit'));

/** Folders of published or installed files, by the path they are served under. */
const folders: Record<string, string> = {
  '/element/': here('dist/'),
  '/flow/': here('../flow/dist/'),
  '/lit/': `${lit}/`,
  '/lit-html/': `${realpathSync(`${lit}/../lit-html`)}/`,
  '/lit-element/': `${realpathSync(`${lit}/../lit-element`)}/`,
  '/reactive-element/': `${realpathSync(`${lit}/../@lit/reactive-element`)}/`,
};

/** Import map of the published files, for a page without a bundler. */
export const importMap: string = JSON.stringify({
  imports: {
    '@plural-otp/element': '/element/index.js',
    '@plural-otp/flow': '/flow/index.js',
    '@plural-otp/flow/presentation': '/flow/presentation/index.js',
    lit: '/lit/index.js',
    'lit/': '/lit/',
    'lit-html': '/lit-html/lit-html.js',
    'lit-html/': '/lit-html/',
    'lit-element/': '/lit-element/',
    '@lit/reactive-element': '/reactive-element/reactive-element.js',
    '@lit/reactive-element/': '/reactive-element/',
  },
});

const types: Record<string, string> = { '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json' };

/** Returns the `integrity` attribute of a shipped file. */
export function getIntegrity(name: string): string {
  const hashes = JSON.parse(readFileSync(here('dist/integrity.json'), 'utf8')) as Record<string, string>;
  const hash = hashes[name];
  if (!hash) throw new Error(`integrity.json does not name ${name}.`);
  return hash;
}

/** Session and first view of a payment, as the browser gets them. */
export interface Client {
  session: string;
  view: PaymentView;
}

/** Response that the shop withholds until `release`. */
export interface BlockedResponse {
  arrived: Promise<void>;
  release: () => void;
}

/** Merchant site on loopback: pages, published files, and the real handler with an emulated Plural. */
export interface TestShop {
  origin: string;
  /** Serves `html` at `path`. */
  page(path: string, html: string, headers?: Record<string, string>): void;
  /** Serves a script or a style sheet at `path`. */
  file(path: string, text: string): void;
  /** Passes requests for all other paths on to a framework's own server, as a proxy in front of both. */
  passOn(origin: string | undefined): void;
  /** Creates an order and starts its payment. */
  start(): Promise<Client>;
  /** Withholds the response to the next request for `path`. */
  blockResponse(path: string): BlockedResponse;
  close(): Promise<void>;
}

/** Starts a test shop on a free port. */
export async function startTestShop({ submits }: { submits?: number } = {}): Promise<TestShop> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // The bank's page, for tests that go there.
  const bank = createServer();
  await new Promise<void>((resolve) => bank.listen(0, '127.0.0.1', resolve));
  const bankOrigin = `http://127.0.0.1:${(bank.address() as AddressInfo).port}`;
  const sandbox = createSandbox({ origin: bankOrigin });
  bank.on('request', toNodeListener({ fetch: (request) => sandbox.fetch(request) }));
  const plural = createPlural({
    environment: { baseUrl: bankOrigin },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    fetch: (request) => sandbox.fetch(request),
  });
  const otp = createOtpHandler({
    plural,
    origin,
    store: memoryStore(),
    onVerdict: false,
    returnSignature: { secretKey: credentials.returnSecretKey },
    returnPage: '/returned',
    limits: { orderReadEverySeconds: 0, ...(submits && { submits }) },
  });
  const served = new Map<string, { body: string; headers: Record<string, string> }>();
  const blocked = new Map<string, { arrive: () => void; released: Promise<void> }>();
  // The handler finishes before its response is withheld, so a page that leaves cannot abort its work.
  const pluralRoutes = toNodeListener({
    async fetch(request) {
      const response = await otp.fetch(request);
      await whenReleased(request.url);
      return response;
    },
  });
  let orders = 0;
  let otherOrigin: string | undefined;

  async function whenReleased(url: string): Promise<void> {
    const { pathname } = new URL(url, origin);
    const waiting = blocked.get(pathname);
    blocked.delete(pathname);
    waiting?.arrive();
    await waiting?.released;
  }

  const orderIds = new Map<string, string>();

  async function start(reference = `order-${(orders += 1)}`): Promise<Client> {
    const created = async (): Promise<string> => {
      const order_amount = { value: 125_000, currency: 'INR' };
      const callback_url = otp.returnUrl;
      return (await plural.createOrder({ merchant_order_reference: reference, order_amount, callback_url })).order_id;
    };
    const orderId = orderIds.get(reference) ?? (await created());
    orderIds.set(reference, orderId);
    const { client } = await otp.startPayment({
      orderId,
      payment: {
        merchant_payment_reference: `${reference}-1`,
        payment_method: 'CARD',
        payment_amount: { value: 125_000, currency: 'INR' },
        payment_option: {
          card_details: {
            name: 'Test Card',
            card_number: '4012001037141112',
            cvv: '123',
            expiry_month: '12',
            expiry_year: '2030',
          },
        },
      },
      display: { merchantName: 'Nilgiri Leaf' },
    });
    return client;
  }

  async function handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', origin);
    if (pathname.startsWith('/plural/')) return pluralRoutes(request, response);
    await whenReleased(pathname);
    if (pathname === '/pay') {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(await start(await readOrder(request))));
      return;
    }
    if (pathname === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const found = served.get(pathname) ?? readPublishedFile(pathname);
    if (found) response.writeHead(200, found.headers).end(found.body);
    else if (otherOrigin) passRequest(request, response, otherOrigin);
    else response.writeHead(404).end();
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handleRequest(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });

  return {
    origin,
    start,
    page(path, html, headers = {}) {
      const body = html.startsWith('<!doctype') ? html : `<!doctype html><html lang="en">${html}</html>`;
      served.set(path, { body, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } });
    },
    file(path, body) {
      served.set(path, { body, headers: { 'content-type': types[extname(path)] ?? 'text/plain' } });
    },
    passOn(to) {
      otherOrigin = to;
    },
    blockResponse(path) {
      const [arrived, arrive] = createSignal();
      const [released, release] = createSignal();
      blocked.set(path, { arrive, released });
      return { arrived, release };
    },
    close: () =>
      new Promise((resolve) => {
        bank.close();
        bank.closeAllConnections();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Passes a request on to a server behind this one. */
function passRequest(request: IncomingMessage, response: ServerResponse, origin: string): void {
  const { method, headers, url = '/' } = request;
  const passed = sendRequest(new URL(url, origin), { method, headers }, (from) => {
    response.writeHead(from.statusCode ?? 502, from.headers);
    from.pipe(response);
  });
  passed.on('error', () => response.destroy());
  request.pipe(passed);
}

/** Returns the order's id from the body that the README's page sends; other pages send none. */
async function readOrder(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  return body ? (JSON.parse(body) as { order: string }).order : undefined;
}

function createSignal(): [given: Promise<void>, give: () => void] {
  let give = (): void => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [given, give];
}

function readPublishedFile(pathname: string): { body: string; headers: Record<string, string> } | undefined {
  const [prefix, folder] = Object.entries(folders).find(([prefix]) => pathname.startsWith(prefix)) ?? [];
  const type = types[extname(pathname)];
  if (!prefix || !folder || !type || pathname.includes('..')) return undefined;
  const file = `${folder}${pathname.slice(prefix.length)}`;
  return existsSync(file) ? { body: readFileSync(file, 'utf8'), headers: { 'content-type': type } } : undefined;
}
