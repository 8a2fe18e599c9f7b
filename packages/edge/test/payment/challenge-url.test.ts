import { describe, expect, test } from 'vitest';
import { validateChallengeUrl } from '../../src/payment/challenge-url.ts';

describe('validateChallengeUrl', () => {
  const hosts = new Set(['pluraluat.v2.pinepg.in', '127.0.0.1:3001', 'bank.localhost:3001']);
  test.each([
    'https://pluraluat.v2.pinepg.in/web/auth?token=a%2Bb',
    'http://127.0.0.1:3001/acs?token=1',
    'http://bank.localhost:3001/acs',
  ])('%s is allowed', (url) => {
    expect(validateChallengeUrl(url, hosts)).toBe(url);
  });
  test.each([
    'http://pluraluat.v2.pinepg.in/',
    'https://evil.example/',
    'https://evil-pluraluat.v2.pinepg.in/',
    'https://pluraluat.v2.pinepg.in.evil.example/',
    'https://pluraluat.v2.pinepg.in@evil.example/',
    'https://user:secret@pluraluat.v2.pinepg.in/',
    'https://pluraluat.v2.pinepg.in:8443/',
    'https://evil.example\\@pluraluat.v2.pinepg.in/',
    '//pluraluat.v2.pinepg.in/',
    '/web/auth',
    'javascript:alert(1)//pluraluat.v2.pinepg.in',
    'data:text/html,x',
    'https://pluraluat．v2．pinepg．in.evil.example/',
    '',
    `https://pluraluat.v2.pinepg.in/?${'x'.repeat(2048)}`,
    `https://pluraluat.v2.pinepg.in/?${'é'.repeat(700)}`,
  ])('%s is rejected', (url) => {
    expect(validateChallengeUrl(url, hosts)).toBeUndefined();
  });
});
