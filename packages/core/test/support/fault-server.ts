/** A real server on a loopback socket that fails in one chosen way, and records its requests. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface FaultServer {
  baseUrl: string;
  /** Method and path of each request, in order. */
  requests: string[];
  close(): Promise<void>;
}

/** Handles a request. @param count 1 for the first request */
export type FaultHandler = (request: IncomingMessage, response: ServerResponse, count: number, body: string) => void;

export async function createFaultServer(serve: FaultHandler): Promise<FaultServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('error', () => undefined);
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`);
      serve(request, response, requests.length, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export const status =
  (code: number, body: unknown = {}, headers: Record<string, string> = {}): FaultHandler =>
  (_request, response) =>
    json(response, code, body, headers);

const partial = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"data":');
};

/** Ways in which a connection can break a response. */
export const connectionFaults: Record<string, FaultHandler> = {
  'reset before headers': (request) => request.socket.resetAndDestroy(),
  'closed before headers': (request) => request.socket.end(),
  'half a status line': (request) => request.socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
  'not HTTP': (request) => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
  'reset in the body': (request, response) => {
    partial(response);
    setImmediate(() => request.socket.resetAndDestroy());
  },
  'closed in the body': (request, response) => {
    partial(response);
    setImmediate(() => request.socket.end());
  },
  'broken chunks': (request) =>
    request.socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"dat\r\nzz\r\n'),
  'broken gzip': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end('this is not gzip');
  },
};

export const stalls: Record<string, FaultHandler> = {
  'stalled before headers': () => undefined,
  'stalled after headers': (_request, response) => partial(response),
  'a byte now and then': (_request, response) => {
    partial(response);
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  },
};

const tenMegabytes = JSON.stringify({ data: { order_id: 'o', status: 'S', notes: 'x'.repeat(10_000_000) } });

/** Complete responses of an invalid form. */
export const invalidResponses: Record<string, FaultHandler> = {
  'HTML with 200': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html><body>Maintenance</body></html>');
  },
  'an empty body with 200': (_request, response) => response.writeHead(200).end(),
  'truncated JSON with 200': (_request, response) => response.end('{"data":{"order_id":"o-1","sta'),
  'another shape with 200': status(200, { data: { id: 7 } }),
  'a list with 200': status(200, [1, 2]),
  'an unknown error with 200': status(200, { code: 'E_NEW', message: 'something' }),
  'ten megabytes': status(200, JSON.parse(tenMegabytes)),
  'ten megabytes, length unknown': (_request, response) => {
    response.writeHead(200, { 'transfer-encoding': 'chunked' });
    response.end(tenMegabytes);
  },
  'a gzip of ten megabytes': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(tenMegabytes));
  },
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((code) => [`redirect ${code}`, status(code, {}, { location: '/elsewhere' })]),
  ),
};
