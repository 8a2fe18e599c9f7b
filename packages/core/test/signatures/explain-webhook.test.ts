import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyWebhook, type WebhookMessage } from '@plural-otp/core';
import { explainWebhook, signWebhook, type ExplainWebhookOptions } from '@plural-otp/core/testing';

const secret = 'YWJjMTIzNGFiYzEyMzQ=';
const id = 'msg_1';
const timestamp = '1728543028';
const now = (): number => Number(timestamp) * 1000;
const body = '{"event_type":"ORDER_PROCESSED","data":{"order_id":"value-canary"}}';

/** Signs with Node's own HMAC, an implementation that is independent of core's. */
const digestOf = (text: string, key: Buffer = Buffer.from(secret)): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('base64');
const message = (signature: string, more: Partial<Record<string, string>> = {}): WebhookMessage => ({
  headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature, ...more },
  body,
});
const explain = (
  sent: WebhookMessage,
  options: Partial<ExplainWebhookOptions> = {},
): ReturnType<typeof explainWebhook> => explainWebhook(sent, { secret, now, ...options });
const text = `${id}.${timestamp}.${body}`;

describe('explainWebhook', () => {
  test('a webhook that verifies is reported as verified, also as a Request', async () => {
    const signed = await signWebhook({ body, secret });
    const request = new Request('https://shop.example/webhook', { method: 'POST', ...signed });
    expect(await explainWebhook(request, { secret })).toEqual({ verified: true, findings: ['The signature matches.'] });
  });

  test.each(['utf8', 'base64'] as const)('names the encoding that matches: %s', async (secretEncoding) => {
    const signed = await signWebhook({ body, secret, secretEncoding, timestamp: Number(timestamp) });
    const other = secretEncoding === 'utf8' ? 'base64' : 'utf8';
    const explained = await explain(signed, { secretEncoding: other });
    expect(explained).toMatchObject({
      verified: false,
      code: 'SIGNATURE_MISMATCH',
      wouldVerifyWith: { secretEncoding },
    });
    expect(explained.findings[0]).toBe(`It matches with secretEncoding '${secretEncoding}'.`);
    const { wouldVerifyWith } = explained;
    expect(await verifyWebhook(signed, { secret, now, ...wouldVerifyWith })).toMatchObject({ id: expect.any(String) });
  });

  test('tries each of several secrets', async () => {
    const signed = await signWebhook({ body, secret, secretEncoding: 'base64', timestamp: Number(timestamp) });
    expect(await explain(signed, { secret: ['another', secret] })).toMatchObject({
      wouldVerifyWith: { secretEncoding: 'base64' },
    });
  });

  test.each([
    ['does not start with v1,', digestOf(text), body],
    ['does not start with v1,', `v1=${digestOf(text)}`, body],
    ['the signature is hex', `v1,${Buffer.from(digestOf(text), 'base64').toString('hex')}`, body],
    ['the signature is hex', `sha256=${Buffer.from(digestOf(text), 'base64').toString('hex')}`, body],
    ['the body alone was signed', `v1,${digestOf(body)}`, body],
    ['webhook-id was left out', `v1,${digestOf(`${timestamp}.${body}`)}`, body],
    ['parsed and written again', `v1,${digestOf(text)}`, JSON.stringify(JSON.parse(body), undefined, 2)],
    [
      'parsed and written again',
      `v1,${digestOf(`${id}.${timestamp}.${JSON.stringify(JSON.parse(body), undefined, 2)}`)}`,
      body,
    ],
    ['white space around the body', `v1,${digestOf(text)}`, `${body}\n`],
    ['a line break at the end', `v1,${digestOf(`${text}\n`)}`, body],
    ['decoded as hex', `v1,${digestOf(text, Buffer.from('aabb', 'hex'))}`, body],
  ])('names the deviation: %s', async (words, signature, arrived) => {
    const options = words === 'decoded as hex' ? { secret: 'aabb' } : {};
    const explained = await explain({ ...message(signature), body: arrived }, options);
    expect(explained.verified).toBe(false);
    expect(explained.findings[0]).toContain(words);
    expect(explained.findings[0]).toContain('never');
    expect(explained.wouldVerifyWith).toBeUndefined();
  });

  test.each([
    ['its whsec_', `whsec_${secret}`, Buffer.from(`whsec_${secret}`)],
    ['not decoded as Base64', `whsec_${secret}`, Buffer.from(secret)],
    ['not decoded as Base64', 'whsec_not/Base64', Buffer.from('not/Base64')],
  ])('a whsec_ secret that was read in another way: %s', async (words, standard, key) => {
    const explained = await explain(message(`v1,${digestOf(text, key)}`), { secret: standard });
    expect(explained.findings[0]).toContain(words);
    expect(explained.wouldVerifyWith).toBeUndefined();
  });

  test('names what is malformed, an old timestamp, one in milliseconds, and a secret with white space', async () => {
    expect(await explain(message(''))).toMatchObject({ code: 'SIGNATURE_MISSING' });
    expect((await explain(message('v1,short'))).findings.join(' ')).toContain('webhook-signature: expected v1,');
    const right = message(`v1,${digestOf(text)}`);
    const late = await explain(right, { now: () => now() + 400_000 });
    expect(late).toMatchObject({ verified: false, code: 'SIGNATURE_EXPIRED' });
    expect(late.findings.join(' ')).toContain('too far from now');
    const inMs = await explain(message(`v1,${digestOf(text)}`, { 'webhook-timestamp': `${timestamp}000` }));
    expect(inMs.findings.join(' ')).toContain('milliseconds');
    const spaced = await explain(right, { secret: `${secret}\n` });
    expect(spaced).toMatchObject({ code: 'SECRET_KEY_INVALID', wouldVerifyWith: { secretEncoding: 'utf8' } });
    expect(spaced.findings.join(' ')).toContain('white space');
  });

  test('a secret that matches nothing is said to be another one, also for a body that is no JSON', async () => {
    for (const arrived of [body, 'no JSON']) {
      const explained = await explain({ ...message(`v1,${digestOf('x')}`), body: arrived });
      expect(explained.findings.at(-1)).toContain('a different one');
      expect(explained.findings.at(-1)).toContain('raw body');
    }
  });

  test('a plain mismatch has one finding, and a secret that is no text is reported as a key', async () => {
    const { findings } = await explain(message(`v1,${digestOf('x')}`));
    expect(findings).toEqual([expect.stringMatching(/^No encoding of the secret/)]);
    const spaced = await explain(message(`v1,${digestOf('x')}`), { secret: [secret, ` ${secret}`] });
    expect(spaced.findings.filter((finding) => finding === 'The secret has white space around it.')).toHaveLength(1);
    expect(await explain(message(`v1,${digestOf(text)}`), { secret: [7 as never] })).toMatchObject({
      verified: false,
      code: 'SECRET_KEY_INVALID',
    });
    const malformed = await explain(message(`v1,${digestOf(text)}`, { 'webhook-timestamp': 'now' }));
    expect(malformed.findings[0]).toBe('webhook-timestamp: expected epoch seconds.');
    expect((await explain(message(`v1,${digestOf(text)}`), { now: () => 0 })).findings).toHaveLength(1);
  });

  test('an input that is no webhook is a mistake of the caller', async () => {
    await expect(explainWebhook(undefined as never, { secret })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
    await expect(explain({ ...message('v1,a'), body: {} as never })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
    await expect(explain(message('v1,a'), { toleranceSeconds: -1 })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
    });
  });

  test('prints no key, no digest and no part of the body', async () => {
    const printed = JSON.stringify([
      await explain(message(`v1,${digestOf(text)}`), { secretEncoding: 'base64' }),
      await explain(message(`v1,${digestOf('x')}`)),
      await explain(message('v1,short')),
    ]);
    expect(printed).not.toMatch(/canary|YWJj/);
    expect(printed).not.toContain(digestOf(text).slice(0, 20));
  });
});
