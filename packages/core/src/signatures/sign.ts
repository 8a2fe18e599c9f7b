/** Signs returns and webhooks as Plural does. For tests: a merchant never signs anything in production. */

import { toBase64, toHex, utf8 } from '../crypto/encoding.ts';
import type { WebCryptoKey } from '../crypto/encryption.ts';
import { PluralError } from '../errors/plural-error.ts';
import { hmac, importHmacKeys, type KeyEncoding } from '../crypto/hmac.ts';
import {
  signedFieldFilter,
  readFields,
  canonicalReturn,
  type ReturnFields,
  type VerifyReturnOptions,
} from './return.ts';
import { importWebhookKeys, signedContent } from './webhook.ts';

/** Key and fields that a return is signed with. */
export interface SignReturnOptions {
  /** Return secret key. */
  secretKey: string;
  /** Encoding of the secret key. @default 'hex' */
  keyEncoding?: KeyEncoding | undefined;
  /** Fields to sign. @default 'all' */
  signedFields?: VerifyReturnOptions['signedFields'];
}

/**
 * Signs the fields of a return. Returns them with their `signature` (upper-case hex), as `verifyReturn` accepts them.
 *
 * @throws {PluralError} `SECRET_KEY_INVALID`, `OPTIONS_INVALID`, or `SIGNATURE_MALFORMED` for fields that cannot be
 * signed.
 * @example
 * ```ts
 * import { signReturn } from '@plural-otp/core/testing';
 *
 * const fields = await signReturn({ order_id: 'o-1', status: 'FAILED' }, { secretKey: '0a'.repeat(32) });
 * const request = new Request('https://shop.example/return', { method: 'POST', body: new URLSearchParams(fields) });
 * console.log(request.url);
 * ```
 */
export async function signReturn(
  fields: ReturnFields,
  options: SignReturnOptions,
): Promise<Record<string, string> & { signature: string }> {
  const { secretKey, keyEncoding = 'hex', signedFields } = options ?? {};
  const isSigned = signedFieldFilter(signedFields);
  const [key] = await importHmacKeys(secretKey, keyEncoding, 'secretKey');
  const all = readFields(fields, () => true);
  all.delete('signature');
  const signed = new Map([...all].filter(([name]) => isSigned(name)));
  const digest = await hmac(key as WebCryptoKey, utf8(canonicalReturn(signed)));
  return { ...Object.fromEntries(all), signature: toHex(digest) };
}

/** Content of a webhook, and the secret it is signed with. */
export interface SignWebhookInput {
  /** Body: a string unchanged, anything else as JSON. */
  body: unknown;
  /** Webhook secret; one that starts with `whsec_` is read as Standard Webhooks does. */
  secret: string;
  /** Encoding of the secret. @default 'utf8' */
  secretEncoding?: 'utf8' | 'base64' | undefined;
  /** Value of `webhook-id`. @default `msg_` and a UUID */
  id?: string | undefined;
  /** Epoch seconds of `webhook-timestamp`. @default now */
  timestamp?: number | undefined;
}

/** A webhook as Plural would send it. */
export interface SignedWebhook {
  headers: { 'content-type': string; 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string };
  body: string;
}

/**
 * Signs a webhook. Returns its headers and body, as `verifyWebhook` accepts them.
 *
 * @throws {PluralError} `SECRET_KEY_INVALID`; `REQUEST_INVALID` for a body that JSON cannot represent.
 * @example
 * ```ts
 * import { signWebhook } from '@plural-otp/core/testing';
 *
 * const { headers, body } = await signWebhook({
 *   secret: 'webhook-secret',
 *   body: { event_type: 'ORDER_PROCESSED', data: { order_id: 'o-1', status: 'PROCESSED' } },
 * });
 * const request = new Request('https://shop.example/webhook', { method: 'POST', headers, body });
 * console.log(request.headers.get('webhook-id'));
 * ```
 */
export async function signWebhook(input: SignWebhookInput): Promise<SignedWebhook> {
  const { secret, secretEncoding = 'utf8', id = `msg_${crypto.randomUUID()}` } = input;
  const timestamp = String(input.timestamp ?? Math.floor(Date.now() / 1000));
  const body = typeof input.body === 'string' ? input.body : JSON.stringify(input.body);
  if (typeof body !== 'string') {
    throw new PluralError('REQUEST_INVALID', { issues: [{ path: 'body', expected: 'a string or a JSON value' }] });
  }
  const [key] = await importWebhookKeys(secret, secretEncoding);
  const digest = await hmac(key as WebCryptoKey, signedContent(id, timestamp, utf8(body)));
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${toBase64(digest)}`,
    },
    body,
  };
}
