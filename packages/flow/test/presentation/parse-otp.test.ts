import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxOtpLength, parseOtp, toDigits, type OtpHints, type ParsedOtp } from '../../src/presentation/index.ts';
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

  describe('in a message, what is known of the payment tells the OTP from other numbers', () => {
    const message = 'OTP 482913 for Rs 1250 on card 1112';
    test.each<[OtpHints, string, ParsedOtp]>([
      [{}, message, { error: 'severalCodes' }],
      [{ length: 6 }, message, { code: '482913' }],
      [{ others: ['1250', '1112'] }, message, { code: '482913' }],
      [{ others: ['1250'] }, message, { error: 'severalCodes' }],
      [{ length: 6 }, 'OTP 482913 or 551204', { error: 'severalCodes' }],
      [{}, 'Order 50 482913 is your OTP', { error: 'severalCodes' }],
      [{ length: 6 }, 'Order 50 482913 is your OTP', { code: '482913' }],
    ])('with %j, %j gives %j', (hints, text, expected) => {
      expect(parseOtp(text, maxOtpLength, hints)).toEqual(expected);
    });

    test('an OTP of another length than expected is found all the same', () => {
      const hints = { length: 6, others: ['1250'] };
      expect(parseOtp('OTP 4829', maxOtpLength, hints)).toEqual({ code: '4829' });
      expect(parseOtp('OTP 4829 for Rs 1250', maxOtpLength, hints)).toEqual({ code: '4829' });
    });

    test('an OTP that equals another number is found where no other could be it', () => {
      expect(parseOtp('OTP 1250', maxOtpLength, { others: ['1250'] })).toEqual({ code: '1250' });
    });
  });

  test('what is known of the payment does not change digits that are typed alone', () => {
    expect(parseOtp('1250', maxOtpLength, { others: ['1250'] })).toEqual({ code: '1250' });
    expect(parseOtp('482913 55', maxOtpLength, { length: 6 })).toEqual({ code: '48291355' });
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
