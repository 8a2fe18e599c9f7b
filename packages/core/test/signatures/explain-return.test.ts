import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyReturn, type ReturnFields } from '@plural-otp/core';
import { explainReturn, signReturn, type ExplainReturnOptions } from '@plural-otp/core/testing';

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

describe('explainReturn', () => {
  const explain = (sent: ReturnFields, options: Partial<ExplainReturnOptions> = {}): ReturnType<typeof explainReturn> =>
    explainReturn(sent, { secretKey, ...options });
  const ambiguous = '00112233445566778899aabbccddeeff';

  test('a return that verifies is reported as verified', async () => {
    expect(await explain(signed)).toMatchObject({ verified: true });
  });

  test.each(['hex', 'base64', 'utf8'] as const)('names the key encoding that matches: %s', async (keyEncoding) => {
    const other = keyEncoding === 'hex' ? 'utf8' : 'hex';
    const sent = await signReturn(fields, { secretKey: ambiguous, keyEncoding });
    expect(await explainReturn(sent, { secretKey: ambiguous, keyEncoding: other })).toMatchObject({
      verified: false,
      code: 'SIGNATURE_MISMATCH',
      wouldVerifyWith: { keyEncoding, signedFields: 'all' },
    });
  });

  test('takes several secrets, as verifyReturn does', async () => {
    const sent = await signReturn(fields, { secretKey: ambiguous, keyEncoding: 'utf8' });
    expect(await explainReturn(sent, { secretKey: [secretKey, ambiguous] })).toMatchObject({
      code: 'SIGNATURE_MISMATCH',
      wouldVerifyWith: { keyEncoding: 'utf8', signedFields: 'all' },
    });
  });

  test.each([undefined, null, {}])('options %j: the secret is reported as missing', async (options) => {
    expect(await explainReturn(signed, options as never)).toMatchObject({
      verified: false,
      code: 'SECRET_KEY_INVALID',
    });
  });

  test('names the fields that were signed, and verifyReturn accepts them', async () => {
    const sent = { ...signed, cart: '7' };
    const { wouldVerifyWith } = await explain(sent);
    expect(wouldVerifyWith).toEqual({
      keyEncoding: 'hex',
      signedFields: ['order_id', 'status', 'error_code', 'error_message'],
    });
    expect(await verifyReturn(sent, { secretKey, ...wouldVerifyWith })).toEqual(fields);
  });

  test.each([
    ['empty values were left out', { order_id: 'o', status: 'S', note: '', kept: 'k' }, 'kept=k&order_id=o&status=S'],
    ['percent-encoded', { order_id: 'o', status: 'S', note: 'a b' }, 'note=a%20b&order_id=o&status=S'],
    [
      'legacy Python',
      { order_id: 'o', status: 'S', note: 'Declined (51), a/b:c=d* é' },
      'note=Declined %2851%29%2C a/b:c=d* %C3%A9&order_id=o&status=S',
    ],
    ['not decoded', { order_id: 'o', status: 'S', note: 'a b' }, 'note=a+b&order_id=o&status=S'],
    ['decoded twice', { order_id: 'o', status: 'S', note: 'a+b' }, 'note=a b&order_id=o&status=S'],
    ['white space was trimmed', { order_id: 'o', status: 'S', note: 'a ' }, 'note=a&order_id=o&status=S'],
  ])('names the signer’s deviation: %s', async (words, sent, text) => {
    const explained = await explain({ ...sent, signature: nodeHmac(text) });
    expect(explained.findings[0]).toContain(words);
    expect(explained.wouldVerifyWith).toBeUndefined();
  });

  test('recognizes the guide’s placeholder, a secret with white space, and a secret that matches nothing', async () => {
    const placeholder = { ...fields, signature: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' };
    expect((await explain(placeholder)).findings.join(' ')).toContain('abc');
    const spaced = await explain(signed, { secretKey: `${secretKey}\n` });
    expect(spaced).toMatchObject({ code: 'SECRET_KEY_INVALID', wouldVerifyWith: { keyEncoding: 'hex' } });
    expect(spaced.findings.join(' ')).toContain('white space');
    expect((await explain(signed, { secretKey: 'ff' })).findings.join(' ')).toContain('different');
  });

  test.each([
    ['no signature', fields],
    ['a repeated field', new URLSearchParams([...Object.entries(signed), ['status', 'X']])],
    ['a short signature', { ...fields, signature: 'ab' }],
  ])('never throws for the fields: %s', async (_title, sent) => {
    expect(await explain(sent as ReturnFields)).toMatchObject({ verified: false });
  });

  test('prints no key, no digest and no value', async () => {
    const printed = JSON.stringify([
      await explain(signed, { keyEncoding: 'utf8' }),
      await explain({ ...signed, error_message: 'value-canary' }),
    ]);
    expect(printed).not.toMatch(/000102|38b59|canary/i);
  });
});
