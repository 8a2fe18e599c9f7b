/** Raw HTTP/1.1 requests that fetch could not send: request smuggling and other ambiguous framing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { rightOtp, shopOrigin } from './test-shop.ts';

/** Headers of a request that the handler accepts from the shop's page: host, origin and content type. */
export const browserHeaders = (origin: string = shopOrigin): string =>
  `Host: shop.example\r\nOrigin: ${origin}\r\nContent-Type: application/json\r\n`;

/** Creates the bytes of a request that submits an OTP. */
export function createSubmitRequest(session: string, origin: string = shopOrigin): string {
  const body = JSON.stringify({ session, idempotencyKey: 'b0c1d2e3-f4a5-4b6c-8d7e-9f0a1b2c3d4e', otp: rightOtp });
  const head = `POST /plural/otp/submit HTTP/1.1\r\n${browserHeaders(origin)}Content-Length: ${body.length}\r\n`;
  return `${head}Connection: close\r\n\r\n${body}`;
}

const outer = `POST /plural/payment HTTP/1.1\r\n${browserHeaders()}`;

/** Requests that hide `inner`: two programs may disagree where the outer one ends. */
export const smuggledRequests: Record<string, (inner: string) => string> = {
  'two lengths': (inner) => `${outer}Content-Length: 2\r\nContent-Length: ${inner.length + 2}\r\n\r\n{}${inner}`,
  'two lengths in one line': (inner) => `${outer}Content-Length: 2, ${inner.length + 2}\r\n\r\n{}${inner}`,
  'a length and chunks': (inner) =>
    `${outer}Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
  'chunks and a length': (inner) =>
    `${outer}Transfer-Encoding: chunked\r\nContent-Length: ${inner.length + 5}\r\n\r\n0\r\n\r\n${inner}`,
  'chunks that are not last': (inner) => `${outer}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${inner}`,
  'chunks by another spelling': (inner) =>
    `${outer}Content-Length: 2\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`,
  'a blank before the colon': (inner) =>
    `${outer}Content-Length: 2\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${inner}`,
  'a folded header': (inner) =>
    `${outer}X-Note: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  'a header after a bare line feed': (inner) =>
    `${outer}X-Note: a\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n${inner}`,
  'a bare line feed in a chunk’s extension': (inner) =>
    `${outer}Transfer-Encoding: chunked\r\n\r\n2;a=b\n\r\n{}\r\n0\r\n\r\n${inner}`,
  'a negative length': (inner) => `${outer}Content-Length: -2\r\n\r\n${inner}`,
  'a length with a sign': (inner) => `${outer}Content-Length: +2\r\n\r\n{}${inner}`,
  'a length in hexadecimal': (inner) => `${outer}Content-Length: 0x2\r\n\r\n{}${inner}`,
  'a NUL in a header': (inner) => `${outer}X-Note: a\0b\r\nContent-Length: 2\r\n\r\n{}${inner}`,
  'a line break in the path': (inner) =>
    `POST /plural/payment\r\nX: y HTTP/1.1\r\n${browserHeaders()}Content-Length: 2\r\n\r\n{}${inner}`,
  'no version': (inner) => `POST /plural/payment\r\n${browserHeaders()}Content-Length: 2\r\n\r\n{}${inner}`,
};

/** Sends bytes and returns everything the server sends until it closes the connection. */
export async function sendRaw(
  port: number,
  bytes: string,
  open: (port: number) => Socket = (at) => connect(at, '127.0.0.1'),
): Promise<string> {
  const socket = open(port);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  // A server that rejects the request may close before it has read all of it.
  socket.on('error', () => undefined);
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return text;
}

/** Returns the status of each HTTP response in a server's output. */
export const parseStatuses = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => Number(code));
