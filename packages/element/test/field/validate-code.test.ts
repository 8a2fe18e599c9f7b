import { english } from '@plural-otp/flow/presentation';
import { expect, test } from 'vitest';
import { cellCount, formatCodeError, validateCode } from '../../src/field/validate-code.ts';

test('cells are drawn for 4 to 8 digits; any other length is one plain field', () => {
  expect([3, 4, 5, 6, 7, 8, 9, 0, -6, 4.5, Number.NaN].map((length) => cellCount(length))).toEqual([
    0, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0,
  ]);
  expect(cellCount(undefined)).toBe(0);
});

test('a code is not sent while it is empty or incomplete', () => {
  expect(validateCode('', 6, false)).toBe('empty');
  expect(validateCode('12345', 6, false)).toBe('wrongLength');
  expect(validateCode('123', 0, false)).toBe('wrongLength');
  expect(validateCode('1234', 0, false)).toBeUndefined();
  expect(validateCode('12345678', 0, false)).toBeUndefined();
  expect(validateCode('123456', 6, false)).toBeUndefined();
  expect(validateCode('1234', 4, false)).toBeUndefined();
});

test('a code that the bank rejected is not sent again as it is', () => {
  expect(validateCode('123456', 6, true)).toBe('sameCode');
  expect(validateCode('1234', 0, true)).toBe('sameCode');
  // What is incomplete is said first.
  expect(validateCode('12345', 6, true)).toBe('wrongLength');
});

test('the message names the number of digits, or the range where any length is taken', () => {
  const plain = (error: 'wrongLength' | 'empty', cells: number): string =>
    formatCodeError(error, cells, english).replace(/[\u2068\u2069]/g, '');
  expect(plain('wrongLength', 6)).toBe('The OTP has 6 digits. Check that it is complete.');
  expect(plain('wrongLength', 0)).toBe('The OTP has 4 to 8 digits. Check that it is complete.');
  expect(plain('empty', 6)).toBe(english.empty);
});
