import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isPluralError,
  PluralError,
  verifyReturn,
  type ReturnFields,
  type VerifyReturnOptions,
} from '@plural-otp/core';
import { signReturn } from '@plural-otp/core/testing';
import vectors from '../fixtures/return-signature.json' with { type: 'json' };

const secretKey = Array.from({ length: 32 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('');
const fields = {
  error_code: 'USER_AUTHENTICATION_FAILED',
  error_message: 'Consumer Authentication required',
  order_id: 'v1-4405071524-aa-qlAtAf',
  status: 'FAILED',
};
const signature = '38B59FD890BB8487B1BE37372D8BE878F1C07B1ADA5ECE7F5FAFBB31E662ECEB';
const signed = { ...fields, signature };

/** Signs with Node's own HMAC, an implementation that is independent of core's. */
function nodeHmac(text: string, key: Buffer = Buffer.from(secretKey, 'hex')): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex');
}

async function codeOf(sent: unknown, options: Partial<VerifyReturnOptions> = {}): Promise<string> {
  try {
    await verifyReturn(sent as ReturnFields, { secretKey, ...options });
  } catch (error) {
    if (isPluralError(error)) return error.code;
    throw error;
  }
  return 'verified';
}

const form = (sent: Record<string, string>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(sent)) data.append(name, value);
  return data;
};

describe('vectors', () => {
  test.each(vectors.map((vector, index) => [index, vector] as const))(
    'vector %i of the guide’s own code verifies, and signing gives the same digest',
    async (_index, { params, secret, signature }) => {
      expect(await verifyReturn({ ...params, signature }, { secretKey: secret })).toEqual(params);
      expect((await signReturn(params, { secretKey: secret })).signature).toBe(signature);
    },
  );

  test('there are 24 vectors', () => {
    expect(vectors).toHaveLength(24);
  });

  test.each([
    [
      { order_id: 'v1-4405071524-aa-qlAtAf', status: 'AUTHORIZED' },
      'FD758DAAEC1954FE3E63DD4AD26B7CE8AA367AD2F2434C1398CDCDE623109A1B',
    ],
    [fields, signature],
  ])('a vector of two other tools: %j', async (sent, digest) => {
    expect(await verifyReturn({ ...sent, signature: digest }, { secretKey })).toEqual(sent);
  });
});

describe('verifyReturn: valid fields', () => {
  test.each([
    ['an object', signed],
    ['a query', new URLSearchParams(signed)],
    ['a form', form(signed)],
    ['a lower-case digest', { ...signed, signature: signature.toLowerCase() }],
    ['a member that is undefined', { ...signed, later: undefined }],
    ['members in another order', Object.fromEntries(Object.entries(signed).reverse())],
  ])('%s verifies, and every signed field is returned', async (_title, sent) => {
    expect(await verifyReturn(sent as ReturnFields, { secretKey })).toEqual(fields);
  });

  test('values are taken as decoded: percent, plus, ampersand and emoji are signed raw', async () => {
    const sent = { order_id: 'o-1', status: 'FAILED', error_message: '50% off + a=b&c 🔐', note: '' };
    const text = `error_message=50% off + a=b&c 🔐&note=&order_id=o-1&status=FAILED`;
    expect(await verifyReturn(new URLSearchParams({ ...sent, signature: nodeHmac(text) }), { secretKey })).toEqual(
      sent,
    );
  });

  test('any of several secrets is enough, in any place', async () => {
    const other = 'ff'.repeat(32);
    expect(await codeOf(signed, { secretKey: [other, secretKey] })).toBe('verified');
    expect(await codeOf(signed, { secretKey: [secretKey, other] })).toBe('verified');
    expect(await codeOf(signed, { secretKey: [other] })).toBe('SIGNATURE_MISMATCH');
  });

  test.each([
    ['base64', 'c2VjcmV0', Buffer.from('secret')],
    ['utf8', 'sécret', Buffer.from('sécret')],
    ['hex', 'AbCd', Buffer.from('abcd', 'hex')],
  ] as const)('the key encoding %s', async (keyEncoding, secret, key) => {
    const sent = { order_id: 'o-1', status: 'FAILED', signature: nodeHmac('order_id=o-1&status=FAILED', key) };
    expect(await codeOf(sent, { secretKey: secret, keyEncoding })).toBe('verified');
  });

  test('signedFields: the page’s own query is neither verified nor returned', async () => {
    const sent = new URLSearchParams({ ...signed, cart: '7' });
    sent.append('cart', '8');
    const names = ['order_id', 'status', 'error_code', 'error_message'];
    expect(await verifyReturn(sent, { secretKey, signedFields: names })).toEqual(fields);
    expect(await codeOf(sent)).toBe('SIGNATURE_MALFORMED');
  });

  test('signedFields: a listed field that is absent is not signed', async () => {
    const sent = { order_id: 'o-1', status: 'AUTHORIZED', signature: nodeHmac('order_id=o-1&status=AUTHORIZED') };
    expect(await codeOf(sent, { signedFields: ['status', 'order_id', 'error_code'] })).toBe('verified');
  });

  test('more secrets than are cached still verify', async () => {
    const secrets = Array.from({ length: 20 }, (_, index) => (index + 16).toString(16).repeat(16));
    for (const secret of [...secrets, ...secrets]) {
      const sent = await signReturn(fields, { secretKey: secret });
      expect(await codeOf(sent, { secretKey: secret })).toBe('verified');
    }
  });
});

describe('verifyReturn: invalid fields', () => {
  const withRepeatedField = new URLSearchParams(signed);
  withRepeatedField.append('status', 'AUTHORIZED');
  const file = form(signed);
  file.append('attachment', new Blob(['x']));

  test.each<[string, unknown, string]>([
    ['no signature', fields, 'SIGNATURE_MISSING'],
    ['an empty signature', { ...fields, signature: '' }, 'SIGNATURE_MISSING'],
    ['nothing at all', {}, 'SIGNATURE_MISSING'],
    ['a short signature', { ...fields, signature: signature.slice(2) }, 'SIGNATURE_MALFORMED'],
    ['a signature with a blank', { ...fields, signature: ` ${signature.slice(1)}` }, 'SIGNATURE_MALFORMED'],
    ['a signature with a line break', { ...fields, signature: `${signature}\n` }, 'SIGNATURE_MALFORMED'],
    ['a signature with a prefix', { ...fields, signature: `0x${signature}` }, 'SIGNATURE_MALFORMED'],
    ['a signature that is not hex', { ...fields, signature: `${signature.slice(1)}g` }, 'SIGNATURE_MALFORMED'],
    [
      'a signature in Base64',
      { ...fields, signature: Buffer.from(signature, 'hex').toString('base64') },
      'SIGNATURE_MALFORMED',
    ],
    ['a signature that is a list', { ...fields, signature: [signature] }, 'SIGNATURE_MALFORMED'],
    ['a repeated field', withRepeatedField, 'SIGNATURE_MALFORMED'],
    ['a field that is a list', { ...signed, status: ['FAILED', 'AUTHORIZED'] }, 'SIGNATURE_MALFORMED'],
    ['a field that is a number', { ...signed, status: 5 }, 'SIGNATURE_MALFORMED'],
    ['a field that is a file', file, 'SIGNATURE_MALFORMED'],
    ['a lone surrogate', { ...signed, error_message: '\uD800' }, 'SIGNATURE_MALFORMED'],
    ['a field name with =', { ...signed, 'a=b': 'c' }, 'SIGNATURE_MALFORMED'],
    ['a field name with &', { ...signed, 'a&b': 'c' }, 'SIGNATURE_MALFORMED'],
    ['an empty field name', { ...signed, '': 'c' }, 'SIGNATURE_MALFORMED'],
    ['no order_id', { status: 'FAILED', signature }, 'SIGNATURE_MALFORMED'],
    ['no status', { order_id: 'o-1', signature }, 'SIGNATURE_MALFORMED'],
    ['an order_id with a slash', { ...signed, order_id: '../o' }, 'SIGNATURE_MALFORMED'],
    ['a status with an ampersand', { ...signed, status: 'FAILED&x=y' }, 'SIGNATURE_MALFORMED'],
    ['an extra field', { ...signed, extra: '1' }, 'SIGNATURE_MISMATCH'],
    ['a field less', { order_id: fields.order_id, status: fields.status, signature }, 'SIGNATURE_MISMATCH'],
    ['a plus that was a space', { ...signed, error_message: 'Consumer+Authentication+required' }, 'SIGNATURE_MISMATCH'],
    ['an empty value added', { ...signed, note: '' }, 'SIGNATURE_MISMATCH'],
    ['another order', { ...signed, order_id: 'v1-4405071524-aa-qlAtAg' }, 'SIGNATURE_MISMATCH'],
    [
      'the guide’s placeholder',
      { ...fields, signature: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
      'SIGNATURE_MISMATCH',
    ],
    ['null', null, 'SIGNATURE_MALFORMED'],
    ['a string', 'order_id=1', 'SIGNATURE_MALFORMED'],
    ['a list', ['order_id'], 'SIGNATURE_MALFORMED'],
  ])('%s', async (_title, sent, code) => {
    expect(await codeOf(sent)).toBe(code);
  });

  test.each(['order_id', 'status'])('a value that holds &%s= does not verify, however it is split', async (name) => {
    const hidden = { ...fields, order_id: 'MINE', status: 'FAILED' };
    const spliced = `x&${name}=VICTIM&zzz=1`;
    const sent = await signReturn({ ...hidden, error_message: spliced }, { secretKey });
    expect(await codeOf(sent)).toBe('SIGNATURE_MALFORMED');
    expect(await codeOf(await signReturn({ ...hidden, error_message: 'a&b=c' }, { secretKey }))).toBe('verified');
  });

  test('the same signed string, split into another order and status, does not verify', async () => {
    const text = 'error_message=x&order_id=VICTIM&status=PROCESSED&zzz=1&order_id=MINE&status=FAILED';
    const split = {
      error_message: 'x',
      order_id: 'VICTIM',
      status: 'PROCESSED',
      zzz: '1&order_id=MINE&status=FAILED',
      signature: nodeHmac(text),
    };
    expect(await codeOf(split)).toBe('SIGNATURE_MALFORMED');
  });

  test('fields moved into one value: the same signed string with other fields does not verify', async () => {
    const text = 'error_message=m&order_id=REAL&status=FAILED';
    const sent = { error_message: 'm&order_id=REAL&status=FAILED', signature: nodeHmac(text) };
    expect(await codeOf(sent)).toBe('SIGNATURE_MALFORMED');
    const shifted = 'error_message=m&order_id=EVIL&status=AUTHORIZED&order_id=REAL&status=FAILED';
    expect(
      await codeOf({
        error_message: 'm',
        order_id: 'EVIL',
        status: 'AUTHORIZED&order_id=REAL&status=FAILED',
        signature: nodeHmac(shifted),
      }),
    ).toBe('SIGNATURE_MALFORMED');
  });

  test.each<[string, Partial<VerifyReturnOptions>, string]>([
    ['an empty secret', { secretKey: '' }, 'SECRET_KEY_INVALID'],
    ['no secret', { secretKey: undefined as never }, 'SECRET_KEY_INVALID'],
    ['no secrets', { secretKey: [] }, 'SECRET_KEY_INVALID'],
    ['one empty secret among several', { secretKey: [secretKey, ''] }, 'SECRET_KEY_INVALID'],
    ['odd hex', { secretKey: 'abc' }, 'SECRET_KEY_INVALID'],
    ['not hex', { secretKey: 'zz'.repeat(32) }, 'SECRET_KEY_INVALID'],
    ['hex with a sign', { secretKey: `+${secretKey.slice(1)}` }, 'SECRET_KEY_INVALID'],
    ['hex with a line break', { secretKey: `${secretKey}\n` }, 'SECRET_KEY_INVALID'],
    ['Base64 without padding', { secretKey: 'YWI', keyEncoding: 'base64' }, 'SECRET_KEY_INVALID'],
    ['Base64 with stray bits', { secretKey: 'YWJ=', keyEncoding: 'base64' }, 'SECRET_KEY_INVALID'],
    ['an encoding that does not exist', { keyEncoding: 'binary' as never }, 'SECRET_KEY_INVALID'],
    ['an encoding named like a member of every object', { keyEncoding: 'constructor' as never }, 'SECRET_KEY_INVALID'],
    ['signedFields without status', { signedFields: ['order_id'] }, 'OPTIONS_INVALID'],
    ['signedFields that is a string', { signedFields: 'order_id status' as never }, 'OPTIONS_INVALID'],
  ])('configuration: %s', async (_title, options, code) => {
    expect(await codeOf(signed, options)).toBe(code);
    // An invalid configuration is reported first, also for fields that would be rejected anyway.
    expect(await codeOf({}, options)).toBe(code);
  });

  test.each([undefined, null])('no options, %j: SECRET_KEY_INVALID', async (options) => {
    await expect(verifyReturn(signed, options as never)).rejects.toMatchObject({ code: 'SECRET_KEY_INVALID' });
    await expect(signReturn(fields, options as never)).rejects.toMatchObject({ code: 'SECRET_KEY_INVALID' });
  });

  test('errors name neither secret, digest nor value', async () => {
    for (const sent of [
      { ...signed, status: 'FAILED&secret' },
      { ...signed, extra: 'value-canary' },
    ]) {
      const error = await verifyReturn(sent, { secretKey }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PluralError);
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/canary|secret&|38B59|000102/i);
    }
  });
});

describe('properties', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .filter((text) => !/[=&]/.test(text) && text !== '__proto__');
  const record = fc
    .dictionary(name, fc.string({ unit: 'grapheme' }), { maxKeys: 6, noNullPrototype: true })
    .map((extra) => ({ ...extra, order_id: 'v1-1', status: 'FAILED', signature: '' }));

  test('any permutation of the pairs gives the same result', async () => {
    await fc.assert(
      fc.asyncProperty(record, fc.infiniteStream(fc.nat()), async (sent, dice) => {
        const pairs = Object.entries(await signReturn(sent, { secretKey }));
        const shuffled = pairs
          .map((pair) => ({ pair, at: dice.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ pair }) => pair);
        const { signature: _left, ...expected } = sent;
        expect(await verifyReturn(new URLSearchParams(shuffled), { secretKey })).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test('Node’s own HMAC over the sorted pairs gives the same digest', async () => {
    await fc.assert(
      fc.asyncProperty(record, async (sent) => {
        const { signature: _left, ...pairs } = sent;
        const text = Object.keys(pairs)
          .sort()
          .map((key) => `${key}=${pairs[key as keyof typeof pairs]}`)
          .join('&');
        expect((await signReturn(sent, { secretKey })).signature.toLowerCase()).toBe(nodeHmac(text));
      }),
      { numRuns: 200 },
    );
  });

  test('any single flipped bit of a value, the digest or the key fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('error_message', 'signature', 'key'),
        fc.nat(),
        fc.nat({ max: 6 }),
        async (where, at, bit) => {
          const flip = (hex: string): string => {
            const bytes = Buffer.from(hex, 'hex');
            const index = at % bytes.length;
            bytes[index] = (bytes[index] as number) ^ (1 << bit);
            return bytes.toString('hex');
          };
          const sent: Record<string, string> = { ...signed };
          if (where === 'signature') sent['signature'] = flip(signature);
          if (where === 'error_message')
            sent['error_message'] = Buffer.from(
              flip(Buffer.from(fields.error_message).toString('hex')),
              'hex',
            ).toString('latin1');
          const key = where === 'key' ? flip(secretKey) : secretKey;
          expect(await codeOf(sent, { secretKey: key })).toBe('SIGNATURE_MISMATCH');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('for any input, nothing but a PluralError is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), fc.dictionary(fc.string(), fc.anything())), async (sent) => {
        expect(await codeOf(sent)).not.toBe('verified');
      }),
      { numRuns: 500 },
    );
  });
});
