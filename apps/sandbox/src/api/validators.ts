import { isJsonObject } from '../lib/json.ts';

/** One field that breaks its rule. The value itself is never told. */
interface Breach {
  readonly path: string;
  readonly expected: string;
}

/** Checks a value at a path and tells every breach. */
export type Rule = (value: unknown, path: string) => Breach[];

const breach = (path: string, expected: string): Breach[] => [{ path: path === '' ? 'body' : path, expected }];
const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

export function text(pattern: RegExp, expected: string): Rule {
  return (value, path) => (typeof value === 'string' && pattern.test(value) ? [] : breach(path, expected));
}

/** A string of `from` to `to` characters (code points). */
export function length(from: number, to: number): Rule {
  return (value, path) => {
    const size = typeof value === 'string' ? Array.from(value).length : -1;
    return size >= from && size <= to ? [] : breach(path, `a string of ${from} to ${to} characters`);
  };
}

export function oneOf(...choices: readonly string[]): Rule {
  return (value, path) =>
    typeof value === 'string' && choices.includes(value) ? [] : breach(path, choices.join(' or '));
}

export function integer(from: number, to: number): Rule {
  return (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
      ? []
      : breach(path, `an integer from ${from} to ${to}`);
}

export const truth: Rule = (value, path) => (typeof value === 'boolean' ? [] : breach(path, 'true or false'));

/** An http or https address. */
export const webAddress: Rule = (value, path) => {
  const valid = typeof value === 'string' && value.length <= 2000 && /^https?:\/\//i.test(value) && URL.canParse(value);
  return valid ? [] : breach(path, 'an http or https address');
};

/** An object whose named members follow their rules; others are let through. Optional members are marked `?` at their end. */
export function shape(members: Readonly<Record<string, Rule>>): Rule {
  return (value, path) => {
    if (!isJsonObject(value)) return breach(path, 'an object');
    return Object.entries(members).flatMap(([key, rule]) => {
      const optional = key.endsWith('?');
      const name = optional ? key.slice(0, -1) : key;
      const member = value[name];
      if (member === undefined) return optional ? [] : breach(below(path, name), 'present');
      return rule(member, below(path, name));
    });
  };
}

export function list(from: number, to: number, rule: Rule): Rule {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < from || value.length > to)
      return breach(path, from === to ? `a list of ${from}` : `a list of ${from} to ${to}`);
    return value.flatMap((item, index) => rule(item, `${path}[${index}]`));
  };
}

/** A rule that looks at several members together. */
export function both(first: Rule, second: Rule): Rule {
  return (value, path) => {
    const breaches = first(value, path);
    return breaches.length > 0 ? breaches : second(value, path);
  };
}

/** Exactly one of the named members is present. */
export function exactlyOne(...names: readonly string[]): Rule {
  return (value, path) => {
    const present = isJsonObject(value) ? names.filter((name) => Object.hasOwn(value, name)) : [];
    return present.length === 1 ? [] : breach(path, `exactly one of ${names.join(', ')}`);
  };
}
