/** Digits of a bank's code, from any script of the world to ASCII, and one code out of a pasted text. Pure. */

/** The fewest and the most digits a bank's code has: card issuers send four to eight. */
export const minOtpLength = 4;
export const maxOtpLength = 8;

/** Why a text gives no code: it holds none, or more than one number that could be it. */
export type ParseError = 'noCode' | 'severalCodes';

/** The one code of a text, or why there is none. */
export type ParsedOtp =
  | { readonly code: string; readonly error?: undefined }
  | { readonly code?: undefined; readonly error: ParseError };

const isDecimal = (character: string): boolean => /\p{Nd}/u.test(character);

/** `text` with every Unicode decimal digit as ASCII 0-9; everything else stays. */
export function toAsciiDigits(text: string): string {
  // Unicode lays decimal digits out in whole tens, so a digit's value is its distance from where its run begins.
  return text.replace(/\p{Nd}/gu, (character) => {
    const at = character.codePointAt(0) ?? 0;
    let zero = at;
    while (isDecimal(String.fromCodePoint(zero - 1))) zero--;
    return String((at - zero) % 10);
  });
}

/** The decimal digits of `text`, ASCII, in order. */
export function toDigits(text: string): string {
  return toAsciiDigits(text).replace(/\D/g, '');
}

const separators = String.raw`[\s\p{Pd}\p{Cf}]*`;
const onlyCode = new RegExp(`^${separators}(?:\\d${separators})+$`, 'u');
const numbers = new RegExp(`\\d(?:${separators}\\d)*`, 'gu');

/**
 * The one code in a text that came whole (pasted, dropped, filled in): 4 to `longest` digits, inner spaces and
 * hyphens allowed. A text with several candidates is refused rather than guessed at: a wrong code costs an attempt.
 */
export function parseOtp(text: string, longest: number = maxOtpLength): ParsedOtp {
  const ascii = toAsciiDigits(text);
  let found: string[];
  if (onlyCode.test(ascii)) {
    found = [toDigits(ascii)];
  } else {
    const chunked = (ascii.match(numbers) ?? []).map((number) => number.match(/\d+/g) ?? []);
    // "50 482913" inside a sentence is two numbers; "123 456" and "12 34 56" are one.
    if (chunked.some((chunks) => chunks.some((chunk) => chunk.length !== chunks[0]?.length))) {
      return { error: 'severalCodes' };
    }
    found = chunked.map((chunks) => chunks.join(''));
  }
  const [code, another] = found.filter(({ length }) => length >= minOtpLength && length <= maxOtpLength);
  if (another) return { error: 'severalCodes' };
  return code && code.length <= longest ? { code } : { error: 'noCode' };
}
