import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { englishPage, type Messages, type PageMessages } from '../../src/presentation/index.ts';
import type { PageOnlyMessages } from '../../src/presentation/page-messages.ts';
import { scripts } from './scripts.ts';

const folder = new URL('../../src/presentation/locales/', import.meta.url);
const tables = await Promise.all(
  Object.keys(scripts).map(async (tag): Promise<[tag: string, messages: PageMessages]> => {
    const { step, pageOnly } = (await import(new URL(`${tag}.ts`, folder).href)) as {
      readonly step: Messages;
      readonly pageOnly: PageOnlyMessages;
    };
    return [tag, { ...step, ...pageOnly }];
  }),
);
const english = englishPage as unknown as Record<string, string>;
/** What a key says is no text of a language. */
const settings = new Set(['language', 'direction', 'money']);
const textsOf = (messages: object): [key: string, text: string][] =>
  Object.entries(messages).filter(([key]) => !settings.has(key));
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
/** Names that Indian banks and messages write in Latin letters in every language. */
const latinNames = /\b(?:OTP|SMS)/g;
const foreignLetters = (text: string, script: string): string =>
  text
    .replace(/\{\w+\}/g, '')
    .replace(latinNames, '')
    .replace(new RegExp(`[\\p{Script=${script}}\\P{L}]`, 'gu'), '');

test('there is one table for each of eleven languages, and no other', () => {
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(scripts).map((tag) => `${tag}.ts`));
});

test('letters of another script are found by the measure of scripts', () => {
  expect(foreignLetters('OTP डालें {count}', 'Devanagari')).toBe('');
  expect(foreignLetters('OTP डालें now', 'Devanagari')).toBe('now');
  expect(foreignLetters('OTP ডালें', 'Devanagari')).toBe('ডল');
});

describe.each(tables)('%s', (tag, messages) => {
  const script = scripts[tag] ?? '';

  test('has every message of English and no other, one for each plural category of the language', () => {
    const plurals = new Intl.PluralRules(messages.language).resolvedOptions().pluralCategories;
    const expected = Object.keys(english)
      .filter((key) => !/^(?:triesLeft|seconds)_/.test(key))
      .concat(plurals.flatMap((category) => [`triesLeft_${category}`, `seconds_${category}`]));
    expect(Object.keys(messages).toSorted()).toEqual(expected.toSorted());
  });

  test('keeps every placeholder of each message, and adds none', () => {
    for (const [key, text] of textsOf(messages)) {
      const source = english[key] ?? english[key.replace(/_.*/, '_other')] ?? '';
      expect(placeholders(text), key).toEqual(placeholders(source));
    }
  });

  test('says every message in its own script, and none in English', () => {
    for (const [key, text] of textsOf(messages)) {
      expect(foreignLetters(text, script), key).toBe('');
      expect(text.replace(/\{\w+\}/g, ''), key).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'));
      expect(text, key).toBe(text.trim());
      expect(text.normalize('NFC'), key).toBe(text);
      // A translator cannot see a mark of direction; the values are isolated when they are filled in.
      expect(text, key).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    }
  });

  test('calls the code what the bank’s message calls it, and names the card where it may be blocked', () => {
    for (const key of ['title', 'titlePlain', 'resend', 'empty', 'lastMiss', 'sentNow', 'otpResent'] as const) {
      expect(messages[key], key).toContain('OTP');
    }
    // The first word of “card payment”, without the ending that changes with the case.
    const card = [...(messages.step.split(' ')[0] ?? '')].slice(0, -1).join('');
    for (const key of ['lastMiss', 'useAnotherCard', 'ending'] as const) expect(messages[key], key).toContain(card);
  });

  test('two messages that mean different things are two', () => {
    const apart = [
      ...(['pay', 'reserve', 'resend', 'cancelShort', 'check', 'bank', 'retry', 'reload'] as const),
      ...(['authorized', 'reserved', 'failed', 'cancelled', 'exhausted', 'superseded', 'unresolved'] as const),
    ];
    expect(new Set(apart.map((key) => messages[key])).size).toBe(apart.length);
  });

  test('names a language that Intl knows, the direction of its script, and Indian amounts', () => {
    expect(messages.language).toBe(`${tag}-IN`);
    expect(Intl.NumberFormat.supportedLocalesOf(messages.language)).toEqual([messages.language]);
    expect(messages.direction).toBe(script === 'Arabic' ? 'rtl' : 'ltr');
    expect(messages.money).toBe('en-IN');
  });
});
