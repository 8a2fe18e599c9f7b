import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { signReturn, signWebhook } from '../../src/lib/sign.ts';

interface ReturnVector {
  readonly params: Record<string, string>;
  readonly secret: string;
  readonly signature: string;
}

const file = new URL('../fixtures/return-signature.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as readonly ReturnVector[];

describe('returns', () => {
  test('there are 24 vectors', () => {
    expect(vectors).toHaveLength(24);
  });

  test.each(vectors.map((vector, index) => [index, vector] as const))(
    "vector %s has the signature of the guide's Java code",
    async (_, { params, secret, signature }) => {
      expect(await signReturn(params, secret)).toBe(signature);
    },
  );

  test('the signature field itself is not signed', async () => {
    const [first] = vectors;
    if (first === undefined) throw new Error('no vector');
    expect(await signReturn({ ...first.params, signature: 'anything' }, first.secret)).toBe(first.signature);
  });
});

describe('webhooks', () => {
  test('the published vector has its signature', async () => {
    expect(
      await signWebhook('msg_2nEfCaUDn9fynC9Kz2upo1QSydl', 1_728_543_028, '{"payload":"payload"}', 'abc1234'),
    ).toBe('v1,Ns46HrH+Nfu9dZtBUVvSLyrOD5JH0SAGlNo3M5yobfQ=');
  });

  test('standardwebhooks verifies a signature, and rejects a changed byte', async () => {
    const body = JSON.stringify({ event_type: 'ORDER_PROCESSED', data: { order_id: 'v1-1-aa-x', notes: 'धन्यवाद' } });
    const seconds = Math.floor(Date.now() / 1000);
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(seconds),
      'webhook-signature': await signWebhook('msg_1', seconds, body, 'abc1234'),
    };
    const webhook = new Webhook(btoa('abc1234'));
    expect(webhook.verify(body, headers)).toMatchObject({ event_type: 'ORDER_PROCESSED' });
    expect(() => webhook.verify(body.replace('PROCESSED', 'FAILED'), headers)).toThrow('No matching signature');
  });
});
