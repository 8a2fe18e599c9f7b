/**
 * Validators of request bodies. Written by hand, because the sandbox has no dependencies and shares no code with the
 * client, so that agreement between the two is evidence.
 */
import { isJsonObject, type JsonObject } from './json.ts';

/** One field that is invalid. Never holds its value, which may be a secret. */
interface ValidationIssue {
  readonly path: string;
  /** Description of a valid value, to follow "must be". */
  readonly expected: string;
}

/** Validates the value at a path and returns every issue. */
export interface Validator {
  (value: unknown, path: string): ValidationIssue[];
  /** The same rule as a JSON Schema, for the OpenAPI document. */
  readonly schema?: JsonObject;
}

/** Names the JSON Schema that states the same rule as a validator. */
export function withSchema(schema: JsonObject, validate: Validator): Validator {
  return Object.assign((value: unknown, path: string) => validate(value, path), { schema });
}

const schemaOf = ({ schema = {} }: Validator): JsonObject => schema;

const issue = (path: string, expected: string): ValidationIssue[] => [{ path: path === '' ? 'body' : path, expected }];
const memberPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Accepts a string that matches a pattern. */
export function matching(pattern: RegExp, expected: string): Validator {
  return withSchema({ type: 'string', pattern: pattern.source, description: expected }, (value, path) =>
    typeof value === 'string' && pattern.test(value) ? [] : issue(path, expected),
  );
}

/** Accepts a string of `min` to `max` characters, counted in code points. */
export function stringOfLength(min: number, max: number): Validator {
  return withSchema({ type: 'string', minLength: min, maxLength: max }, (value, path) => {
    const size = typeof value === 'string' ? Array.from(value).length : -1;
    return size >= min && size <= max ? [] : issue(path, `a string of ${min} to ${max} characters`);
  });
}

/** Accepts one of the given strings. */
export function oneOf(...choices: readonly string[]): Validator {
  return withSchema({ type: 'string', enum: choices }, (value, path) =>
    typeof value === 'string' && choices.includes(value) ? [] : issue(path, choices.join(' or ')),
  );
}

/** Accepts an integer from `min` to `max`. */
export function integer(min: number, max: number): Validator {
  return withSchema({ type: 'integer', minimum: min, maximum: max }, (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? []
      : issue(path, `an integer from ${min} to ${max}`),
  );
}

/** Accepts true and false. */
export const boolean: Validator = withSchema({ type: 'boolean' }, (value, path) =>
  typeof value === 'boolean' ? [] : issue(path, 'true or false'),
);

/** Accepts an absolute http or https URL of at most 2000 characters. */
export const httpUrl: Validator = withSchema(
  { type: 'string', format: 'uri', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]', maxLength: 2000 },
  (value, path) => {
    const valid =
      typeof value === 'string' && value.length <= 2000 && /^https?:\/\//i.test(value) && URL.canParse(value);
    return valid ? [] : issue(path, 'an http or https URL');
  },
);

/** Accepts an object whose named members are valid, and any others. A name that ends with `?` is optional. */
export function object(members: Readonly<Record<string, Validator>>): Validator {
  return withSchema(objectSchema(members), (value, path) => {
    if (!isJsonObject(value)) return issue(path, 'an object');
    return Object.entries(members).flatMap(([key, validate]) => {
      const optional = key.endsWith('?');
      const name = optional ? key.slice(0, -1) : key;
      const member = value[name];
      if (member === undefined) return optional ? [] : issue(memberPath(path, name), 'present');
      return validate(member, memberPath(path, name));
    });
  });
}

function objectSchema(members: Readonly<Record<string, Validator>>): JsonObject {
  const names = Object.keys(members);
  const required = names.filter((key) => !key.endsWith('?'));
  const properties = names.map((key) => [key.replace(/\?$/, ''), schemaOf(members[key] as Validator)] as const);
  return {
    type: 'object',
    ...(names.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(required.length > 0 && { required }),
  };
}

/** Accepts an array of `min` to `max` valid items. */
export function array(min: number, max: number, validate: Validator): Validator {
  return withSchema({ type: 'array', minItems: min, maxItems: max, items: schemaOf(validate) }, (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max)
      return issue(path, min === max ? `an array of ${min}` : `an array of ${min} to ${max}`);
    return value.flatMap((item, index) => validate(item, `${path}[${index}]`));
  });
}

/** Accepts what both validators accept. The second one runs only when the first finds no issue. */
export function allOf(first: Validator, second: Validator): Validator {
  return withSchema({ allOf: [schemaOf(first), schemaOf(second)] }, (value, path) => {
    const issues = first(value, path);
    return issues.length > 0 ? issues : second(value, path);
  });
}

/** Accepts an object that has exactly one of the named members. */
export function exactlyOneOf(...names: readonly string[]): Validator {
  const oneOfNames = names.map((name) => ({ required: [name] }));
  return withSchema({ type: 'object', oneOf: oneOfNames }, (value, path) => {
    const present = isJsonObject(value) ? names.filter((name) => Object.hasOwn(value, name)) : [];
    return present.length === 1 ? [] : issue(path, `exactly one of ${names.join(', ')}`);
  });
}
