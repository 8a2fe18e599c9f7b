import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  isPluralError,
  verifyWebhook,
  WebhookEventType,
  type CustomerEvent,
  type Order,
  type OrderEvent,
  type OtherEvent,
  type TokenEvent,
  type VerifyWebhookOptions,
  type WebhookMessage,
} from '@plural-otp/core';
import { signWebhook } from '@plural-otp/core/testing';

// The vector Plural publishes with its webhook documentation.
const published = {
  headers: {
    'webhook-id': 'msg_2nEfCaUDn9fynC9Kz2upo1QSydl',
    'webhook-timestamp': '1728543028',
    'webhook-signature': 'v1,Ns46HrH+Nfu9dZtBUVvSLyrOD5JH0SAGlNo3M5yobfQ=',
  },
  body: '{"payload":"payload"}',
};
const signature = published.headers['webhook-signature'];
const now = (): number => 1_728_543_028_000;
const secret = 'abc1234';

async function codeOf(message: unknown, options: Partial<VerifyWebhookOptions> = {}): Promise<string> {
  try {
    await verifyWebhook(message as WebhookMessage, { secret, now, ...options });
  } catch (error) {
    if (isPluralError(error)) return error.code;
    throw error;
  }
  return 'verified';
}

const withHeaders = (headers: Record<string, unknown>): unknown => ({
  ...published,
  headers: { ...published.headers, ...headers },
});

/** Creates the body in another realm, as a test runner's sandbox or a frame would. */
function bytesOfAnotherRealm(): Uint8Array {
  return runInNewContext('Uint8Array.from(codes)', { codes: [...Buffer.from(published.body)] }) as Uint8Array;
}

describe('verifyWebhook: valid messages', () => {
  test('the published vector, its secret as UTF-8 and as Base64', async () => {
    expect(await codeOf(published)).toBe('verified');
    expect(await codeOf(published, { secret: 'YWJjMTIzNA==', secretEncoding: 'base64' })).toBe('verified');
    expect(
      (await signWebhook({ ...published, secret, id: published.headers['webhook-id'], timestamp: 1_728_543_028 }))
        .headers,
    ).toMatchObject(published.headers);
  });

  test('a secret of Standard Webhooks is read as its Base64, whatever the encoding says', async () => {
    for (const secretEncoding of ['utf8', 'base64'] as const) {
      expect(await codeOf(published, { secret: 'whsec_YWJjMTIzNA==', secretEncoding })).toBe('verified');
      expect(await codeOf(published, { secret: ['whsec_b3RoZXI=', secret, 'x'] })).toBe('verified');
    }
    const signed = await signWebhook({ ...published, secret: 'whsec_YWJjMTIzNA==', timestamp: 1_728_543_028 });
    expect(await codeOf(signed)).toBe('verified');
  });

  test.each(['whsec_', 'whsec_no Base64', 'whsec_YWJjMTIzNA'])(
    '%s: a secret without Base64 after it is invalid',
    async (invalid) => {
      expect(await codeOf(published, { secret: invalid })).toBe('SECRET_KEY_INVALID');
      expect(await codeOf(published, { secret: [secret, invalid] })).toBe('SECRET_KEY_INVALID');
    },
  );

  test.each([
    ['a Request', new Request('http://x.example', { method: 'POST', ...published })],
    ['Headers', { ...published, headers: new Headers(published.headers) }],
    [
      'headers in capitals',
      {
        ...published,
        headers: Object.fromEntries(Object.entries(published.headers).map(([k, v]) => [k.toUpperCase(), v])),
      },
    ],
    [
      'headers as lists',
      { ...published, headers: Object.fromEntries(Object.entries(published.headers).map(([k, v]) => [k, [v]])) },
    ],
    ['bytes', { ...published, body: Buffer.from(published.body) }],
    ['a part of a larger buffer', { ...published, body: Buffer.from(`x${published.body}x`).subarray(1, -1) }],
    ['an ArrayBuffer', { ...published, body: new TextEncoder().encode(published.body).buffer }],
    ['a DataView', { ...published, body: new DataView(new TextEncoder().encode(published.body).buffer) }],
    ['bytes of another realm', { ...published, body: bytesOfAnotherRealm() }],
    ['an ArrayBuffer of another realm', { ...published, body: bytesOfAnotherRealm().buffer }],
    ['headers of another library', { ...published, headers: new Map(Object.entries(published.headers)) }],
    ['a timestamp as a number', withHeaders({ 'webhook-timestamp': 1_728_543_028 })],
    ['several signatures', withHeaders({ 'webhook-signature': `v1,${'A'.repeat(43)}= v2,xyz ${signature}` })],
  ])('%s', async (_title, message) => {
    expect(await codeOf(message)).toBe('verified');
  });

  test('any of several secrets is enough', async () => {
    expect(await codeOf(published, { secret: ['other', secret] })).toBe('verified');
  });

  test.each([
    [
      { event_type: 'ORDER_PROCESSED', data: { order_id: 'o-1', status: 'PROCESSED' } },
      { order_id: 'o-1', status: 'PROCESSED' },
    ],
    [
      { eventType: 'order_processed', data: { orderId: 'o-1' } },
      { orderId: 'o-1', order_id: 'o-1' },
    ],
  ])('both spellings of the envelope are parsed: %j', async (body, data) => {
    const message = await signWebhook({ body, secret, id: 'msg_1', timestamp: 1_728_543_028 });
    expect(await verifyWebhook(message, { secret, now })).toMatchObject({
      id: 'msg_1',
      timestamp: 1_728_543_028,
      event_type: 'ORDER_PROCESSED',
      data,
    });
  });

  test.each([-300, 0, 300])('%i seconds away from now is inside the window', async (seconds) => {
    expect(await codeOf(published, { now: () => now() + seconds * 1000 })).toBe('verified');
  });
});

describe('verifyWebhook: invalid messages', () => {
  const used = new Request('http://x.example', { method: 'POST', ...published });

  test.each<[string, unknown, string, Partial<VerifyWebhookOptions>?]>([
    ['no id', withHeaders({ 'webhook-id': undefined }), 'SIGNATURE_MISSING'],
    ['no timestamp', withHeaders({ 'webhook-timestamp': undefined }), 'SIGNATURE_MISSING'],
    ['no signature', withHeaders({ 'webhook-signature': undefined }), 'SIGNATURE_MISSING'],
    ['an empty signature', withHeaders({ 'webhook-signature': '' }), 'SIGNATURE_MISSING'],
    ['a timestamp with letters', withHeaders({ 'webhook-timestamp': '17285x' }), 'SIGNATURE_MALFORMED'],
    ['a negative timestamp', withHeaders({ 'webhook-timestamp': '-1' }), 'SIGNATURE_MALFORMED'],
    ['a signature without version', withHeaders({ 'webhook-signature': signature.slice(3) }), 'SIGNATURE_MALFORMED'],
    [
      'another version alone',
      withHeaders({ 'webhook-signature': signature.replace('v1', 'v2') }),
      'SIGNATURE_MALFORMED',
    ],
    ['a signature cut short', withHeaders({ 'webhook-signature': 'v1,Ns46HrE=' }), 'SIGNATURE_MALFORMED'],
    [
      'a signature that is not Base64',
      withHeaders({ 'webhook-signature': `v1,${'*'.repeat(44)}` }),
      'SIGNATURE_MALFORMED',
    ],
    [
      'a digest with stray bits',
      withHeaders({ 'webhook-signature': signature.replace('fQ=', 'fR=') }),
      'SIGNATURE_MALFORMED',
    ],
    ['another id', withHeaders({ 'webhook-id': 'msg_other' }), 'SIGNATURE_MISMATCH'],
    ['another timestamp', withHeaders({ 'webhook-timestamp': '1728543029' }), 'SIGNATURE_MISMATCH'],
    ['a body with one more space', { ...published, body: '{"payload": "payload"}' }, 'SIGNATURE_MISMATCH'],
    ['another secret', published, 'SIGNATURE_MISMATCH', { secret: 'abc1235' }],
    ['too old', published, 'SIGNATURE_EXPIRED', { now: () => now() + 301_000 }],
    ['from the future', published, 'SIGNATURE_EXPIRED', { now: () => now() - 301_000 }],
    ['outside a tighter window', published, 'SIGNATURE_EXPIRED', { now: () => now() + 2000, toleranceSeconds: 1 }],
    ['a parsed body', { ...published, body: { payload: 'payload' } }, 'OPTIONS_INVALID'],
    ['no headers', { body: published.body }, 'OPTIONS_INVALID'],
    ['no body', { headers: published.headers }, 'OPTIONS_INVALID'],
    ['nothing', undefined, 'OPTIONS_INVALID'],
    [
      'a request that is cut off',
      new Request('http://x.example', {
        method: 'POST',
        headers: published.headers,
        body: new ReadableStream({ start: (controller) => controller.error(new Error('gone')) }),
        duplex: 'half',
      } as RequestInit),
      'NETWORK_FAILED',
    ],
    ['an empty secret', published, 'SECRET_KEY_INVALID', { secret: '' }],
    ['no secret', published, 'SECRET_KEY_INVALID', { secret: undefined as never }],
    ['a secret that was copied with a line break', published, 'SECRET_KEY_INVALID', { secret: `${secret}\n` }],
    ['a secret that is not Base64', published, 'SECRET_KEY_INVALID', { secretEncoding: 'base64' }],
    ['an encoding that does not exist', published, 'SECRET_KEY_INVALID', { secretEncoding: 'hexadecimal' as never }],
    ['a header that is null', withHeaders({ 'webhook-id': null }), 'SIGNATURE_MISSING'],
    ['a window that is no number', published, 'OPTIONS_INVALID', { toleranceSeconds: Number.NaN }],
    ['a negative window', published, 'OPTIONS_INVALID', { toleranceSeconds: -1 }],
  ])('%s', async (_title, message, code, options) => {
    expect(await codeOf(message, options)).toBe(code);
  });

  test.each([undefined, null])('no options, %j: SECRET_KEY_INVALID', async (options) => {
    await expect(verifyWebhook(published, options as never)).rejects.toMatchObject({ code: 'SECRET_KEY_INVALID' });
  });

  test('a request whose body was already read is reported as such', async () => {
    await used.text();
    expect(await codeOf(used)).toBe('OPTIONS_INVALID');
  });

  test.each(['not json', '[]', 'null', '"text"'])('validly signed, but the body is %s', async (body) => {
    expect(await codeOf(await signWebhook({ body, secret, timestamp: now() / 1000 }))).toBe('SIGNATURE_MALFORMED');
  });

  test('for any input, nothing but a PluralError is thrown', async () => {
    const headers = fc.record({
      'webhook-id': fc.string(),
      'webhook-timestamp': fc.oneof(fc.string(), fc.nat().map(String)),
      'webhook-signature': fc.oneof(
        fc.string(),
        fc.base64String().map((text) => `v1,${text}`),
      ),
    });
    await fc.assert(
      fc.asyncProperty(headers, fc.string(), async (headers, body) => {
        expect(await codeOf({ headers, body })).not.toBe('verified');
      }),
      { numRuns: 500 },
    );
  });

  test('any single flipped bit of the body fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat({ max: 7 }), async (at, bit) => {
        const body = Buffer.from(published.body);
        body[at % body.length] = (body[at % body.length] as number) ^ (1 << bit);
        expect(await codeOf({ ...published, body })).toBe('SIGNATURE_MISMATCH');
      }),
      { numRuns: 200 },
    );
  });
});

describe('events: a union over event_type', () => {
  const verify = async (body: object): ReturnType<typeof verifyWebhook> =>
    verifyWebhook(await signWebhook({ body, secret, timestamp: 1_728_543_028 }), { secret, now });
  const order = {
    order_id: 'o-1',
    status: 'processed',
    order_amount: { value: 1100, currency: 'INR' },
    integration_mode: 'x',
  };

  test.each(Object.values(WebhookEventType).filter((type) => /^(?:ORDER|PAYMENT|REFUND)_/.test(type)))(
    '%s: its order is read as getOrder reads one',
    async (event_type) => {
      const event = await verify({ event_type, data: order });
      expect(event).toMatchObject({
        kind: 'order',
        event_type,
        data: order,
        order: { ...order, status: 'PROCESSED', payments: [] },
      });
    },
  );

  test.each(Object.values(WebhookEventType).filter((type) => /^(?:TOKEN|CUSTOMER)_/.test(type)))(
    '%s: has no order, also when its object looks like one',
    async (event_type) => {
      const event = await verify({ event_type, data: { ...order, token_id: 91, customer_id: 'c-1', later: { a: 1 } } });
      expect(event).toMatchObject({
        kind: event_type.startsWith('TOKEN') ? 'token' : 'customer',
        data: { customer_id: 'c-1', status: 'PROCESSED', integration_mode: 'x', later: { a: 1 } },
      });
      expect(event.kind === 'token' ? event.data.token_id : '91').toBe('91');
      expect(event).not.toHaveProperty('order');
    },
  );

  test.each([undefined, null, 7, [], { order_id: 'o-1' }, { order_id: '', status: 'X' }])(
    'an order that cannot be read, %j, is absent, and the event is still there',
    async (data) => {
      const event = await verify({ event_type: 'ORDER_PROCESSED', data });
      expect(event.event_type).toBe('ORDER_PROCESSED');
      expect(event).not.toHaveProperty('order');
    },
  );

  test('camelCase names are read, and a type that is not known is passed on', async () => {
    const event = await verify({ eventType: 'order_paused', data: { orderId: 'o-1', status: 'PAUSED' } });
    expect(event).toMatchObject({
      kind: 'other',
      event_type: 'ORDER_PAUSED',
      data: { order_id: 'o-1' },
      order: { status: 'PAUSED' },
    });
  });

  test.each(['', 'MANDATE_ACTIVATED', 'TOKENS_X', 'TOKEN_RENEWED', 'ORDERS', 'toString', undefined, 7])(
    'the type %j is not known: its event is readable and has no order',
    async (event_type) => {
      const event = await verify({ event_type, data: order });
      expect(event).toMatchObject({ kind: 'other', data: order });
      expect(event).not.toHaveProperty('order');
      const type: string = event.event_type;
      expect(type).toBe(typeof event_type === 'string' ? event_type.toUpperCase() : '');
    },
  );

  test('a comparison of event_type narrows the event, in if and in switch', async () => {
    const event = await verify({ event_type: 'ORDER_PROCESSED', data: order });
    if (event.event_type === 'ORDER_PROCESSED') {
      expectTypeOf(event).toEqualTypeOf<OrderEvent>();
      expectTypeOf(event.data.order_id).toEqualTypeOf<string | undefined>();
      expect(event.order?.status).toBe('PROCESSED');
    }
    if (event.event_type === WebhookEventType.TOKEN_ACTIVATED) {
      expectTypeOf(event).toEqualTypeOf<TokenEvent>();
      expectTypeOf(event.data.token_id).toEqualTypeOf<string | undefined>();
    }
    // @ts-expect-error -- a misspelt type is an error of the compiler
    expect(event.event_type === 'ORDER_PROCESED').toBe(false);
    const status = (): string | undefined => {
      switch (event.event_type) {
        case 'REFUND_PROCESSED':
        case 'ORDER_PROCESSED':
          expectTypeOf(event.kind).toEqualTypeOf<'order'>();
          return event.order?.status;
        case 'CUSTOMER_DELETED':
          return event.data.merchant_customer_reference;
        default:
          return undefined;
      }
    };
    expect(status()).toBe('PROCESSED');
  });

  test('what is left when every known type was handled is the event of a type that is not known', async () => {
    const event = await verify({ event_type: 'ORDER_PAUSED', data: order });
    if (event.kind === 'order' || event.kind === 'token' || event.kind === 'customer') throw new Error('it is known');
    expectTypeOf(event).toEqualTypeOf<OtherEvent>();
    expectTypeOf(event.event_type).toExtend<string>();
    expect(event.order?.status).toBe('PROCESSED');
  });

  test('its kind narrows the event, and its order may be read without', async () => {
    const event = await verify({ event_type: 'ORDER_PROCESSED', data: order });
    if (event.kind === 'order') expectTypeOf(event).toEqualTypeOf<OrderEvent>();
    if (event.kind === 'token') expectTypeOf(event).toEqualTypeOf<TokenEvent>();
    if (event.kind === 'customer') expectTypeOf(event).toEqualTypeOf<CustomerEvent>();
    expectTypeOf(event.order).toEqualTypeOf<Order | undefined>();
    expect(event.order?.status).toBe('PROCESSED');
    // @ts-expect-error -- a misspelt constant is an error of the compiler
    expect(WebhookEventType.ORDER_PROCESED).toBeUndefined();
  });
});
