import { verifyReturn, verifyWebhook } from '@plural-otp/core';
import { explainReturn, signReturn, signWebhook } from '@plural-otp/core/testing';
import vectors from '../../../packages/core/test/fixtures/return-signature.json' with { type: 'json' };
import { equal, throwsCode, type Cases } from './assert.ts';

const secretKey = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const fields = { order_id: 'v1-4405071524-aa-qlAtAf', status: 'AUTHORIZED' };
const signature = 'FD758DAAEC1954FE3E63DD4AD26B7CE8AA367AD2F2434C1398CDCDE623109A1B';
const webhook = {
  headers: {
    'webhook-id': 'msg_2nEfCaUDn9fynC9Kz2upo1QSydl',
    'webhook-timestamp': '1728543028',
    'webhook-signature': 'v1,Ns46HrH+Nfu9dZtBUVvSLyrOD5JH0SAGlNo3M5yobfQ=',
  },
  body: '{"payload":"payload"}',
};
const sentAtMs = 1_728_543_028_000;
const now = (): number => sentAtMs;

/** The text with one bit of one hex digit turned over. */
function flipped(hex: string, at: number, bit: number): string {
  const digit = (Number.parseInt(hex[at] ?? '', 16) ^ (1 << bit)).toString(16);
  return hex.slice(0, at) + digit + hex.slice(at + 1);
}

export const signatureCases: Cases = {
  ...Object.fromEntries(
    vectors.map(({ params, secret, signature }, index) => [
      `core: return vector ${index} verifies, and signs to the same digest`,
      async () => {
        const given = params as Record<string, string>;
        equal(await verifyReturn({ ...given, signature }, { secretKey: secret }), given, 'return');
        equal((await signReturn(given, { secretKey: secret })).signature, signature, 'signature');
      },
    ]),
  ),
  'core: there are 24 vectors': async () => equal(vectors.length, 24, 'vectors'),
  'core: a return comes as an object, a query or a form': async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, signature })) form.append(name, value);
    for (const given of [{ ...fields, signature }, new URLSearchParams({ ...fields, signature }), form]) {
      equal(await verifyReturn(given, { secretKey }), fields, 'return');
    }
  },
  'core: a return with one bit turned over is no return': async () => {
    for (const [at, bit] of [
      [0, 0],
      [31, 3],
      [63, 1],
    ] as const) {
      const wrong = { ...fields, signature: flipped(signature, at, bit) };
      await throwsCode(() => verifyReturn(wrong, { secretKey }), 'SIGNATURE_MISMATCH');
      const other = { secretKey: flipped(secretKey, at, bit) };
      await throwsCode(() => verifyReturn({ ...fields, signature }, other), 'SIGNATURE_MISMATCH');
    }
    await throwsCode(
      () => verifyReturn({ ...fields, status: 'FAILED', signature }, { secretKey }),
      'SIGNATURE_MISMATCH',
    );
  },
  'core: a return is refused by name: no signature, no digest, a repeated field, a bad secret': async () => {
    const twice = new URLSearchParams({ ...fields, signature });
    twice.append('status', 'AUTHORIZED');
    await throwsCode(() => verifyReturn(fields, { secretKey }), 'SIGNATURE_MISSING');
    await throwsCode(() => verifyReturn({ ...fields, signature: 'zz' }, { secretKey }), 'SIGNATURE_MALFORMED');
    await throwsCode(() => verifyReturn(twice, { secretKey }), 'SIGNATURE_MALFORMED');
    await throwsCode(() => verifyReturn({ ...fields, signature }, { secretKey: '' }), 'SECRET_KEY_INVALID');
    await throwsCode(() => verifyReturn({ ...fields, signature }, { secretKey: 'abc' }), 'SECRET_KEY_INVALID');
  },
  'core: explainReturn names the encoding that would match': async () => {
    const signed = await signReturn(fields, { secretKey, keyEncoding: 'utf8' });
    equal(
      (await explainReturn(signed, { secretKey })).wouldVerifyWith,
      { keyEncoding: 'utf8', signedFields: 'all' },
      'with',
    );
  },
  'core: the published webhook sample passes its signature': async () => {
    const event = await verifyWebhook(webhook, { secret: 'abc1234', now });
    equal(event.id, webhook.headers['webhook-id'], 'id');
    await throwsCode(() => verifyWebhook(webhook, { secret: 'abc1235', now }), 'SIGNATURE_MISMATCH');
    await throwsCode(() => verifyWebhook({ ...webhook, body: '{}' }, { secret: 'abc1234', now }), 'SIGNATURE_MISMATCH');
    const late = (): number => sentAtMs + 301_000;
    await throwsCode(() => verifyWebhook(webhook, { secret: 'abc1234', now: late }), 'SIGNATURE_EXPIRED');
  },
  'core: a webhook comes as a Request, with text or bytes': async () => {
    const { headers, body } = await signWebhook({ body: { event_type: 'ORDER_PROCESSED', data: {} }, secret: 's' });
    const bytes = new TextEncoder().encode(body);
    const request = new Request('https://shop.example/hook', { method: 'POST', headers, body });
    for (const message of [request, { headers, body }, { headers: new Headers(headers), body: bytes }]) {
      equal((await verifyWebhook(message, { secret: 's' })).event_type, 'ORDER_PROCESSED', 'event');
    }
  },
};
