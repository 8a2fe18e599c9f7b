import { expect, test } from 'vitest';
import {
  english,
  formatCountdown,
  formatMoney,
  formatSeconds,
  formatWait,
  secondsUntil,
} from '../../src/presentation/index.ts';

test.each([
  [{ value: 35_000, currency: 'INR' }, 'en-IN', '₹350.00'],
  [{ value: 12_500_000, currency: 'INR' }, 'en-IN', '₹1,25,000.00'],
  [{ value: 500, currency: 'JPY' }, 'en-IN', 'JP¥500'],
  [{ value: 1_234_567, currency: 'KWD' }, 'en-US', 'KWD\u00a01,234.567'],
])('formatMoney: %j in %s is %s', (money, language, text) => {
  expect(formatMoney(money, language)).toBe(text);
});

test('formatSeconds takes its words from the messages, in the plural of their language', () => {
  const odia = { ...english, language: 'or-IN', seconds_one: '{count} ସେକେଣ୍ଡ', seconds_other: '{count} ସେକେଣ୍ଡ' };
  expect([1, 30].map((seconds) => formatSeconds(seconds, english))).toEqual(['1 second', '30 seconds']);
  expect(formatSeconds(30, odia)).toBe('30 ସେକେଣ୍ଡ');
});

test('formatWait is the sentence of the messages with the time in its words, isolated from what is around it', () => {
  const shout = { ...english, resendWait: 'WAIT {time}!' };
  expect([1, 30].map((seconds) => formatWait(seconds, shout))).toEqual([
    'WAIT \u20681 second\u2069!',
    'WAIT \u206830 seconds\u2069!',
  ]);
});

test.each([
  [0, '0:00'],
  [9, '0:09'],
  [60, '1:00'],
  [605, '10:05'],
])('formatCountdown: %d is %s', (seconds, text) => {
  expect(formatCountdown(seconds)).toBe(text);
});

test('secondsUntil counts whole seconds, and none once the deadline has passed', () => {
  expect([30_000, 29_001, 1, 0, -5].map((leftMs) => secondsUntil(1_000_000 + leftMs, 1_000_000))).toEqual([
    30, 30, 1, 0, 0,
  ]);
});
