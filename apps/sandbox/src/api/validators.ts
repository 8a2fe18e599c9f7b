import { isJsonObject } from '../lib/json.ts';

/** One field that breaks its rule. The value itself is never told. */
interface ValidationIssue {
  readonly path: string;
  readonly expected: string;
}

/** Checks a value at a path and tells every breach. */
export type Validator = (value: unknown, path: string) => ValidationIssue[];

const issue = (path: string, expected: string): ValidationIssue[] => [{ path: path === '' ? 'body' : path, expected }];
const memberPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

export function matching(pattern: RegExp, expected: string): Validator {
  return (value, path) => (typeof value === 'string' && pattern.test(value) ? [] : issue(path, expected));
}

/** A string of `from` to `to` characters (code points). */
export function stringOfLength(from: number, to: number): Validator {
  return (value, path) => {
    const size = typeof value === 'string' ? Array.from(value).length : -1;
    return size >= from && size <= to ? [] : issue(path, `a string of ${from} to ${to} characters`);
  };
}

export function oneOf(...choices: readonly string[]): Validator {
  return (value, path) =>
    typeof value === 'string' && choices.includes(value) ? [] : issue(path, choices.join(' or '));
}

export function integer(from: number, to: number): Validator {
  return (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
      ? []
      : issue(path, `an integer from ${from} to ${to}`);
}

export const boolean: Validator = (value, path) => (typeof value === 'boolean' ? [] : issue(path, 'true or false'));

/** An http or https address. */
export const httpUrl: Validator = (value, path) => {
  const valid = typeof value === 'string' && value.length <= 2000 && /^https?:\/\//i.test(value) && URL.canParse(value);
  return valid ? [] : issue(path, 'an http or https address');
};

/** An object whose named members follow their rules; others are let through. Optional members are marked `?` at their end. */
export function object(members: Readonly<Record<string, Validator>>): Validator {
  return (value, path) => {
    if (!isJsonObject(value)) return issue(path, 'an object');
    return Object.entries(members).flatMap(([key, rule]) => {
      const optional = key.endsWith('?');
      const name = optional ? key.slice(0, -1) : key;
      const member = value[name];
      if (member === undefined) return optional ? [] : issue(memberPath(path, name), 'present');
      return rule(member, memberPath(path, name));
    });
  };
}

export function array(from: number, to: number, rule: Validator): Validator {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < from || value.length > to)
      return issue(path, from === to ? `a list of ${from}` : `a list of ${from} to ${to}`);
    return value.flatMap((item, index) => rule(item, `${path}[${index}]`));
  };
}

/** A rule that looks at several members together. */
export function allOf(first: Validator, second: Validator): Validator {
  return (value, path) => {
    const breaches = first(value, path);
    return breaches.length > 0 ? breaches : second(value, path);
  };
}

/** Exactly one of the named members is present. */
export function exactlyOneOf(...names: readonly string[]): Validator {
  return (value, path) => {
    const present = isJsonObject(value) ? names.filter((name) => Object.hasOwn(value, name)) : [];
    return present.length === 1 ? [] : issue(path, `exactly one of ${names.join(', ')}`);
  };
}
