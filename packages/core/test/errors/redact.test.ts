import { describe, expect, test } from 'vitest';
import { redact, collectSecrets } from '../../src/errors/redact.ts';

describe('secretsIn', () => {
  test.each([
    'otp',
    'cvv',
    'card_number',
    'payment_identifier',
    'token',
    'cryptogram',
    'client_secret',
    'access_token',
  ])('%s is one, wherever it lies', (name) => {
    expect(collectSecrets({ [name]: 'abc' })).toEqual(['abc']);
    expect(collectSecrets({ payments: [{ option: { [name]: 'abc' } }] })).toEqual(['abc']);
  });

  test('nothing else is: other members, names that only begin or end so, numbers, empty texts, nothing', () => {
    for (const value of [{ name: 'abc' }, { otp_length: 'abc' }, { my_otp: 'abc' }, { otp: 123 }, { otp: '' }]) {
      expect(collectSecrets(value)).toEqual([]);
    }
    for (const value of [undefined, null, 'otp', 7]) expect(collectSecrets(value)).toEqual([]);
  });

  test('those found before are kept', () => {
    expect(collectSecrets({ cvv: 'abc' }, ['first'])).toEqual(['first', 'abc']);
    expect(collectSecrets(undefined, ['first'])).toEqual(['first']);
  });
});

describe('masked', () => {
  test('a secret of three characters or more, each time it comes', () => {
    expect(redact('a 123 b 123', ['123'], 200)).toBe('a *** b ***');
    expect(redact('a 12 b', ['12'], 200)).toBe('a 12 b');
  });

  test('a run of 12 digits or more, spaced or not; 11 are none', () => {
    for (const run of ['123456789012', '1234 5678 9012', '1234-5678-9012-3456', '1 2 3 4 5 6 7 8 9 0 1 2']) {
      expect(redact(`card ${run}.`, [], 200)).toBe('card ***.');
    }
    expect(redact('12345678901', [], 200)).toBe('12345678901');
    expect(redact('123456  789012', [], 200)).toBe('123456  789012');
  });

  test('and cut to its length afterwards, so that no part of a secret is left at the end', () => {
    expect(redact('abcdef', [], 3)).toBe('abc');
    expect(redact('ab secret', ['secret'], 5)).toBe('ab **');
  });
});
