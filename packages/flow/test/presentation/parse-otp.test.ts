import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxOtpLength, parseOtp, toDigits } from '../../src/presentation/index.ts';
import { otpInputs } from './otp-inputs.ts';

describe('parseOtp', () => {
  test.each(otpInputs)('%j gives %j', (text, expected) => {
    expect(parseOtp(text)).toEqual(expected);
  });

  test('a code longer than what fits is of the wrong length, in a message too', () => {
    expect(parseOtp('482913', 6)).toEqual({ code: '482913' });
    for (const text of ['12345678', 'Code 12345678', 'Code 12345678 for Rs 350']) {
      expect(parseOtp(text, 6), text).toEqual({ error: 'wrongLength' });
    }
  });

  test('whatever is typed, a code is 4 to 8 ASCII digits that all stand in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('1', '0', '९', ' ', '-', 'x', '\n', '７', '.') }), (text) => {
        const { code } = parseOtp(text);
        if (code === undefined) return;
        expect(code).toMatch(/^\d{4,8}$/);
        const digits = text.normalize('NFKC').replaceAll('९', '9').replaceAll(/\D/g, '');
        expect(digits).toContain(code);
      }),
    );
  });

  test('digits alone are a code exactly where 4 to 8 of them stand', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,12}$/), (digits) => {
        expect(parseOtp(digits).code).toBe(digits.length >= 4 && digits.length <= maxOtpLength ? digits : undefined);
      }),
    );
  });
});

test('toDigits keeps the digits of a text in order, as ASCII', () => {
  expect(toDigits('a४8-٢ 9')).toBe('4829');
  expect(toDigits('²x')).toBe('');
});
