import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { english, englishPage } from '@plural-otp/flow/presentation';
import { locales } from '../support/locales.ts';

const file = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const integrity = JSON.parse(file('../../dist/integrity.json')) as Record<string, string>;
const pageOnly = Object.keys(englishPage).filter((key) => !(key in english));

test('there is one file for each of eleven languages, and no other', () => {
  const files = Object.keys(integrity).filter((name) => name.startsWith('locales/'));
  const tags = ['bn', 'gu', 'hi', 'kn', 'ml', 'mr', 'or', 'pa', 'ta', 'te', 'ur'];
  expect(files).toEqual(tags.map((tag) => `locales/${tag}.js`));
  expect(Object.keys(locales)).toEqual(tags);
});

describe.each(Object.entries(locales))('%s', (tag, locale) => {
  const built = file(`../../dist/locales/${tag}.js`);

  test('ships as one file without imports or requests, and with its hash', () => {
    expect(built).not.toMatch(/\bimport\b|\bfetch\b|https?:/);
    const hash = createHash('sha384').update(built).digest('base64');
    expect(integrity[`locales/${tag}.js`]).toBe(`sha384-${hash}`);
  });

  test('ships every message of the step, and none that only the page without script has', () => {
    for (const [key, text] of Object.entries(locale)) expect(built, key).toContain(text);
    expect(pageOnly.length).toBeGreaterThan(5);
    for (const key of pageOnly) expect(built, key).not.toContain(`${key}:`);
  });
});
