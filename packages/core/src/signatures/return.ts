/**
 * Verifies the fields that Plural sends to the return URL by their HMAC.
 *
 * A valid signature proves who wrote the fields, not how much was paid nor when: read the order before fulfilling it.
 */

import { fromHex, isWellFormed, utf8 } from '../crypto/encoding.ts';
import { PluralError } from '../errors/plural-error.ts';
import { importHmacKeys, matchesAnyKey, type KeyEncoding } from '../crypto/hmac.ts';

/** Fields of a return: a form body, a query, or an object of already decoded strings. */
export type ReturnFields = URLSearchParams | FormData | Readonly<Record<string, string | undefined>>;

/** Secrets and fields that a return's signature is verified with. */
export interface VerifyReturnOptions {
  /** Return secret key that Plural issued; several during a rotation. */
  secretKey: string | readonly string[];
  /** Encoding of the secret key. @default 'hex' */
  keyEncoding?: KeyEncoding | undefined;
  /**
   * Fields that the signature covers: all but `signature`, or a list, which must include `order_id` and `status`. Pass
   * a list when the page has query parameters of its own. Fields that are not covered are left out of the result.
   *
   * @default 'all'
   */
  signedFields?: 'all' | readonly string[] | undefined;
}

/** A verified return, in the wire's own names. The signature covers every member. */
export interface PaymentReturn {
  /** 1 to 64 characters of `[A-Za-z0-9_-]`. */
  readonly order_id: string;
  /** 1 to 64 characters of `[A-Za-z0-9_]`, for example `AUTHORIZED` or `FAILED`. Not a verdict: read the order. */
  readonly status: string;
  readonly error_code?: string;
  readonly error_message?: string;
  readonly [field: string]: string | undefined;
}

function malformedError(path: string, expected: string): PluralError {
  return new PluralError('SIGNATURE_MALFORMED', { issues: [{ path, expected }] });
}

/**
 * Reads the covered fields into a map.
 *
 * @throws {PluralError} `SIGNATURE_MALFORMED`: a field is repeated, not a string, or not well-formed Unicode.
 */
export function readFields(fields: ReturnFields, isSigned: (name: string) => boolean): Map<string, string> {
  if (typeof fields !== 'object' || fields === null) throw malformedError('', 'form fields or an object of strings');
  const iterable = Symbol.iterator in fields;
  const pairs: Iterable<[string, unknown]> = iterable
    ? (fields as Iterable<[string, unknown]>)
    : Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const read = new Map<string, string>();
  for (const pair of pairs) {
    if (!Array.isArray(pair)) throw malformedError('', 'form fields or an object of strings');
    const [name, value] = pair;
    if (typeof name !== 'string' || !isSigned(name)) continue;
    // A name with `=` or `&` would allow the same signed string to be read as different fields.
    if (name === '' || /[=&]/.test(name) || !isWellFormed(name))
      throw malformedError('', 'field names without = and &');
    if (typeof value !== 'string' || !isWellFormed(value))
      throw malformedError(safeFieldName(name), 'one well-formed string');
    if (read.has(name)) throw malformedError(safeFieldName(name), 'exactly one value');
    read.set(name, value);
  }
  return read;
}

// A name comes from whoever sent the request, so that only a plain one is repeated in an error.
function safeFieldName(name: string): string {
  return /^[A-Za-z_]{1,40}$/.test(name) ? name : '';
}

/**
 * Returns the canonical string that is signed: `key=value` pairs in UTF-16 order of the keys, joined by `&`, with
 * decoded values. Empty values are kept. [source: return-signature]
 */
export function canonicalReturn(fields: ReadonlyMap<string, string>): string {
  const pairs: string[] = [];
  // The default order compares UTF-16 units, as Plural's Java sample does; localeCompare would differ.
  for (const name of [...fields.keys()].sort()) pairs.push(`${name}=${fields.get(name)}`);
  return pairs.join('&');
}

const requiredFields = ['order_id', 'status'] as const;

/**
 * Returns a filter for the names of fields that the signature covers, and for `signature` itself.
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
 * Verifies the fields that Plural sent to the return URL, and returns those the signature covers.
 *
 * Read the fields from the body of the POST; a query that also has parameters of the merchant needs `signedFields`.
 * The digest is HMAC-SHA-256 as 64 hex digits of either case.
 *
 * @throws {PluralError} `SIGNATURE_MISSING`, `SIGNATURE_MALFORMED` or `SIGNATURE_MISMATCH`: do not trust the fields,
 * read the order.
 * @throws {PluralError} `SECRET_KEY_INVALID` or `OPTIONS_INVALID`: correct the configuration.
 * @example
 * ```ts
 * import { isPluralError, verifyReturn } from '@plural-otp/core';
 *
 * export async function readReturn(request: Request, secretKey: string): Promise<string | undefined> {
 *   try {
 *     return (await verifyReturn(await request.formData(), { secretKey })).order_id;
 *   } catch (error) {
 *     if (isPluralError(error) && error.code.startsWith('SIGNATURE_')) return undefined;
 *     throw error;
 *   }
 * }
 * ```
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
  for (const [name, value] of read) {
    // The signed string does not say where a value ends: one that holds a required field can be read in two ways.
    if (/&(?:order_id|status)=/.test(value)) {
      throw malformedError(safeFieldName(name), 'a value without &order_id= and &status=');
    }
  }

  if (!(await matchesAnyKey(keys, utf8(canonicalReturn(read)), [digest]))) throw new PluralError('SIGNATURE_MISMATCH');
  return Object.fromEntries(read) as unknown as PaymentReturn;
}
