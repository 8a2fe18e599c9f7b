import type { ParseError } from '../../src/presentation/index.ts';

/**
 * Every kind of text that a customer types or pastes, with the OTP it gives or why it gives none. One table for the
 * parser and for its two users, the element and the page without script.
 */
export const otpInputs: readonly (readonly [text: string, expected: { code: string } | { error: ParseError }])[] = [
  ['4829', { code: '4829' }],
  ['482913', { code: '482913' }],
  ['04829136', { code: '04829136' }],
  [' 482913 ', { code: '482913' }],
  ['482 913', { code: '482913' }],
  ['482-913', { code: '482913' }],
  ['482–913', { code: '482913' }],
  ['12 34 5678', { code: '12345678' }],
  ['1234 5678', { code: '12345678' }],
  ['482913 7', { code: '4829137' }],
  ['\u200b482\u00a0913\ufeff', { code: '482913' }],
  // Decimal digits of every script become ASCII.
  ['४८२९१३', { code: '482913' }],
  ['４８２９１３', { code: '482913' }],
  ['٤٨٢٩١٣', { code: '482913' }],
  ['۴۸۲۹۱۳', { code: '482913' }],
  ['𝟜𝟠𝟚𝟡', { code: '4829' }],
  // Within the bank's message.
  ['Your code is 482913.', { code: '482913' }],
  ['482913 is your code. Never tell it to anyone.', { code: '482913' }],
  ['Code 482 913 for Rs 350', { code: '482913' }],
  ['OTP 482913, reference 123456789012', { code: '482913' }],
  // A message that repeats its code, as one that is bound to its origin does.
  ['482913? Yes, 482913', { code: '482913' }],
  ['Your code is 482913.\n\n@shop.example #482913', { code: '482913' }],

  ['', { error: 'empty' }],
  [' \u200b\n', { error: 'empty' }],
  // Digits alone, but too few or too many: what is wrong is their number.
  ['1', { error: 'wrongLength' }],
  ['123', { error: 'wrongLength' }],
  ['1 2 3', { error: 'wrongLength' }],
  ['123456789', { error: 'wrongLength' }],
  ['1234567890', { error: 'wrongLength' }],
  ['482913482913', { error: 'wrongLength' }],
  ['482 913 5512', { error: 'wrongLength' }],
  ['12 34 56 78 90', { error: 'wrongLength' }],
  // No number that could be an OTP.
  ['code', { error: 'noCode' }],
  ['no code here', { error: 'noCode' }],
  ['-', { error: 'noCode' }],
  ['Rs 350', { error: 'noCode' }],
  ['Order 123456789012', { error: 'noCode' }],
  ['²²²²', { error: 'noCode' }],
  // More than one number that could be it: none is chosen, joined or cut.
  ['1234 567890', { error: 'severalCodes' }],
  ['123456 654321', { error: 'severalCodes' }],
  ['482913 482913', { error: 'severalCodes' }],
  ['482913 482913 7', { error: 'severalCodes' }],
  ['482913 or 482914', { error: 'severalCodes' }],
  ['50 482913 sent', { error: 'severalCodes' }],
  ['48\u200b2913 sent', { error: 'severalCodes' }],
  ['Rs 1500, code 482913', { error: 'severalCodes' }],
  ['Rs 4999 at NILGIRI, code 482913', { error: 'severalCodes' }],
  ['Card 4012 0010 3714 1112, code 482913', { error: 'severalCodes' }],
];
