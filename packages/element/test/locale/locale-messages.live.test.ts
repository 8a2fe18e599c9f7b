import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { englishPage as english } from '@plural-otp/flow/presentation';
import { locales, scripts } from '../support/locales.ts';

const file = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const integrity = JSON.parse(file('../../dist/integrity.json')) as Record<string, string>;
const deviceChecks = file('../../../../docs/device-checks.md');
/** What a key says is no text of a language. */
const settings = new Set(['language', 'direction', 'money']);
const wordsOf = (locale: object): [key: string, text: string][] =>
  Object.entries(locale).filter(([key]) => !settings.has(key));
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
/** Names that Indian banks and messages write in Latin letters in every language. */
const latinNames = /\b(?:OTP|SMS)/g;
const foreignLetters = (text: string, script: string): string =>
  text
    .replace(/\{\w+\}/g, '')
    .replace(latinNames, '')
    .replace(new RegExp(`[\\p{Script=${script}}\\P{L}]`, 'gu'), '');

test('there is one file for each of eleven languages, and no other', () => {
  const files = Object.keys(integrity).filter((name) => name.startsWith('locales/'));
  const tags = ['bn', 'gu', 'hi', 'kn', 'ml', 'mr', 'or', 'pa', 'ta', 'te', 'ur'];
  expect(files).toEqual(tags.map((tag) => `locales/${tag}.js`));
  expect(Object.keys(locales)).toEqual(tags);
});

test('letters of another script are found by the measure of scripts', () => {
  expect(foreignLetters('OTP डालें {count}', 'Devanagari')).toBe('');
  expect(foreignLetters('OTP डालें now', 'Devanagari')).toBe('now');
  expect(foreignLetters('OTP ডালें', 'Devanagari')).toBe('ডল');
});

describe.each(Object.entries(locales))('%s', (tag, locale) => {
  const script = scripts[tag] ?? '';
  const built = file(`../../dist/locales/${tag}.js`);

  test('has every message of English and no other, one for each plural category of the language', () => {
    const plurals = new Intl.PluralRules(locale.language).resolvedOptions().pluralCategories;
    const expected = Object.keys(english)
      .filter((key) => !/^(?:triesLeft|seconds)_/.test(key))
      .concat(plurals.flatMap((category) => [`triesLeft_${category}`, `seconds_${category}`]));
    expect(Object.keys(locale).toSorted()).toEqual(expected.toSorted());
  });

  test('keeps every placeholder of each message, and adds none', () => {
    for (const [key, text] of wordsOf(locale)) {
      const source = (english as Record<string, string>)[key] ?? english.triesLeft_other;
      expect(placeholders(text), key).toEqual(placeholders(source));
    }
  });

  test('says every message in its own script, and none in English', () => {
    for (const [key, text] of wordsOf(locale)) {
      expect(foreignLetters(text, script), key).toBe('');
      expect(text.replace(/\{\w+\}/g, ''), key).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'));
      expect(text, key).toBe(text.trim());
      expect(text.normalize('NFC'), key).toBe(text);
    }
  });

  test('calls the code what the bank’s message calls it, and names the card where it may be blocked', () => {
    for (const key of ['label', 'resend', 'empty', 'lastMiss', 'otpSent', 'otpResent'] as const) {
      expect(locale[key], key).toContain('OTP');
    }
    // The first word of “card payment”, without the ending that changes with the case.
    const card = [...(locale.step.split(' ')[0] ?? '')].slice(0, -1).join('');
    for (const key of ['lastMiss', 'useAnotherCard', 'ending'] as const) expect(locale[key], key).toContain(card);
  });

  test('two messages that mean different things are two', () => {
    const apart = [
      'submit',
      'resend',
      'cancel',
      'check',
      'bank',
      'retry',
      'authorized',
      'failed',
      'cancelled',
    ] as const;
    expect(new Set(apart.map((key) => locale[key])).size).toBe(apart.length);
  });

  test('names a language that Intl knows, the direction of its script, and Indian amounts', () => {
    expect(locale.language).toBe(`${tag}-IN`);
    expect(Intl.NumberFormat.supportedLocalesOf(locale.language)).toEqual([locale.language]);
    expect(locale.direction).toBe(script === 'Arabic' ? 'rtl' : 'ltr');
    expect(locale.money).toBe('en-IN');
  });

  test('ships as one file without imports or requests, and with its hash', () => {
    expect(built).not.toMatch(/\bimport\b|\bfetch\b|https?:/);
    const hash = createHash('sha384').update(built).digest('base64');
    expect(integrity[`locales/${tag}.js`]).toBe(`sha384-${hash}`);
    for (const [key, text] of wordsOf(locale)) {
      // As the file writes it: the marks that isolate a name are escaped there.
      if (!text.includes('\u2069')) expect(built, key).toContain(text);
    }
  });

  test('says that a native speaker’s review is open, and so do the device checks', () => {
    const [first = ''] = file(`../../src/locales/${tag}.ts`).split('\n');
    const [, name] = /^\/\/ (\w+).*Open: a native speaker’s review/.exec(first.replace("'", '’')) ?? [];
    expect(deviceChecks).toContain(`- [ ] **${name}`);
  });
});
