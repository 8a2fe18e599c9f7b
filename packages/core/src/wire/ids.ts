/** Ids that Plural assigns and references that the merchant assigns. */

import * as v from 'valibot';
import type { Schema } from './parse.ts';

const expectedId = '1 to 64 letters, digits, - and _';

/** Validates an id that Plural assigned (`order_id`, `payment_id`), so that it is safe in a path. */
export const idSchema: Schema<string> = v.pipe(v.string(expectedId), v.regex(/^[A-Za-z0-9_-]{1,64}$/, expectedId));

const expectedReference = 'a string of 1 to 50 printable ASCII characters without spaces';

/**
 * Validates a reference that the merchant assigned. Plural recognizes a repeated request by it.
 *
 * Plural documents letters, digits, `-`, `_` and a slash [source: go-sdk]. More is passed on, for Plural to accept or
 * reject, but not `.` and `..`, which no URL can carry as a path segment.
 */
export const referenceSchema: Schema<string> = v.pipe(
  v.string(expectedReference),
  v.regex(/^(?!\.{1,2}$)[\x21-\x7e]{1,50}$/, expectedReference),
);
