/** Why a text gives no code. */
export type ParseError = 'empty' | 'tooShort' | 'tooLong' | 'noCode' | 'severalCodes';

/** The one code of a text, 4 to 8 ASCII digits, or why there is none. */
export type ParsedOtp = { readonly code: string } | { readonly error: ParseError };

const minOtpLength = 4;
const maxOtpLength = 8;
const isWhole = ({ length }: string): boolean => length >= minOtpLength && length <= maxOtpLength;

const onlyDigits = /^[\s\p{Pd}]*(?:\d[\s\p{Pd}]*)+$/u;
const numbers = /\d+(?:[\s\p{Pd}]+\d+)*/gu;
const isDecimal = (character: string): boolean => /\p{Nd}/u.test(character);

/**
 * Reads a code as people type and paste it: in any script's digits, with spaces and hyphens, or within the bank's
 * message. Of several candidates none is chosen: a wrong code costs an attempt.
 */
export function parseOtp(text: string): ParsedOtp {
  const ascii = toAsciiDigits(text)
    .replaceAll(/\p{Cf}/gu, '')
    .trim();
  if (ascii === '') return { error: 'empty' };
  return onlyDigits.test(ascii) ? readDigits(ascii) : readMessage(ascii);
}

function readDigits(text: string): ParsedOtp {
  const groups = text.match(/\d+/g) ?? [];
  const code = groups.join('');
  if (isWhole(code)) return { code };
  if (groups.filter(isWhole).length > 1) return { error: 'severalCodes' };
  return { error: code.length < minOtpLength ? 'tooShort' : 'tooLong' };
}

function readMessage(text: string): ParsedOtp {
  const candidates = new Set<string>();
  for (const number of text.match(numbers) ?? []) {
    const groups = number.match(/\d+/g) ?? [];
    // "482 913" is one code; "50 482913" are two numbers, and which is meant cannot be told.
    if (groups.some(({ length }) => length !== groups[0]?.length)) return { error: 'severalCodes' };
    for (const candidate of isWhole(groups.join('')) ? [groups.join('')] : groups.filter(isWhole)) {
      candidates.add(candidate);
    }
  }
  const [code, another] = candidates;
  if (another !== undefined) return { error: 'severalCodes' };
  return code === undefined ? { error: 'noCode' } : { code };
}

function toAsciiDigits(text: string): string {
  // Unicode lays decimal digits out in whole tens, so a digit's value is its distance from where its run begins.
  return text.replaceAll(/\p{Nd}/gu, (character) => {
    const at = character.codePointAt(0) ?? 0;
    let zero = at;
    while (isDecimal(String.fromCodePoint(zero - 1))) zero -= 1;
    return String((at - zero) % 10);
  });
}
