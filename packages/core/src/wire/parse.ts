/**
 * Parses Plural's JSON. Members that decide something must be valid; members that only inform are left out when they do
 * not have the expected form; unknown members are kept.
 */

import * as v from 'valibot';
import type { Issue } from '../errors/plural-error.ts';
import { redact } from '../errors/redact.ts';

/** A schema that accepts any input and outputs a `T`. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** Makes a member optional: `null` and a value of another form are left out instead of invalidating the response. */
export function lenient<T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T | undefined> & {
  readonly type: 'optional';
} {
  return v.fallback(v.optional(schema), undefined) as never;
}

/** Parses a string; some of Plural's samples have a number where the reference says string. */
export const coerceString: v.GenericSchema<unknown, string> = v.union([
  v.string(),
  v.pipe(
    v.number(),
    v.transform((value) => String(value)),
  ),
]);

/** Parses a word of an open set, converted to upper case. */
export const upperCase: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.nonEmpty(), v.toUpperCase());

/** An object whose members are not validated. */
export type JsonObject = { readonly [member: string]: unknown };
export const jsonObject: v.GenericSchema<unknown, JsonObject> = v.looseObject({});

/** Returns true for a JSON object that is no array. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Unwraps the `data` member that most of Plural's responses have. */
export function unwrapData(body: unknown): unknown {
  if (!isJsonObject(body) || 'order_id' in body) return body;
  return isJsonObject(body['data']) ? body['data'] : body;
}

/** Parses `input`. Returns the value, or its issues: paths and expectations, never values. */
export function parse<T>(
  schema: v.GenericSchema<unknown, T>,
  input: unknown,
): { value: T; issues?: never } | { issues: Issue[] } {
  // Valibot's own messages quote the input; an empty message is replaced by the expectation.
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
  return missing ? 'required' : (issue.expected ?? 'another value');
}
