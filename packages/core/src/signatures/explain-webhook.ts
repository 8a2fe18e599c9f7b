/**
 * Explains why a webhook does not verify: tries the common mistakes of an integration and reports the one that matches.
 */

import { equalBytes, fromBase64, fromHex, utf8 } from '../crypto/encoding.ts';
import { decodeSecret, hmac, importHmacKey, type KeyEncoding } from '../crypto/hmac.ts';
import type { PluralErrorCode } from '../errors/error-codes.ts';
import { isPluralError } from '../errors/plural-error.ts';
import { getHeader } from '../lib/get-header.ts';
import {
  readMessage,
  signedContent,
  standardPrefix,
  toBytes,
  verifyWebhook,
  type VerifyWebhookOptions,
  type WebhookMessage,
} from './webhook.ts';

/** Same options as for `verifyWebhook`. */
export type ExplainWebhookOptions = VerifyWebhookOptions;

/** Explanation of a verification. Never holds the key, a digest or a part of the body. */
export interface WebhookExplanation {
  /** True when `verifyWebhook` accepts the webhook with these options. */
  verified: boolean;
  /** Code of the error that `verifyWebhook` throws. */
  code?: PluralErrorCode;
  /** Options with which the webhook would verify. */
  wouldVerifyWith?: { secretEncoding: 'utf8' | 'base64' };
  /** Findings as sentences, the most telling first. */
  findings: string[];
}

type Bytes = Uint8Array<ArrayBuffer>;

interface Signed {
  id: string;
  timestamp: string;
  body: Bytes;
}

interface Variant {
  content: Bytes;
  /** Mistake of the signer or the integration that `verifyWebhook` does not make. */
  deviation?: string;
}

const encodings: readonly KeyEncoding[] = ['utf8', 'base64', 'hex'];
const digestBytes = 32;

/**
 * Explains why a webhook does not verify, and which encoding of the secret or which text would.
 *
 * For developers: it never throws for the webhook it is passed, and prints no key, digest or part of the body.
 *
 * @throws {PluralError} `OPTIONS_INVALID`: the message is neither a request nor headers and body.
 * @example
 * ```ts
 * import { explainWebhook } from '@plural-otp/core/testing';
 *
 * export async function debugWebhook(request: Request, secret: string): Promise<void> {
 *   const { verified, findings } = await explainWebhook(request, { secret });
 *   console.log(verified, findings.join('\n'));
 * }
 * ```
 */
export async function explainWebhook(
  message: WebhookMessage | Request,
  options: ExplainWebhookOptions,
): Promise<WebhookExplanation> {
  const { headers, body } = await readMessage(message);
  const bytes = await toBytes(body);
  try {
    await verifyWebhook({ headers, body: bytes }, options);
    return { verified: true, findings: ['The signature matches.'] };
  } catch (error) {
    if (!isPluralError(error) || error.code === 'OPTIONS_INVALID') throw error;
    const findings = (error.issues ?? []).map(({ path, expected }) => `${path}: expected ${expected}.`);
    const explanation: WebhookExplanation = { verified: false, code: error.code, findings };
    if (error.code === 'SIGNATURE_EXPIRED') {
      findings.push('The signature matches, but the timestamp is too far from now: check the clock, or the delivery.');
      return explanation;
    }
    const [id = '', timestamp = '', signature = ''] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
      (name) => getHeader(headers, name) ?? '',
    );
    const secrets = [options.secret].flat().filter((secret) => typeof secret === 'string');
    return explain(explanation, { id, timestamp, body: bytes }, signature, secrets);
  }
}

async function explain(
  explanation: WebhookExplanation,
  signed: Signed,
  signature: string,
  secrets: readonly string[],
): Promise<WebhookExplanation> {
  const { findings } = explanation;
  if (secrets.some((secret) => secret !== secret.trim())) findings.push('The secret has white space around it.');
  if (/^\d{13,}$/.test(signed.timestamp)) findings.push('webhook-timestamp is in milliseconds, not in seconds.');
  const digests = findDigests(signature);
  if (digests.length === 0) return explanation;
  for (const { encoding, words, text, deviation: reading } of secrets.flatMap((secret) =>
    secretReadings(secret.trim()),
  )) {
    if (decodeSecret(text, encoding) === undefined) continue;
    const key = await importHmacKey(text, encoding, 'secret');
    for (const { content, deviation } of signingVariants(signed)) {
      const expected = await hmac(key, content);
      const match = digests.find(({ digest }) => equalBytes(expected, digest));
      if (match === undefined) continue;
      const why = deviation ?? match.deviation ?? reading;
      findings.unshift(
        why === undefined
          ? `It matches with ${words}.`
          : `It matches with ${words}, but ${why}, which verifyWebhook never does.`,
      );
      if (why === undefined && encoding !== 'hex') explanation.wouldVerifyWith = { secretEncoding: encoding };
      return explanation;
    }
  }
  findings.push(
    'No encoding of the secret and no common form of the text produces this signature: the secret is a different one, or the body was changed. Pass the raw body, as it arrived.',
  );
  return explanation;
}

interface SecretReading {
  encoding: KeyEncoding;
  words: string;
  text: string;
  /** Absent for a reading that an option of `verifyWebhook` selects. */
  deviation?: string;
}

function secretReadings(secret: string): SecretReading[] {
  const isStandard = secret.startsWith(standardPrefix);
  const whole = encodings.map((encoding): SecretReading => {
    const reading = { encoding, words: `secretEncoding '${encoding}'`, text: secret };
    if (encoding === 'hex') return { ...reading, words: 'the secret', deviation: 'the secret was decoded as hex' };
    return isStandard ? { ...reading, deviation: `the secret was taken with its ${standardPrefix}` } : reading;
  });
  if (!isStandard) return whole;
  const text = secret.slice(standardPrefix.length);
  const deviation = `what follows ${standardPrefix} was not decoded as Base64`;
  return [
    ...whole,
    ...encodings.map((encoding) => ({ encoding, words: `secretEncoding '${encoding}'`, text, deviation })),
  ];
}

/** Finds the digests of a header, also in forms that `verifyWebhook` does not accept. */
function findDigests(signature: string): { digest: Bytes; deviation?: string }[] {
  return signature.split(/[\s]+/).flatMap((item) => {
    const [, prefix = '', text = ''] = /^(v1,|v1=|sha256=)?(.*)$/.exec(item) ?? [];
    const asHex = fromHex(text);
    const digest = asHex?.length === digestBytes ? asHex : fromBase64(text);
    if (digest?.length !== digestBytes) return [];
    const isHex = digest === asHex;
    if (prefix === 'v1,' && !isHex) return [{ digest }];
    return [{ digest, deviation: isHex ? 'the signature is hex' : 'the signature does not start with v1,' }];
  });
}

function signingVariants({ id, timestamp, body }: Signed): Variant[] {
  const text = new TextDecoder().decode(body);
  const withBody = (changed: string): Bytes => signedContent(id, timestamp, utf8(changed));
  const variants: Variant[] = [
    { content: signedContent(id, timestamp, body) },
    { content: signedContent(id, timestamp, utf8(text.trim())), deviation: 'white space around the body was removed' },
    { content: withBody(`${text}\n`), deviation: 'a line break at the end of the body was lost' },
    { content: utf8(text), deviation: 'the body alone was signed' },
    { content: utf8(`${timestamp}.${text}`), deviation: 'webhook-id was left out of the signed text' },
  ];
  try {
    const parsed: unknown = JSON.parse(text);
    for (const spaces of [0, 1, 2, 4]) {
      variants.push({
        content: withBody(JSON.stringify(parsed, undefined, spaces)),
        deviation: 'the body was parsed and written again',
      });
    }
  } catch {
    // A body that is no JSON has no second spelling.
  }
  return variants;
}
