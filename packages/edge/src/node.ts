import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';

/** Anything that answers a `Request`, such as what `createOtpHandler` gives. */
export interface FetchHandler {
  fetch(request: Request): Promise<Response>;
}

/** A listener for `http.createServer`, and for Express, Connect and their like, whose `next` gets what they report. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse, next?: (error: Error) => void) => void;

/** What frameworks add to a request. */
interface FrameworkRequest extends IncomingMessage {
  /** The path before a router cut its mount point off. */
  originalUrl?: string;
  /** What a body parser made of the body it took. */
  body?: unknown;
  /** The bytes a body parser kept. */
  rawBody?: unknown;
}

const bodyConsumedMessage =
  'The body of this request was read before toNodeListener got it, and a body parser left nothing to print it from; ' +
  'a webhook needs its bytes as they came. Mount toNodeListener before body parsers, or have them keep the bytes in ' +
  'request.rawBody.';

/**
 * Lets a handler answer for `node:http`. A body that a parser before it has taken is printed again from `rawBody`
 * or `body`. Where that cannot be right, since nothing is left or a webhook's bytes are gone, the request ends with an
 * error that says so: by `next` where there is one, else as the text of a 500.
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

/** Whether somebody has read the body, and what is left of it is not what was sent. */
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
  // What is still to come of a body that was refused is not waited for.
  if (!request.complete) response.setHeader('connection', 'close');
  if (!webResponse.body) {
    response.end();
    return;
  }
  // The customer may be gone; that is no failure.
  await pipeline(Readable.fromWeb(webResponse.body as ReadableStream), response).catch(() => undefined);
}

// A host with more than a host in it would move the path, and with it the route.
const hostPattern = /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i;
// URL turns these into another path than the one a proxy in front of us has judged.
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
  // Printed again it may have another length, and the parser has unpacked it.
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name);
  const parsed = getParsedBody(request);
  if (parsed !== undefined) return parsed;
  const { body } = request;
  const isForm = /^application\/x-www-form-urlencoded/i.test(headers.get('content-type') ?? '');
  return isForm ? new URLSearchParams(body as Record<string, string>) : JSON.stringify(body);
}
