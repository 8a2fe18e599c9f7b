/** Reads an OTP from what a customer types or pastes: digits of any script, alone or within the bank's message. */

/** The fewest digits of an OTP: card issuers send four to eight. */
export const minOtpLength = 4;
/** The most digits of an OTP. */
export const maxOtpLength = 8;

/** The reason why a text contains no OTP; also the name of its message in the element. */
export type ParseError =
  /** Nothing but white space. */
  | 'empty'
  /** Text without a number that could be an OTP. */
  | 'noCode'
  /** More than one number that could be the OTP: guessing wrong would cost an attempt. */
  | 'severalCodes'
  /** Digits alone, but too few or too many; or an OTP longer than fits. */
  | 'wrongLength';

/** The reason why a code is not sent: it cannot be read, or the bank has rejected it already (`sameCode`). */
export type OtpError = ParseError | 'sameCode';

/** The one OTP of a text, in ASCII digits, or why there is none. */
export type ParsedOtp =
  | { readonly code: string; readonly error?: undefined }
  | { readonly code?: undefined; readonly error: ParseError };

/** Facts about the payment that tell its OTP from the other numbers of a message. */
export interface OtpHints {
  /** Number of digits of the OTP, where it is known; 0 where it is not. */
  readonly length?: number;
  /** Other numbers of 4 to 8 digits that the message may name: the amount, the last digits of the card. */
  readonly others?: readonly string[];
}

const isDecimal = (character: string): boolean => /\p{Nd}/u.test(character);

/** Returns `text` with every Unicode decimal digit as ASCII 0-9. */
function toAsciiDigits(text: string): string {
  // Unicode assigns decimal digits in whole tens, so a digit's value is its distance from where its run begins.
  return text.replace(/\p{Nd}/gu, (character) => {
    const at = character.codePointAt(0) ?? 0;
    let zero = at;
    while (isDecimal(String.fromCodePoint(zero - 1))) zero--;
    return String((at - zero) % 10);
  });
}

/** Returns the decimal digits of `text` as ASCII, in order. */
export function toDigits(text: string): string {
  return toAsciiDigits(text).replace(/\D/g, '');
}

/** Returns whether an OTP may have that many digits. */
export const isOtpLength = (length: number): boolean => [4, 5, 6, 7, 8].includes(length);
const isOtp = ({ length }: string): boolean => isOtpLength(length);

/**
 * Reads the one OTP of a text: 4 to 8 digits with spaces or hyphens between them, alone or within a message. A text with
 * several candidates is rejected, never joined or cut, because a wrong code costs an attempt. `hints` may leave one.
 */
export function parseOtp(text: string, maxLength: number = maxOtpLength, hints: OtpHints = {}): ParsedOtp {
  const ascii = toAsciiDigits(text);
  // Whatever is neither a digit nor a separator ends a number.
  const numbers = ascii.split(/[^\d\s\p{Pd}\p{Cf}]+/u);
  const isMessage = numbers.length > 1;
  const length = isMessage && hints.length ? hints.length : 0;
  const isCandidate = (group: string): boolean => (length ? group.length === length : isOtp(group));
  let codes: string[] = [];
  let digits = '';
  for (const number of numbers) {
    const groups = number.match(/\d+/g) ?? [];
    // In a message "482 913" is one number, but "50 482913" are two, and only a known length tells which is meant.
    const isSeveral = isMessage && groups.some((group) => group.length !== groups[0]?.length);
    if (isSeveral && !length) return { error: 'severalCodes' };
    digits = groups.join('');
    codes.push(...(isCandidate(digits) && !isSeveral ? [digits] : groups.filter(isCandidate)));
  }
  if (length && !codes.length) return parseOtp(text, maxLength, { ...hints, length: 0 });
  const unexplained = codes.filter((candidate) => !hints.others?.includes(candidate));
  if (isMessage && unexplained.length) codes = unexplained;
  const [code = '', another] = codes;
  // A message may repeat its code; digits alone that hold one twice were pasted twice, or are two codes.
  if (codes.some((other) => other !== code) || (another && !isMessage)) return { error: 'severalCodes' };
  // Of digits alone none may be left over: "482 913 5512" is an OTP with too many digits, not the OTP 5512.
  if (code.length > maxLength || (!isMessage && digits !== code)) return { error: 'wrongLength' };
  if (code) return { code };
  return { error: /[^\s\p{Cf}]/u.test(ascii) ? 'noCode' : 'empty' };
}
