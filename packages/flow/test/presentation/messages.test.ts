import { expect, test } from 'vitest';
import { english, englishPage, fill, localeKey, resolveLocale } from '../../src/presentation/index.ts';

test('the page without script says every sentence of the step in the same words', () => {
  expect(englishPage).toMatchObject(english);
  expect(Object.keys(englishPage).length).toBeGreaterThan(Object.keys(english).length);
});

test('fill replaces each placeholder, and leaves one without a value', () => {
  expect(fill('{a} and {b}, {a}', { a: 'x', b: 0 })).toBe('x and 0, x');
  expect(fill('{a} {missing}', { a: '$& {b}', b: 'y' })).toBe('$& {b} {missing}');
});

const locales = new Map([
  ['hi', 'Hindi'],
  ['pt-br', 'Brazilian'],
]);
test.each([
  ['hi', 'Hindi'],
  ['HI', 'Hindi'],
  ['hi-IN', 'Hindi'],
  ['hi_IN', 'Hindi'],
  ['hi-Deva-IN', 'Hindi'],
  ['pt_BR', 'Brazilian'],
  ['pt-BR-x-own', 'Brazilian'],
  ['pt', undefined],
  ['hit', undefined],
  ['', undefined],
  ['-', undefined],
  ['__proto__', undefined],
  ['toString', undefined],
])('resolveLocale: %j is %j', (tag, locale) => {
  expect(resolveLocale(tag, locales)).toBe(locale);
  expect(resolveLocale(tag, undefined)).toBeUndefined();
});

test('localeKey writes a tag in lower case with hyphens', () => {
  expect(localeKey('hi_Deva-IN')).toBe('hi-deva-in');
});
