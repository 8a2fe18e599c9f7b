/** Cost of a verification relative to the one HMAC it requires, for core and its peers. */

import { createHmac } from 'node:crypto';
import { verify as octokitVerify } from '@octokit/webhooks-methods';
import { verifyReturn, verifyWebhook } from '@plural-otp/core';
import { signReturn, signWebhook } from '@plural-otp/core/testing';
import Razorpay from 'razorpay';
import { Webhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import type { Contender } from './compare.ts';

const secretKey = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const secret = 'bench-secret';
const body = JSON.stringify({ event_type: 'ORDER_PROCESSED', data: { order_id: 'o-1', notes: 'x'.repeat(900) } });

export interface SignatureBench {
  /** One `subtle.sign` with a key that was imported before, over the bytes of a return. */
  baseline: Contender;
  contenders: Contender[];
}

export async function signatureBench(): Promise<SignatureBench> {
  const key = await crypto.subtle.importKey(
    'raw',
    Buffer.from(secretKey, 'hex'),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const text = new TextEncoder().encode('order_id=v1-4405071524-aa-qlAtAf&status=AUTHORIZED');
  const returned = await signReturn({ order_id: 'v1-4405071524-aa-qlAtAf', status: 'AUTHORIZED' }, { secretKey });

  const webhook = await signWebhook({ body, secret });
  const stripe = new Stripe('sk_test_bench');
  const stripeHeader = await stripe.webhooks.generateTestHeaderStringAsync({ payload: body, secret });
  const standard = new Webhook(Buffer.from(secret).toString('base64'));
  const hex = createHmac('sha256', secret).update(body).digest('hex');

  const holds = (verified: boolean): void => {
    if (!verified) throw new Error('a peer rejected its own signature');
  };
  return {
    baseline: { name: 'subtle.sign, cached key', run: () => crypto.subtle.sign('HMAC', key, text) },
    contenders: [
      { name: 'verifyReturn', run: () => verifyReturn(returned, { secretKey }) },
      { name: 'verifyWebhook, 1 kB', run: () => verifyWebhook(webhook, { secret }) },
      {
        name: 'stripe constructEventAsync (Web Crypto), 1 kB',
        run: () =>
          stripe.webhooks.constructEventAsync(
            body,
            stripeHeader,
            secret,
            undefined,
            Stripe.createSubtleCryptoProvider(),
          ),
      },
      {
        name: 'stripe constructEventAsync (node:crypto), 1 kB',
        run: () => stripe.webhooks.constructEventAsync(body, stripeHeader, secret),
      },
      { name: 'standardwebhooks verify, 1 kB', run: () => standard.verify(body, { ...webhook.headers }) },
      {
        name: 'razorpay validateWebhookSignature, 1 kB',
        run: () => holds(Razorpay.validateWebhookSignature(body, hex, secret)),
      },
      {
        name: 'octokit verify, 1 kB',
        run: async () => holds(await octokitVerify(secret, body, `sha256=${hex}`)),
      },
    ],
  };
}
