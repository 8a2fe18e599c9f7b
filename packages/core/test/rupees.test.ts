import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRupees, parseRupees } from '@plural-otp/core';

describe('parseRupees', () => {
  test.each([
    ['1499', 149_900],
    ['1499.5', 149_950],
    ['1499.50', 149_950],
    ['0.29', 29],
    ['0.01', 1],
    ['19.99', 1999],
    ['1,499.50', 149_950],
    ['1,00,000', 10_000_000],
    ['100,000', 10_000_000],
    ['12,34,567.89', 123_456_789],
    ['1,234,567.89', 123_456_789],
    ['₹1,499', 149_900],
    ['₹ 1,499', 149_900],
    ['007', 700],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ])('%s is %i paise', (text, paise) => expect(parseRupees(text)).toBe(paise));

  test.each([
    '',
    '0',
    '0.00',
    '-1',
    '+1',
    '1.',
    '.5',
    '1.005',
    '1e3',
    '1 499',
    ' 1499',
    '1499 ',
    '1499\n',
    'Rs 5',
    '₹  5',
    '1,2',
    '1,23,45',
    ',100',
    '1000,000',
    '1,499,',
    '1.499,50',
    '1,499.5.0',
    'NaN',
    'Infinity',
    '१४९९',
    '90071992547409.92',
    1499,
    null,
    undefined,
  ])('%j is rejected by name, and not repeated', (text) => {
    try {
      parseRupees(text as string);
    } catch (error) {
      expect(error).toMatchObject({ code: 'REQUEST_INVALID', issues: [{ path: 'rupees' }] });
      return;
    }
    throw new Error('parseRupees accepted it');
  });
});

describe('formatRupees', () => {
  test.each([
    [0, '0.00'],
    [1, '0.01'],
    [10, '0.10'],
    [29, '0.29'],
    [100, '1.00'],
    [149_950, '1499.50'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ])('%i paise are %s', (paise, text) => expect(formatRupees(paise)).toBe(text));

  test.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53, '100', undefined])('%s is rejected by name', (paise) => {
    const format = (): string => formatRupees(paise as number);
    expect(format).toThrowError(
      expect.objectContaining({ code: 'REQUEST_INVALID', issues: [expect.objectContaining({ path: 'paise' })] }),
    );
  });
});

test('every amount comes back as it was, to the last paisa', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      (paise) => parseRupees(formatRupees(paise)) === paise,
    ),
    { numRuns: 2000 },
  );
});
