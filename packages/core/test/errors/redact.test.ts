import { describe, expect, test } from 'vitest';
import { redact, collectSecrets } from '../../src/errors/redact.ts';

describe('collectSecrets', () => {
  test.each([
    'otp',
    'cvv',
    'card_number',
    'payment_identifier',
    'token',
    'cryptogram',
    'client_secret',
    'access_token',
  ])('%s is a secret at any depth', (name) => {
    expect(collectSecrets({ [name]: 'abc' })).toEqual(['abc']);
    expect(collectSecrets({ payments: [{ option: { [name]: 'abc' } }] })).toEqual(['abc']);
  });

  test('no other value is: other members, names that only contain one, numbers, empty strings, nothing', () => {
    for (const value of [{ name: 'abc' }, { otp_length: 'abc' }, { my_otp: 'abc' }, { otp: 123 }, { otp: '' }]) {
      expect(collectSecrets(value)).toEqual([]);
    }
    for (const value of [undefined, null, 'otp', 7]) expect(collectSecrets(value)).toEqual([]);
  });

  test('keeps the secrets found before', () => {
    expect(collectSecrets({ cvv: 'abc' }, ['first'])).toEqual(['first', 'abc']);
    expect(collectSecrets(undefined, ['first'])).toEqual(['first']);
  });
});

describe('redact', () => {
  test('masks a secret of three characters or more at each occurrence', () => {
    expect(redact('a 123 b 123', ['123'], 200)).toBe('a *** b ***');
    expect(redact('a 12 b', ['12'], 200)).toBe('a 12 b');
  });

  test('masks digits also where they are quoted as a number, without their leading zeros', () => {
    expect(redact('a 0123 b 123 c', ['0123'], 200)).toBe('a *** b *** c');
    expect(redact('a 012 b 12 c', ['012'], 200)).toBe('a *** b 12 c');
    expect(redact('a 000 b 0 c', ['000'], 200)).toBe('a *** b 0 c');
    expect(redact('a x123 b', ['0x123'], 200)).toBe('a x123 b');
  });

  test('masks a run of 12 digits or more, spaced or not; 11 are left', () => {
    for (const run of ['123456789012', '1234 5678 9012', '1234-5678-9012-3456', '1 2 3 4 5 6 7 8 9 0 1 2']) {
      expect(redact(`card ${run}.`, [], 200)).toBe('card ***.');
    }
    expect(redact('12345678901', [], 200)).toBe('12345678901');
    expect(redact('123456  789012', [], 200)).toBe('123456  789012');
  });

  test('cuts to the length afterwards, so that no part of a secret is left at the end', () => {
    expect(redact('abcdef', [], 3)).toBe('abc');
    expect(redact('ab secret', ['secret'], 5)).toBe('ab **');
  });
});
