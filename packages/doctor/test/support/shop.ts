/** A shop on loopback whose page and parsers can be set up wrongly. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createPlural } from '@plural-otp/core';
import { createOtpHandler, memoryStore } from '@plural-otp/edge';
import { toNodeListener } from '@plural-otp/edge/node';
import { createSandbox, credentials, type Sandbox } from '@plural-otp/sandbox';
import { listen } from '@plural-otp/sandbox/listen';
import type { Certificate } from './certificate.ts';

/** What a shop does otherwise than it should. */
export interface WrongSetup {
  readonly headers?: Readonly<Record<string, string>>;
  readonly scriptTag?: string;
  readonly webhookSecret?: string;
  readonly secretEncoding?: 'utf8' | 'base64';
  readonly path?: string;
  /** Origin of the bank's page. @default the sandbox's own */
  readonly bankOrigin?: string;
  /** Serves the shop by TLS, as `https://localhost`. */
  readonly certificate?: Certificate;
  /** Handles a request before the shop; true when it responded. */
  readonly before?: (...[request, response]: Parameters<RequestListener>) => boolean;
}

/** A shop that runs next to a sandbox. */
export interface TestShop {
  readonly url: URL;
  readonly settings: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  readonly bank: string;
  close(): Promise<void>;
}

const script = 'export {};';
/** `integrity` of the script that every test shop serves. */
export const scriptHash = `sha384-${createHash('sha384').update(script).digest('base64')}`;
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/** Sends the payment page. */
function sendPage(response: ServerResponse, wrong: WrongSetup): void {
  const headers = { 'content-type': 'text/html', 'content-security-policy': policy, ...wrong.headers };
  for (const [name, value] of Object.entries(headers)) if (value !== '') response.setHeader(name, value);
  const tag = wrong.scriptTag ?? `<script type="module" src="/plural-otp.min.js" integrity="${scriptHash}"></script>`;
  response.end(`<!doctype html><title>Pay</title>${tag}`);
}

/** Starts a shop that is right but for its set-up. */
export async function startShop(wrong: WrongSetup = {}): Promise<TestShop> {
  const sandbox = createSandbox(wrong.bankOrigin === undefined ? {} : { origin: wrong.bankOrigin });
  const bank = await listen(sandbox, 0);
  const { certificate } = wrong;
  const server = certificate === undefined ? createServer() : createSecureServer(certificate);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = certificate === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  const settings = {
    SHOP_ORIGIN: origin,
    PLURAL_ENVIRONMENT: bank.origin,
    PLURAL_CLIENT_ID: credentials.clientId,
    PLURAL_CLIENT_SECRET: credentials.clientSecret,
    PLURAL_RETURN_SECRET_KEY: credentials.returnSecretKey,
    PLURAL_WEBHOOK_SECRET: credentials.webhookSecret,
  };
  const handler = createOtpHandler({
    plural: createPlural({
      environment: { baseUrl: bank.origin },
      clientId: credentials.clientId,
      clientSecret: credentials.clientSecret,
    }),
    origin,
    store: memoryStore(),
    basePath: wrong.path ?? '/plural',
    returnSignature: { secretKey: credentials.returnSecretKey },
    webhook: {
      secret: wrong.webhookSecret ?? credentials.webhookSecret,
      secretEncoding: wrong.secretEncoding ?? 'utf8',
    },
    onVerdict: false,
  });
  const listener = toNodeListener(handler);
  server.on('request', (request: IncomingMessage, response) => {
    if (wrong.before?.(request, response) === true) return;
    if (request.url === '/plural-otp.min.js') response.setHeader('content-type', 'text/javascript').end(script);
    else if (request.url?.startsWith(wrong.path ?? '/plural') === true) listener(request, response);
    else if (request.url === '/') sendPage(response, wrong);
    else response.writeHead(404).end();
  });
  return {
    url: new URL(origin),
    settings,
    sandbox,
    bank: bank.origin,
    async close() {
      server.closeAllConnections();
      server.close();
      await bank.close();
    },
  };
}
