/**
 * The adapter for `node:http`. Written by hand, because it has to recover bodies that a parser took and reject paths
 * that a proxy
 * reads differently.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';

/** An object with a `fetch` method, for example the handler returned by `createOtpHandler`. */
export interface FetchHandler {
  fetch(request: Request): Promise<Response>;
}

/** A listener for `http.createServer`, and for Express and Connect, whose `next` receives errors. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse, next?: (error: Error) => void) => void;

/** Members that frameworks add to a request. */
interface FrameworkRequest extends IncomingMessage {
  /** Path before a router stripped its mount point. */
  originalUrl?: string;
  /** Body as a parser returned it. */
  body?: unknown;
  /** Bytes of the body, kept by a parser. */
  rawBody?: unknown;
}

const bodyConsumedMessage =
  'The body of this request was read before toNodeListener received it, and cannot be restored; a webhook needs its ' +
  'exact bytes. Mount toNodeListener before body parsers, or have them keep the bytes in request.rawBody.';

/**
 * Creates a `node:http` listener for a handler. A body that a parser consumed is restored from `rawBody` or `body`.
 * The request fails with an error that says so when nothing is left of it, or when a webhook's exact bytes are gone:
 * through `next` if there is one, else as a 500.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import type { OtpHandler } from '@plural-otp/edge';
 * import { toNodeListener } from '@plural-otp/edge/node';
 *
 * export const serve = (handler: OtpHandler) => createServer(toNodeListener(handler)).listen(3000, '127.0.0.1');
 * ```
 */
export function toNodeListener(handler: FetchHandler): NodeListener {
  return (request, response, next) => {
    if (isBodyLost(request)) {
      if (next) next(new Error(bodyConsumedMessage));
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(bodyConsumedMessage);
      return;
    }
    serve(handler, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };
}

const isConsumed = (request: IncomingMessage): boolean => request.readableDidRead || request.readableEnded;

/** Returns true when the body was consumed and cannot be restored as it was sent. */
function isBodyLost(request: FrameworkRequest): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  if (!isConsumed(request) || getParsedBody(request) !== undefined) return false;
  return request.body === undefined || request.headers['webhook-signature'] !== undefined;
}

function getParsedBody({ rawBody, body }: FrameworkRequest): string | Uint8Array<ArrayBuffer> | undefined {
  for (const parsed of [rawBody, body]) {
    if (typeof parsed === 'string') return parsed;
    if (parsed instanceof Uint8Array) return new Uint8Array(parsed);
  }
  return undefined;
}

async function serve(handler: FetchHandler, request: FrameworkRequest, response: ServerResponse): Promise<void> {
  const webRequest = toRequest(request);
  if (!webRequest) {
    response.writeHead(400).end();
    return;
  }
  const webResponse = await handler.fetch(webRequest);
  response.statusCode = webResponse.status;
  response.setHeaders(webResponse.headers);
  // The rest of a rejected body is not awaited.
  if (!request.complete) response.setHeader('connection', 'close');
  if (!webResponse.body) {
    response.end();
    return;
  }
  // A dropped connection is not an error: the customer may be gone.
  await pipeline(Readable.fromWeb(webResponse.body as ReadableStream), response).catch(() => undefined);
}

// Anything but a host in `Host` would move the path, and with it the route.
const hostPattern = /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i;
// The URL parser normalizes these to another path than the one a proxy checked.
const rewrittenPath = /^[^?]*(?:\\|\/(?:\.|%2e){1,2}(?:[/?#]|$)|#)/i;

function toRequest(request: FrameworkRequest): Request | undefined {
  const { method = 'GET', socket } = request;
  const path = request.originalUrl ?? request.url ?? '';
  const [host = 'localhost', ...otherHosts] = request.headersDistinct['host'] ?? [];
  if (otherHosts.length > 0 || !hostPattern.test(host) || !path.startsWith('/') || rewrittenPath.test(path))
    return undefined;
  const scheme = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
  const base = `${scheme}://${host}`;
  if (!URL.canParse(base + path)) return undefined;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  try {
    if (method === 'GET' || method === 'HEAD') return new Request(base + path, { method, headers });
    return new Request(base + path, { method, body: toBody(request, headers), headers, duplex: 'half' });
  } catch {
    return undefined;
  }
}

function toBody(request: FrameworkRequest, headers: Headers): NonNullable<RequestInit['body']> {
  // `Readable.toWeb` throws into the process when data comes after its stream was cancelled.
  if (!isConsumed(request)) return ReadableStream.from(request.iterator({ destroyOnReturn: false }));
  // A restored body may have another length, and the parser has decompressed it.
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name);
  const parsed = getParsedBody(request);
  if (parsed !== undefined) return parsed;
  const { body } = request;
  const isForm = /^application\/x-www-form-urlencoded/i.test(headers.get('content-type') ?? '');
  return isForm ? new URLSearchParams(body as Record<string, string>) : JSON.stringify(body);
}
