/**
 * Explains why a return does not verify: tries the common mistakes of an integration and reports the one that matches.
 */

import { equalBytes, fromHex, utf8 } from '../crypto/encoding.ts';
import type { PluralErrorCode } from '../errors/error-codes.ts';
import { isPluralError } from '../errors/plural-error.ts';
import { decodeSecret, hmac, importHmacKey, type KeyEncoding } from '../crypto/hmac.ts';
import {
  signedFieldFilter,
  readFields,
  canonicalReturn,
  verifyReturn,
  type ReturnFields,
  type VerifyReturnOptions,
} from './return.ts';

/** Same options as for `verifyReturn`. */
export type ExplainReturnOptions = VerifyReturnOptions;

/** Explanation of a verification. Never holds the key, a digest or a value. */
export interface ReturnExplanation {
  /** True when `verifyReturn` accepts the fields with these options. */
  verified: boolean;
  /** Code of the error that `verifyReturn` throws. */
  code?: PluralErrorCode;
  /** Options with which the fields would verify. */
  wouldVerifyWith?: { keyEncoding: KeyEncoding; signedFields: 'all' | string[] };
  /** Findings as sentences, the most telling first. */
  findings: string[];
}

const encodings: readonly KeyEncoding[] = ['hex', 'base64', 'utf8'];
const documentedFields = ['order_id', 'status', 'error_code', 'error_message'];

// SHA-256 of "abc": the sample in Plural's guide, which no key produces. [source: return-signature]
const guideSampleDigest = fromHex('BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD') as Uint8Array;

type Fields = ReadonlyMap<string, string>;

interface SigningVariant {
  fields: Fields;
  signedFields?: 'all' | string[];
  /** Mistake of the signer or the integration that `verifyReturn` does not make. */
  deviation?: string;
}

/**
 * Explains why a return does not verify, and which key encoding or fields would.
 *
 * For developers: it never throws for the fields it is passed, and prints no key, digest or value.
 *
 * @throws {PluralError} `OPTIONS_INVALID`: `signedFields` lacks `order_id` or `status`.
 * @example
 * ```ts
 * import { explainReturn } from '@plural-otp/core/testing';
 *
 * export async function debugReturn(request: Request, secretKey: string): Promise<void> {
 *   const { verified, findings } = await explainReturn(await request.formData(), { secretKey });
 *   console.log(verified, findings.join('\n'));
 * }
 * ```
 */
export async function explainReturn(fields: ReturnFields, options: ExplainReturnOptions): Promise<ReturnExplanation> {
  const isSigned = signedFieldFilter(options?.signedFields);
  try {
    await verifyReturn(fields, options);
    return { verified: true, findings: ['The signature matches.'] };
  } catch (error) {
    if (!isPluralError(error)) throw error;
    const findings = error.issues?.map(
      ({ path, expected }) => `${path === '' ? 'The fields' : path}: expected ${expected}.`,
    );
    const explanation: ReturnExplanation = { verified: false, code: error.code, findings: findings ?? [] };
    const secrets = [options?.secretKey].flat().filter((secret) => typeof secret === 'string');
    return explain(explanation, fields, isSigned, secrets);
  }
}

async function explain(
  explanation: ReturnExplanation,
  sent: ReturnFields,
  isSigned: (name: string) => boolean,
  secrets: readonly string[],
): Promise<ReturnExplanation> {
  const { findings } = explanation;
  if (secrets.some((secret) => secret !== secret.trim())) findings.push('The secret has white space around it.');
  let fields: Map<string, string>;
  try {
    fields = readFields(sent, () => true);
  } catch {
    return explanation;
  }
  const digest = fromHex(fields.get('signature') ?? '');
  fields.delete('signature');
  if (digest?.length !== guideSampleDigest.length) return explanation;
  if (equalBytes(digest, guideSampleDigest)) {
    findings.push('The signature is the sample of Plural’s guide, the SHA-256 of "abc": no key produces it.');
    return explanation;
  }

  const candidates = secrets.flatMap((secret) => encodings.map((encoding) => ({ secret: secret.trim(), encoding })));
  for (const { secret, encoding } of candidates) {
    if (decodeSecret(secret, encoding) === undefined) continue;
    const key = await importHmacKey(secret, encoding, 'secretKey');
    for (const { fields: signed, signedFields, deviation } of signingVariants(fields, isSigned)) {
      if (!equalBytes(await hmac(key, utf8(canonicalReturn(signed))), digest)) continue;
      findings.unshift(
        deviation === undefined
          ? `It matches with keyEncoding '${encoding}' and ${describeSignedFields(signedFields)}.`
          : `It matches with keyEncoding '${encoding}', but ${deviation}, which verifyReturn never does.`,
      );
      if (deviation === undefined && signedFields !== undefined) {
        explanation.wouldVerifyWith = { keyEncoding: encoding, signedFields };
      }
      return explanation;
    }
  }
  findings.push(
    'No key encoding and no common set of fields produces this signature: the secret is a different one, or a field was changed.',
  );
  return explanation;
}

function describeSignedFields(signedFields: SigningVariant['signedFields']): string {
  if (signedFields === undefined) return 'the given signedFields';
  return signedFields === 'all' ? "signedFields 'all'" : `signedFields [${signedFields.join(', ')}]`;
}

function signingVariants(fields: Fields, isSigned: (name: string) => boolean): SigningVariant[] {
  const filter = (matches: (name: string, value: string) => boolean): Fields =>
    new Map([...fields].filter(([name, value]) => matches(name, value)));
  const values = (change: (value: string) => string): Fields =>
    new Map([...fields].map(([name, value]) => [name, change(value)]));
  const known = documentedFields.filter((name) => fields.has(name));
  return [
    { fields, signedFields: 'all' },
    { fields: filter((name) => known.includes(name)), signedFields: known },
    { fields: filter((name) => name === 'order_id' || name === 'status'), signedFields: ['order_id', 'status'] },
    { fields: filter((name) => isSigned(name)) },
    { fields: filter((_name, value) => value !== ''), deviation: 'empty values were left out' },
    { fields: values((value) => encodeURIComponent(value)), deviation: 'the values were percent-encoded' },
    {
      fields: values(legacyPercentEncode),
      deviation: 'the values were percent-encoded but for space / : = *, as the legacy Python sample does',
    },
    {
      fields: values((value) => value.replaceAll(' ', '+')),
      deviation: 'the values have + for a space: they were not decoded',
    },
    {
      fields: values((value) => value.replaceAll('+', ' ')),
      deviation: 'a + was decoded to a space: the values were decoded twice',
    },
    { fields: values((value) => value.trim()), deviation: 'white space was trimmed from the values' },
  ];
}

/** Percent-encodes as Python's `quote` with ` /:=*` as safe characters. */
function legacyPercentEncode(value: string): string {
  const toHexEscape = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(value)
    .replaceAll(/%(?:20|2F|3A|3D)/g, (escape) => decodeURIComponent(escape))
    .replaceAll(/[!'()]/g, toHexEscape);
}
