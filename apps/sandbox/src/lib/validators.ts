/**
 * Validators of request bodies. Written by hand, because the sandbox has no dependencies and shares no code with the
 * client, so that agreement between the two is evidence.
 */
import { isJsonObject } from './json.ts';

/** One field that is invalid. Never holds its value, which may be a secret. */
interface ValidationIssue {
  readonly path: string;
  /** Description of a valid value, to follow "must be". */
  readonly expected: string;
}

/** Validates the value at a path and returns every issue. */
export type Validator = (value: unknown, path: string) => ValidationIssue[];

const issue = (path: string, expected: string): ValidationIssue[] => [{ path: path === '' ? 'body' : path, expected }];
const memberPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Accepts a string that matches a pattern. */
export function matching(pattern: RegExp, expected: string): Validator {
  return (value, path) => (typeof value === 'string' && pattern.test(value) ? [] : issue(path, expected));
}

/** Accepts a string of `min` to `max` characters, counted in code points. */
export function stringOfLength(min: number, max: number): Validator {
  return (value, path) => {
    const size = typeof value === 'string' ? Array.from(value).length : -1;
    return size >= min && size <= max ? [] : issue(path, `a string of ${min} to ${max} characters`);
  };
}

/** Accepts one of the given strings. */
export function oneOf(...choices: readonly string[]): Validator {
  return (value, path) =>
    typeof value === 'string' && choices.includes(value) ? [] : issue(path, choices.join(' or '));
}

/** Accepts an integer from `min` to `max`. */
export function integer(min: number, max: number): Validator {
  return (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? []
      : issue(path, `an integer from ${min} to ${max}`);
}

/** Accepts true and false. */
export const boolean: Validator = (value, path) => (typeof value === 'boolean' ? [] : issue(path, 'true or false'));

/** Accepts an absolute http or https URL of at most 2000 characters. */
export const httpUrl: Validator = (value, path) => {
  const valid = typeof value === 'string' && value.length <= 2000 && /^https?:\/\//i.test(value) && URL.canParse(value);
  return valid ? [] : issue(path, 'an http or https URL');
};

/** Accepts an object whose named members are valid, and any others. A name that ends with `?` is optional. */
export function object(members: Readonly<Record<string, Validator>>): Validator {
  return (value, path) => {
    if (!isJsonObject(value)) return issue(path, 'an object');
    return Object.entries(members).flatMap(([key, validate]) => {
      const optional = key.endsWith('?');
      const name = optional ? key.slice(0, -1) : key;
      const member = value[name];
      if (member === undefined) return optional ? [] : issue(memberPath(path, name), 'present');
      return validate(member, memberPath(path, name));
    });
  };
}

/** Accepts an array of `min` to `max` valid items. */
export function array(min: number, max: number, validate: Validator): Validator {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max)
      return issue(path, min === max ? `an array of ${min}` : `an array of ${min} to ${max}`);
    return value.flatMap((item, index) => validate(item, `${path}[${index}]`));
  };
}

/** Accepts what both validators accept. The second one runs only when the first finds no issue. */
export function allOf(first: Validator, second: Validator): Validator {
  return (value, path) => {
    const issues = first(value, path);
    return issues.length > 0 ? issues : second(value, path);
  };
}

/** Accepts an object that has exactly one of the named members. */
export function exactlyOneOf(...names: readonly string[]): Validator {
  return (value, path) => {
    const present = isJsonObject(value) ? names.filter((name) => Object.hasOwn(value, name)) : [];
    return present.length === 1 ? [] : issue(path, `exactly one of ${names.join(', ')}`);
  };
}
