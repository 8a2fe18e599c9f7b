import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { rightOtp, shopOrigin } from './test-shop.ts';

/** Headers that let a request of the shop's page pass, up to its content type. */
export const pageHeaders = (origin: string = shopOrigin): string =>
  `Host: shop.example\r\nOrigin: ${origin}\r\nContent-Type: application/json\r\n`;

/** A code handed in, byte by byte as it stands on the wire. */
export function submitRequest(session: string, origin: string = shopOrigin): string {
  const body = JSON.stringify({ session, idempotencyKey: 'b0c1d2e3-f4a5-4b6c-8d7e-9f0a1b2c3d4e', otp: rightOtp });
  const head = `POST /plural/otp/submit HTTP/1.1\r\n${pageHeaders(origin)}Content-Length: ${body.length}\r\n`;
  return `${head}Connection: close\r\n\r\n${body}`;
}

const outer = `POST /plural/payment HTTP/1.1\r\n${pageHeaders()}`;

/** Ways to hide a request in another one, so that two programs disagree where the first of them ends. */
export const smuggled: Record<string, (inner: string) => string> = {
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
    `POST /plural/payment\r\nX: y HTTP/1.1\r\n${pageHeaders()}Content-Length: 2\r\n\r\n{}${inner}`,
  'no version': (inner) => `POST /plural/payment\r\n${pageHeaders()}Content-Length: 2\r\n\r\n{}${inner}`,
};

/** Everything a server says to these bytes until it closes the connection. */
export async function said(
  port: number,
  bytes: string,
  open: (port: number) => Socket = (at) => connect(at, '127.0.0.1'),
): Promise<string> {
  const socket = open(port);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  // A server that refuses may close before it has read all of it.
  socket.on('error', () => undefined);
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return text;
}

/** The statuses a server has answered with. */
export const statuses = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => Number(code));
