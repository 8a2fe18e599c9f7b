import { expect, test } from 'vitest';
import { englishPage, fill } from '../../src/presentation/index.ts';
import { pseudoLocales } from '../../src/presentation/pseudo-locales.ts';

const texts = Object.entries(englishPage).filter(([key]) => !['language', 'direction', 'money'].includes(key));
const placeholdersOf = (text: string): string[] | null => text.match(/\{\w+\}/g);

test.each(Object.entries(pseudoLocales))(
  '%s has every message, with its placeholders, in another text',
  (tag, locale) => {
    const own = locale as unknown as Record<string, string>;
    expect(own['language']).toBe(tag);
    expect(Intl.getCanonicalLocales(tag)).toEqual([tag]);
    for (const [key, text] of texts) {
      expect(own[key], key).not.toBe(text);
      expect(placeholdersOf(own[key] ?? ''), key).toEqual(placeholdersOf(text));
    }
  },
);

test('the longer one is at least 40 % longer, and marks where a message begins and ends', () => {
  const longer = pseudoLocales['en-XA'] as unknown as Record<string, string>;
  for (const [key, text] of texts) {
    expect(longer[key]?.length, key).toBeGreaterThanOrEqual(text.length * 1.4);
    expect(longer[key], key).toMatch(/^\[.*\]$/);
  }
  expect(fill(pseudoLocales['en-XA'].pay, { amount: '₹1' })).toBe('[Påý \u2068₹1\u2069 Påý Påý]');
});

test('the one from the right turns its letters round, and no value', () => {
  expect(pseudoLocales['ar-XB'].direction).toBe('rtl');
  expect(pseudoLocales['ar-XB'].pay).toBe('\u202ePay \u202c{amount}');
});
