import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOtp } from '../../src/page/parse-otp.ts';

describe('parseOtp', () => {
  const codes: [text: string, code: string][] = [
    ['4829', '4829'],
    ['04829136', '04829136'],
    ['482 913', '482913'],
    ['12 34 5678', '12345678'],
    ['482–913', '482913'],
    ['\u200b482\u00a0913\ufeff', '482913'],
    ['４８２９１３', '482913'],
    ['٤٨٢٩١٣', '482913'],
    ['۴۸۲۹۱۳', '482913'],
    ['𝟜𝟠𝟚𝟡', '4829'],
    ['482913 is your code. Never tell it to anyone.', '482913'],
    ['Code 482 913 for Rs 350', '482913'],
    ['482913? Yes, 482913', '482913'],
  ];
  test.each(codes)('%j is %s', (text, code) => {
    expect(parseOtp(text)).toEqual({ code });
  });

  const rejected: [text: string, error: string][] = [
    ['', 'empty'],
    [' \u200b\n', 'empty'],
    ['1', 'tooShort'],
    ['1 2 3', 'tooShort'],
    ['123456789', 'tooLong'],
    ['12 34 56 78 90', 'tooLong'],
    ['code', 'noCode'],
    ['-', 'noCode'],
    ['Rs 350', 'noCode'],
    ['²²²²', 'noCode'],
    ['123456 654321', 'severalCodes'],
    ['482913 or 482914', 'severalCodes'],
    ['50 482913 sent', 'severalCodes'],
    ['Rs 1500, code 482913', 'severalCodes'],
  ];
  test.each(rejected)('%j is rejected: %s', (text, error) => {
    expect(parseOtp(text)).toEqual({ error });
  });

  test('whatever is typed, a code is 4 to 8 ASCII digits that all stand in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('1', '0', '९', ' ', '-', 'x', '\n', '７', '.') }), (text) => {
        const typed = parseOtp(text);
        if (!('code' in typed)) return;
        expect(typed.code).toMatch(/^\d{4,8}$/);
        const digits = text.normalize('NFKC').replaceAll('९', '9').replaceAll(/\D/g, '');
        expect(digits).toContain(typed.code);
      }),
    );
  });
});
