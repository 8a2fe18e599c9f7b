import * as v from 'valibot';
import type { Schema } from './parse.ts';

const expectedId = '1 to 64 letters, digits, - and _';

/** An id Plural made (`order_id`, `payment_id`), as it may be put into a path. */
export const idSchema: Schema<string> = v.pipe(v.string(expectedId), v.regex(/^[A-Za-z0-9_-]{1,64}$/, expectedId));

const expectedReference = 'a text of 1 to 50 printable ASCII characters, without spaces';

/**
 * A reference the merchant made: what a repeated request is known by at Plural.
 *
 * Plural documents letters, digits, `-`, `_` and a slash [source: go-sdk]. More is let through, for Plural to judge, but not `.` and
 * `..`, which no URL can carry as a path segment.
 */
export const referenceSchema: Schema<string> = v.pipe(
  v.string(expectedReference),
  v.regex(/^(?!\.{1,2}$)[\x21-\x7e]{1,50}$/, expectedReference),
);
