/** Request bodies that hide fields, lie about their type or nest too deeply. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  readProblemCode,
  startAndPrompt,
  createReturnRequest,
  rightOtp,
  shopOrigin,
  createSignedReturn,
  wrongOtp,
  type PaymentFixture,
} from '../../support/test-shop.ts';

const idempotencyKey = 'a3f0d1c2-5b64-4e7f-9a81-2c3d4e5f6a7b';

interface Sent {
  body: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Sends a body to the submit route of a payment whose code was sent; `session` is the payment's own. */
async function attacked(make: (session: string) => Sent): Promise<PaymentFixture & { response: Response }> {
  const made = await startAndPrompt();
  const { body, headers = {} } = make(made.page.session);
  const request = new Request(`${shopOrigin}/plural/otp/submit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body,
  });
  return { ...made, response: await made.shop.handler.fetch(request) };
}

const good = (session: string): string => JSON.stringify({ session, idempotencyKey, otp: rightOtp });

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const utf16 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));

describe('hostile bodies', () => {
  const refused: Record<string, [status: number, (session: string) => Sent]> = {
    'every field hidden in __proto__': [400, (session) => ({ body: `{"__proto__":${good(session)}}` })],
    'every field hidden in constructor.prototype': [
      400,
      (session) => ({ body: `{"constructor":{"prototype":${good(session)}}}` }),
    ],
    'a session in __proto__ in addition to the other fields': [
      400,
      (session) => ({
        body: `{"idempotencyKey":"${idempotencyKey}","otp":"${rightOtp}","__proto__":{"session":"${session}"}}`,
      }),
    ],
    'a payment of the sender’s choice': [
      400,
      (session) => ({ body: JSON.stringify({ session, idempotencyKey, otp: rightOtp, paymentId: 'v1-other' }) }),
    ],
    'an object as OTP': [400, (session) => ({ body: JSON.stringify({ session, idempotencyKey, otp: { $gt: '' } }) })],
    'an array as OTP': [400, (session) => ({ body: JSON.stringify({ session, idempotencyKey, otp: [rightOtp] }) })],
    'true as OTP': [400, (session) => ({ body: JSON.stringify({ session, idempotencyKey, otp: true }) })],
    'arrays 2000 deep': [400, () => ({ body: '['.repeat(2000) + ']'.repeat(2000) })],
    'objects 300 deep in a field': [
      400,
      (session) => ({ body: `{"session":"${session}","otp":${'{"a":'.repeat(300)}1${'}'.repeat(300)}}` }),
    ],
    'two documents': [400, (session) => ({ body: `${good(session)}${good(session)}` })],
    'a comment': [400, (session) => ({ body: `/* */${good(session)}` })],
    'half of a surrogate pair in UTF-8': [
      400,
      (session) => ({
        body: new Uint8Array(Buffer.concat([Buffer.from(good(session)), Buffer.from([0xed, 0xa0, 0x80])])),
      }),
    ],
    'an overlong slash in UTF-8': [400, () => ({ body: new Uint8Array([0x22, 0xc0, 0xaf, 0x22]) })],
    'UTF-16': [400, (session) => ({ body: utf16(good(session)) })],
    'UTF-16, as its content type says': [
      415,
      (session) => ({ body: utf16(good(session)), headers: { 'content-type': 'application/json; charset=utf-16' } }),
    ],
    'a charset that only a proxy would read': [
      415,
      (session) => ({ body: good(session), headers: { 'content-type': 'application/json; charset="utf-7"' } }),
    ],
    'two charsets': [
      415,
      (session) => ({
        body: good(session),
        headers: { 'content-type': 'application/json; charset=utf-8; charset=iso-8859-1' },
      }),
    ],
    gzip: [
      415,
      (session) => ({ body: new Uint8Array(gzipSync(good(session))), headers: { 'content-encoding': 'gzip' } }),
    ],
    'plain JSON that claims to be gzip': [
      415,
      (session) => ({ body: good(session), headers: { 'content-encoding': 'gzip' } }),
    ],
    'gzip inside of identity': [
      415,
      (session) => ({ body: good(session), headers: { 'content-encoding': 'identity, gzip' } }),
    ],
    'two content types': [
      415,
      (session) => ({ body: good(session), headers: { 'content-type': 'application/json, text/plain' } }),
    ],
    'JSON of another kind': [
      415,
      (session) => ({ body: good(session), headers: { 'content-type': 'application/json+x' } }),
    ],
    'a length that lies about more than 4 KiB': [
      413,
      (session) => ({ body: good(session), headers: { 'content-length': '99999999' } }),
    ],
  };
  test.each(Object.entries(refused))('%s: rejected, and no OTP is sent', async (_what, [status, make]) => {
    const { shop, response } = await attacked(make);
    expect([response.status, await readProblemCode(response)]).toEqual([status, 'INTERNAL']);
    expect(shop.callCount('submitOtp')).toBe(0);
    expect(({} as Record<string, unknown>)['session'], 'a polluted prototype').toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  const taken: Record<string, (session: string) => Sent> = {
    'with a byte order mark': (session) => ({ body: bytes(`\uFEFF${good(session)}`) }),
    'with white space around it': (session) => ({ body: ` \r\n\t${good(session)}\n` }),
    'with escapes instead of digits': (session) => ({
      body: `{"session":"${session}","idempotencyKey":"${idempotencyKey}","otp":"${String.raw`\u0031\u0032`}3456"}`,
    }),
    'as UTF-8 by name': (session) => ({
      body: good(session),
      headers: { 'content-type': 'APPLICATION/json ; Charset="UTF-8"', 'content-encoding': 'identity' },
    }),
  };
  test.each(Object.entries(taken))('a body %s is equivalent: its OTP is sent once', async (_what, make) => {
    const { shop, response } = await attacked(make);
    expect(response.status).toBe(200);
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('of a duplicate key the last value counts: one OTP is sent, and it is that one', async () => {
    const { shop, response } = await attacked((session) => ({
      body: `{"session":"x","session":"${session}","idempotencyKey":"${idempotencyKey}","otp":"${wrongOtp}","otp":"${rightOtp}"}`,
    }));
    expect(await response.json()).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('a return with a duplicate field is never verified, whichever of the two was signed', async () => {
    const { shop, orderId } = await startAndPrompt();
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    for (const [name, value] of [
      ['status', 'FAILED'],
      ['order_id', 'v1-other'],
      ['signature', 'A'.repeat(64)],
    ] as const) {
      for (const twice of [`${fields.toString()}&${name}=${value}`, `${name}=${value}&${fields.toString()}`]) {
        const { headers } = await shop.handler.fetch(createReturnRequest(new URLSearchParams(twice)));
        expect(headers.get('location')).toBe(`${shopOrigin}/return?problem=unverified`);
      }
    }
    expect(shop.problems.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'RETURN_UNVERIFIED'));
  });
});
