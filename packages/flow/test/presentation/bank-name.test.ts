import { expect, test } from 'vitest';
import { toBankName, toMonogram } from '../../src/presentation/index.ts';

test.each([
  ['HDFC', 'HDFC Bank'],
  ['hdfc bank', 'HDFC Bank'],
  ['AXIS', 'Axis Bank'],
  ['SBI', 'SBI'],
  ['STATE BANK OF INDIA', 'State Bank of India'],
  ['HSBC', 'HSBC'],
  ['Canara Bank', 'Canara Bank'],
  ['SANDBOX BANK', 'Sandbox Bank'],
  [' IDFC FIRST BANK ', 'IDFC First Bank'],
  [' Canara Bank ', 'Canara Bank'],
  ['Bank of ABCDEF', 'Bank of ABCDEF'],
  ['icici', 'ICICI Bank'],
  ['KOTAK BANK', 'Kotak Bank'],
  ['YES BANK', 'YES Bank'],
  ['NATIONAL', 'National'],
  ['CASA NULL', 'CASA NULL'],
  ['AXIS BANKERS', 'AXIS Bankers'],
  ['Ab'.repeat(14), 'Ab'.repeat(14)],
])('the issuer %o is shown as %o', (issuer, name) => {
  expect(toBankName(issuer)).toBe(name);
});

test.each([undefined, 'NONE', 'null', 'N/A', 'UNKNOWN', '', ' ', 'X', 'INTL HDQTRS-CENTER OWNED', 'A'.repeat(29)])(
  'the issuer %o is not shown',
  (issuer) => {
    expect(toBankName(issuer)).toBeUndefined();
  },
);

test.each([
  ['HDFC Bank', 'HDFC'],
  ['Axis Bank', 'Axis'],
  ['SBI', 'SBI'],
  ['Sandbox Bank', 'SB'],
  ['Kotak Bank', 'Kotak'],
  ['Canara Bank', 'CB'],
  ['Reserve Bank of the Hills', 'RBH'],
  ['Sandbox  Bank', 'SB'],
  ['', ''],
])('%o has the monogram %o', (bank, letters) => {
  expect(toMonogram(bank)).toBe(letters);
});
