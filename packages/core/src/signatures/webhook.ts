/**
 * Verifies webhooks by their headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, over the raw body.
 *
 * [source: webhooks] [source: standard-webhooks]
 */

import { fromBase64, utf8 } from '../crypto/encoding.ts';
import { PluralError } from '../errors/plural-error.ts';
import { importHmacKeys, matchesAnyKey } from '../crypto/hmac.ts';
import type { WebCryptoKey } from '../crypto/encryption.ts';
import { getHeader, type HeaderSource } from '../lib/get-header.ts';
import { parseWebhookEvent, type WebhookEvent } from './webhook-event.ts';

/** Header names in any case; Node's lists of values are joined by a space. */
export type WebhookHeaders = HeaderSource;

/**
 * A webhook as it arrived. A body that was parsed and serialized again differs from the signed one and never verifies.
 */
export interface WebhookMessage {
  headers: WebhookHeaders;
  body: string | Uint8Array | ArrayBuffer;
}

/** Secrets that a webhook's signature is verified with, and how old the webhook may be. */
export interface VerifyWebhookOptions {
  /** Webhook secret; several during a rotation. One that starts with `whsec_` is read as Standard Webhooks does. */
  secret: string | readonly string[];
  /** `utf8`: the secret as the dashboard shows it. `base64`: its Base64 form. @default 'utf8' */
  secretEncoding?: 'utf8' | 'base64' | undefined;
  /** Seconds that the timestamp may differ from now, in both directions. @default 300 */
  toleranceSeconds?: number | undefined;
  /** Clock, in epoch milliseconds. @default Date.now */
  now?: (() => number) | undefined;
}

/** Prefix of a secret in the form of Standard Webhooks. */
export const standardPrefix = 'whsec_';

/**
 * Imports webhook secrets as signing keys. What follows the prefix of a Standard Webhooks secret is Base64, whatever
 * `encoding` says [source: standard-webhooks].
 *
 * @throws {PluralError} `SECRET_KEY_INVALID`: there is no secret, or one is not in its encoding.
 */
export async function importWebhookKeys(
  secret: string | readonly string[],
  encoding: 'utf8' | 'base64',
): Promise<WebCryptoKey[]> {
  const list: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  if (!list.some((item) => String(item).startsWith(standardPrefix))) return importHmacKeys(secret, encoding, 'secret');
  const imported = list.map((item) => {
    const isStandard = String(item).startsWith(standardPrefix);
    return isStandard
      ? importHmacKeys([String(item).slice(standardPrefix.length)], 'base64', 'secret')
      : importHmacKeys([item as string], encoding, 'secret');
  });
  return (await Promise.all(imported)).flat();
}

const headerNames = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const digestBytes = 32;

/** Returns the bytes of a body. @throws {PluralError} `OPTIONS_INVALID`: a body that was parsed. */
export async function toBytes(body: unknown): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof body === 'string') return utf8(body);
  // Not by instanceof, because a Buffer under a test runner that isolates its globals is of another realm.
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
  if (Object.prototype.toString.call(body) === '[object ArrayBuffer]') return new Uint8Array(body as ArrayBuffer);
  throw new PluralError('OPTIONS_INVALID', {
    issues: [{ path: 'body', expected: 'the raw body as a string or bytes; a parsed body cannot be verified' }],
  });
}

/**
 * Returns headers and raw body of a webhook.
 *
 * @throws {PluralError} `OPTIONS_INVALID`: neither a request nor headers and body. `NETWORK_FAILED`: the body was cut off.
 */
export async function readMessage(
  message: WebhookMessage | Request,
): Promise<{ headers: WebhookHeaders; body: unknown }> {
  const check = (holds: boolean, path: string, expected: string): void => {
    if (!holds) throw new PluralError('OPTIONS_INVALID', { issues: [{ path, expected }] });
  };
  check(typeof message === 'object' && message !== null, 'message', 'a Request, or headers and body');
  check(typeof message.headers === 'object' && message.headers !== null, 'headers', 'Headers or an object of strings');
  if (!('arrayBuffer' in message)) return message;
  check(!message.bodyUsed, 'request', 'a request whose body has not been read');
  try {
    return { headers: message.headers, body: await message.arrayBuffer() };
  } catch {
    throw new PluralError('NETWORK_FAILED', { reason: 'the body of the webhook was cut off' });
  }
}

/** Returns the bytes that are signed: `id.timestamp.body`. */
export function signedContent(id: string, timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = utf8(`${id}.${timestamp}.`);
  const text = new Uint8Array(head.length + body.length);
  text.set(head);
  text.set(body, head.length);
  return text;
}

/**
 * Verifies a webhook and returns its event.
 *
 * Pass the `Request` itself, or its headers and raw body. `webhook-signature` may list several `v1,<base64>`,
 * separated by spaces; one that matches is enough.
 *
 * @throws {PluralError} `SIGNATURE_MISSING`, `SIGNATURE_MALFORMED`, `SIGNATURE_MISMATCH` or `SIGNATURE_EXPIRED`: reject
 * it. A validly signed body that is no JSON object is malformed too.
 * @throws {PluralError} `SECRET_KEY_INVALID` or `OPTIONS_INVALID`: correct the configuration.
 * @example
 * ```ts
 * import { isPluralError, verifyWebhook } from '@plural-otp/core';
 *
 * export async function handleWebhook(request: Request): Promise<Response> {
 *   try {
 *     const event = await verifyWebhook(request, { secret: process.env['PLURAL_WEBHOOK_SECRET'] ?? '' });
 *     console.log(event.id, event.event_type, event.data.order_id);
 *     return new Response(null, { status: 204 });
 *   } catch (error) {
 *     if (isPluralError(error) && error.code.startsWith('SIGNATURE_')) return new Response(null, { status: 401 });
 *     throw error;
 *   }
 * }
 * ```
 */
export async function verifyWebhook(
  message: WebhookMessage | Request,
  options: VerifyWebhookOptions,
): Promise<WebhookEvent> {
  const { secret, secretEncoding = 'utf8', toleranceSeconds = 300, now = Date.now } = options ?? {};
  if (!Number.isFinite(toleranceSeconds) || toleranceSeconds < 0) {
    throw new PluralError('OPTIONS_INVALID', {
      issues: [{ path: 'toleranceSeconds', expected: 'seconds, 0 or more' }],
    });
  }
  const keys = await importWebhookKeys(secret, secretEncoding);

  const { headers, body } = await readMessage(message);
  const bytes = await toBytes(body);
  const [id, timestamp, signatures] = headerNames.map((name) => getHeader(headers, name) ?? '') as [
    string,
    string,
    string,
  ];
  for (const [index, value] of [id, timestamp, signatures].entries()) {
    if (value === '') {
      throw new PluralError('SIGNATURE_MISSING', {
        issues: [{ path: headerNames[index] ?? '', expected: 'required' }],
      });
    }
  }
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new PluralError('SIGNATURE_MALFORMED', {
      issues: [{ path: 'webhook-timestamp', expected: 'epoch seconds' }],
    });
  }
  const digests = signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => fromBase64(signature.slice(3)))
    .filter((digest) => digest?.length === digestBytes) as Uint8Array[];
  if (digests.length === 0) {
    throw new PluralError('SIGNATURE_MALFORMED', {
      issues: [{ path: 'webhook-signature', expected: 'v1,<Base64 of 32 bytes>' }],
    });
  }

  if (!(await matchesAnyKey(keys, signedContent(id, timestamp, bytes), digests))) {
    throw new PluralError('SIGNATURE_MISMATCH');
  }
  if (Math.abs(now() / 1000 - Number(timestamp)) > toleranceSeconds) throw new PluralError('SIGNATURE_EXPIRED');
  const event = parseWebhookEvent(id, timestamp, new TextDecoder().decode(bytes));
  if (event !== undefined) return event;
  throw new PluralError('SIGNATURE_MALFORMED', { issues: [{ path: 'body', expected: 'a JSON object' }] });
}
