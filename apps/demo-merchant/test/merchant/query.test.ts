import { expect, test } from 'vitest';
import { parsePaise } from '../../src/merchant/query.ts';

test.each([
  ['640', 64_000],
  ['400.5', 40_050],
  ['0.01', 1],
  [' ₹ 1,250.50 ', 125_050],
  ['1,00,000', 10_000_000],
  ['999999999.99', 99_999_999_999],
])('%j is an amount', (text, paise) => {
  expect(parsePaise(text)).toBe(paise);
});

test.each([
  null,
  '',
  '-1',
  '+1',
  '1e3',
  '0x10',
  '1.005',
  '1,2',
  '.5',
  '5.',
  'NaN',
  'Infinity',
  '٦٤٠',
  '9999999999',
  '<b>1</b>',
  '1; DROP TABLE orders',
])('%j is no amount', (text) => {
  expect(parsePaise(text)).toBeUndefined();
});
