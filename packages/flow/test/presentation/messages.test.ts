import { expect, test } from 'vitest';
import { english, englishPage, fill, fillPlural, localeKey, resolveLocale } from '../../src/presentation/index.ts';

test('the page without script says every sentence of the step in the same words', () => {
  expect(englishPage).toMatchObject(english);
  expect(Object.keys(englishPage).length).toBeGreaterThan(Object.keys(english).length);
});

test('fill replaces each placeholder, isolates a value in letters, and leaves a placeholder without a value', () => {
  expect(fill('{a} and {b}, {a}', { a: 'x', b: 0 })).toBe('\u2068x\u2069 and 0, \u2068x\u2069');
  expect(fill('{a} {missing}', { a: '$& {b}', b: 'y' })).toBe('\u2068$& {b}\u2069 {missing}');
});

test('fillPlural takes the text of the plural category, or that of the others', () => {
  expect(fillPlural('seconds', 1, english)).toBe('1 second');
  expect(fillPlural('seconds', 2, english)).toBe('2 seconds');
  const arabic = { ...english, language: 'ar', triesLeft_two: 'two' };
  expect(fillPlural('triesLeft', 2, arabic)).toBe('two');
  expect(fillPlural('triesLeft', 3, arabic)).toBe('You have 3 attempts left.');
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
