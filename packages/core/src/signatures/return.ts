/**
 * Is this return Plural's? The fields that come back on the return URL, proved by their HMAC.
 *
 * A right signature says who wrote the fields, not how much was paid nor when: read the order before fulfilling it.
 */

import { fromHex, isWellFormed, utf8 } from '../crypto/encoding.ts';
import { PluralError } from '../errors/plural-error.ts';
import { importHmacKeys, matchesAnyKey, type KeyEncoding } from '../crypto/hmac.ts';

/** Fields of a return: a form body, a query, or an object of already decoded texts. */
export type ReturnFields = URLSearchParams | FormData | Readonly<Record<string, string | undefined>>;

/** Whose signature a return has to bear, and over which fields. */
export interface VerifyReturnOptions {
  /** The return secret key Plural gave the merchant; several while one is being replaced. */
  secretKey: string | readonly string[];
  /** @default 'hex' */
  keyEncoding?: KeyEncoding | undefined;
  /**
   * Which fields the signature covers: all but `signature`, or the ones named, which must include `order_id` and
   * `status`. Name them when the page's own query rides along. Fields that are not covered are left out of the result.
   *
   * @default 'all'
   */
  signedFields?: 'all' | readonly string[] | undefined;
}

/** A return that was verified, in the wire's own names. Every member was covered by the signature. */
export interface PaymentReturn {
  /** `[A-Za-z0-9_-]`, 1 to 64 characters. */
  readonly order_id: string;
  /** `[A-Za-z0-9_]`, 1 to 64 characters, for example `AUTHORIZED` or `FAILED`. Not a verdict: read the order. */
  readonly status: string;
  readonly error_code?: string;
  readonly error_message?: string;
  readonly [field: string]: string | undefined;
}

function malformedError(path: string, expected: string): PluralError {
  return new PluralError('SIGNATURE_MALFORMED', { issues: [{ path, expected }] });
}

/**
 * The fields as a map, none twice and every one a text.
 *
 * @throws {PluralError} `SIGNATURE_MALFORMED`: a field is repeated, not a text, or not well-formed Unicode.
 */
export function readFields(fields: ReturnFields, isSigned: (name: string) => boolean): Map<string, string> {
  if (typeof fields !== 'object' || fields === null) throw malformedError('', 'form fields or an object of texts');
  const iterable = Symbol.iterator in fields;
  const pairs: Iterable<[string, unknown]> = iterable
    ? (fields as Iterable<[string, unknown]>)
    : Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const read = new Map<string, string>();
  for (const pair of pairs) {
    if (!Array.isArray(pair)) throw malformedError('', 'form fields or an object of texts');
    const [name, value] = pair;
    if (typeof name !== 'string' || !isSigned(name)) continue;
    // A key with `=` or `&` would let one signed text be read as other fields.
    if (name === '' || /[=&]/.test(name) || !isWellFormed(name))
      throw malformedError('', 'field names without = and &');
    if (typeof value !== 'string' || !isWellFormed(value))
      throw malformedError(safeFieldName(name), 'one well-formed text');
    if (read.has(name)) throw malformedError(safeFieldName(name), 'to be there once');
    read.set(name, value);
  }
  return read;
}

// Names come from whoever sent the request; only plain ones are repeated.
function safeFieldName(name: string): string {
  return /^[A-Za-z_]{1,40}$/.test(name) ? name : '';
}

/**
 * The text that is signed: `key=value` pairs in UTF-16 order of the keys, joined by `&`, values as decoded.
 *
 * Empty values stay. [source: return-signature]
 */
export function canonicalReturn(fields: ReadonlyMap<string, string>): string {
  const pairs: string[] = [];
  // The default sort is by UTF-16 unit, as in Plural's Java sample; localeCompare would differ.
  for (const name of [...fields.keys()].sort()) pairs.push(`${name}=${fields.get(name)}`);
  return pairs.join('&');
}

const requiredFields = ['order_id', 'status'] as const;

/**
 * Which field names a `signedFields` option covers, `signature` among them.
 *
 * @throws {PluralError} `OPTIONS_INVALID`: a list without `order_id` or `status`.
 */
export function signedFieldFilter(signedFields: VerifyReturnOptions['signedFields']): (name: string) => boolean {
  if (signedFields === undefined || signedFields === 'all') return () => true;
  if (!Array.isArray(signedFields) || !requiredFields.every((name) => signedFields.includes(name))) {
    throw new PluralError('OPTIONS_INVALID', {
      issues: [{ path: 'signedFields', expected: "'all', or a list with order_id and status in it" }],
    });
  }
  const covered = new Set<string>([...signedFields, 'signature']);
  return (name) => covered.has(name);
}

/**
 * Verifies the fields Plural sent to the return URL, and gives back those the signature covers.
 *
 * Take the fields from the body of the POST; a query that the merchant's own parameters share needs `signedFields`.
 * The digest is HMAC-SHA-256 as 64 hex digits of either case.
 *
 * @throws {PluralError} `SIGNATURE_MISSING`, `SIGNATURE_MALFORMED` or `SIGNATURE_MISMATCH`: trust nothing, read the order.
 * @throws {PluralError} `SECRET_KEY_INVALID` or `OPTIONS_INVALID`: correct the configuration.
 */
export async function verifyReturn(fields: ReturnFields, options: VerifyReturnOptions): Promise<PaymentReturn> {
  const { secretKey, keyEncoding = 'hex', signedFields } = options ?? {};
  const isSigned = signedFieldFilter(signedFields);
  const keys = await importHmacKeys(secretKey, keyEncoding, 'secretKey');

  const read = readFields(fields, isSigned);
  const signature = read.get('signature');
  if (signature === undefined || signature === '') throw new PluralError('SIGNATURE_MISSING');
  read.delete('signature');
  const digest = signature.length === 64 ? fromHex(signature) : undefined;
  if (digest === undefined) throw malformedError('signature', '64 hex digits');
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(read.get('order_id') ?? '')) {
    throw malformedError('order_id', '1 to 64 letters, digits, - and _');
  }
  if (!/^[A-Za-z0-9_]{1,64}$/.test(read.get('status') ?? '')) {
    throw malformedError('status', '1 to 64 letters, digits and _');
  }

  if (!(await matchesAnyKey(keys, utf8(canonicalReturn(read)), [digest]))) throw new PluralError('SIGNATURE_MISMATCH');
  return Object.fromEntries(read) as unknown as PaymentReturn;
}
