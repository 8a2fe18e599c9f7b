/** Signs as Plural does. For tests: a merchant never signs anything in production. */

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
import { signedContent } from './webhook.ts';

/** The key a return is signed with, and which fields are. */
export interface SignReturnOptions {
  secretKey: string;
  /** @default 'hex' */
  keyEncoding?: KeyEncoding | undefined;
  /** @default 'all' */
  signedFields?: VerifyReturnOptions['signedFields'];
}

/**
 * The fields with their `signature` (upper-case hex), as `verifyReturn` takes them.
 *
 * @throws {PluralError} `SECRET_KEY_INVALID`, `OPTIONS_INVALID`, or `SIGNATURE_MALFORMED` for fields that cannot be signed.
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

/** What a webhook carries, and the key it is signed with. */
export interface SignWebhookInput {
  /** A text is sent as it is; anything else as JSON. */
  body: unknown;
  secret: string;
  /** @default 'utf8' */
  secretEncoding?: 'utf8' | 'base64' | undefined;
  /** @default `msg_` and a UUID */
  id?: string | undefined;
  /** Epoch seconds. @default now */
  timestamp?: number | undefined;
}

/** A webhook as Plural would send it. */
export interface SignedWebhook {
  headers: { 'content-type': string; 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string };
  body: string;
}

/**
 * Headers and body of a webhook, as `verifyWebhook` takes them.
 *
 * @throws {PluralError} `SECRET_KEY_INVALID`; `REQUEST_INVALID` for a body that JSON cannot hold.
 */
export async function signWebhook(input: SignWebhookInput): Promise<SignedWebhook> {
  const { secret, secretEncoding = 'utf8', id = `msg_${crypto.randomUUID()}` } = input;
  const timestamp = String(input.timestamp ?? Math.floor(Date.now() / 1000));
  const body = typeof input.body === 'string' ? input.body : JSON.stringify(input.body);
  if (typeof body !== 'string') {
    throw new PluralError('REQUEST_INVALID', { issues: [{ path: 'body', expected: 'a text or a JSON value' }] });
  }
  const [key] = await importHmacKeys(secret, secretEncoding, 'secret');
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
