/**
 * How Plural's JSON is read: what is acted on must be right; what only decorates is kept when it has the expected
 * form and left out when not; unknown members stay.
 */

import * as v from 'valibot';
import type { Issue } from '../errors/plural-error.ts';
import { redact } from '../errors/redact.ts';

/** A schema that takes anything and gives a `T`. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** A member an answer may lack; `null` and a value of another form are left out rather than spoiling the answer. */
export function lenient<T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T | undefined> & {
  readonly type: 'optional';
} {
  return v.fallback(v.optional(schema), undefined) as never;
}

/** A text of Plural's; some samples show numbers where the reference says text. */
export const coerceString: v.GenericSchema<unknown, string> = v.union([
  v.string(),
  v.pipe(
    v.number(),
    v.transform((value) => String(value)),
  ),
]);

/** A member of an open set of words, in upper case whatever case was sent. */
export const upperCase: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.nonEmpty(), v.toUpperCase());

/** An object whose members are not looked at. */
export type JsonObject = { readonly [member: string]: unknown };
export const jsonObject: v.GenericSchema<unknown, JsonObject> = v.looseObject({});

/** Whether `value` is a JSON object, not an array. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Takes an answer out of the `data` that most of Plural's are wrapped in. */
export function unwrapData(body: unknown): unknown {
  if (!isJsonObject(body) || 'order_id' in body) return body;
  return isJsonObject(body['data']) ? body['data'] : body;
}

/** Reads `input`, giving the value or what is wrong with it: paths and expectations, never values. */
export function parse<T>(
  schema: v.GenericSchema<unknown, T>,
  input: unknown,
): { value: T; issues?: never } | { issues: Issue[] } {
  // Valibot's own messages quote what was received; an empty one is replaced by what was expected.
  const result = v.safeParse(schema, input, { message: () => '' });
  if (result.success) return { value: result.output };
  return { issues: result.issues.map((issue) => ({ path: toPath(issue), expected: toExpectation(issue) })) };
}

function toPath(issue: v.BaseIssue<unknown>): string {
  const keys = issue.path?.map(({ key }) => String(key)) ?? [];
  return redact(keys.join('.'), [], 200);
}

function toExpectation(issue: v.BaseIssue<unknown>): string {
  if (issue.message !== '') return issue.message;
  const missing = issue.kind === 'schema' && issue.type.endsWith('object') && issue.received === 'undefined';
  return missing ? 'to be given' : (issue.expected ?? 'another value');
}
