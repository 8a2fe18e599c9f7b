import { type ParseError, maxOtpLength, minOtpLength } from './parse-code.ts';
import { fill, type Messages } from '../locale/messages.ts';

/** What is wrong with a code before anyone else saw it: the name of its message. */
export type CodeError = ParseError | 'empty' | 'wrongLength' | 'sameCode';

/** How many cells to draw for a code of `length` digits; 0, one plain field, for a length no code has. */
export function cellCount(length: number = 0): number {
  return Number.isInteger(length) && length >= minOtpLength && length <= maxOtpLength ? length : 0;
}

/** Why `code` is not sent; `refused` when the bank has refused it before. */
export function validateCode(code: string, cells: number, refused: boolean): CodeError | undefined {
  if (!code) return 'empty';
  const { length } = code;
  const complete = cells ? length === cells : length >= minOtpLength && length <= maxOtpLength;
  if (!complete) return 'wrongLength';
  return refused ? 'sameCode' : undefined;
}

/** A fault in words. */
export function formatCodeError(fault: CodeError, cells: number, words: Messages): string {
  return fill(words[fault], { digits: cells || `${minOtpLength}–${maxOtpLength}` });
}
