import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

/** Anything that answers a `Request`, such as what `createOtpHandler` gives. */
export interface FetchHandler {
  fetch(request: Request): Promise<Response>;
}

/** A listener for `http.createServer`, and for Express, Connect and their like. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void;

/** What frameworks add to a request. */
interface FrameworkRequest extends IncomingMessage {
  /** The path before a router cut its mount point off. */
  originalUrl?: string;
  /** What a body parser made of the body it took. */
  body?: unknown;
  /** The bytes a body parser kept. */
  rawBody?: unknown;
}

/**
 * Lets a handler answer for `node:http`. A body that a parser before it has taken is printed again from `rawBody`
 * or `body`; a webhook needs its bytes as they came, so either `rawBody` or a place before the parser.
 */
export function toNodeListener(handler: FetchHandler): NodeListener {
  return (request, response) => {
    serve(handler, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };
}

async function serve(handler: FetchHandler, request: FrameworkRequest, response: ServerResponse): Promise<void> {
  const asked = toRequest(request);
  if (!asked) {
    response.writeHead(400).end();
    return;
  }
  const answer = await handler.fetch(asked);
  response.statusCode = answer.status;
  response.setHeaders(answer.headers);
  if (!answer.body) {
    response.end();
    return;
  }
  // The customer may be gone; that is no failure.
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), response).catch(() => undefined);
}

function toRequest(request: FrameworkRequest): Request | undefined {
  const { method = 'GET', socket } = request;
  const path = request.originalUrl ?? request.url ?? '';
  const scheme = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
  const base = `${scheme}://${request.headers.host ?? 'localhost'}`;
  if (!path.startsWith('/') || !URL.canParse(base + path)) return undefined;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  try {
    if (method === 'GET' || method === 'HEAD') return new Request(base + path, { method, headers });
    return new Request(base + path, { method, body: bodyOf(request, headers), headers, duplex: 'half' });
  } catch {
    return undefined;
  }
}

function bodyOf(request: FrameworkRequest, headers: Headers): NonNullable<RequestInit['body']> {
  const { rawBody, body } = request;
  if (!request.readableEnded) return Readable.toWeb(request);
  // Printed again it may have another length.
  headers.delete('content-length');
  for (const kept of [rawBody, body]) {
    if (typeof kept === 'string') return kept;
    if (kept instanceof Uint8Array) return new Uint8Array(kept);
  }
  const isForm = /^application\/x-www-form-urlencoded/i.test(headers.get('content-type') ?? '');
  return isForm ? new URLSearchParams(body as Record<string, string>) : JSON.stringify(body ?? null);
}
