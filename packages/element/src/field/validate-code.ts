import { type CodeRefusal, longestCode, shortestCode } from './parse-code.ts';
import { fill, type Messages } from '../locale/messages.ts';

/** What is wrong with a code before anyone else saw it: the name of its message. */
export type CodeFault = CodeRefusal | 'empty' | 'wrongLength' | 'sameCode';

/** How many cells to draw for a code of `length` digits; 0, one plain field, for a length no code has. */
export function cellsFor(length: number = 0): number {
  return Number.isInteger(length) && length >= shortestCode && length <= longestCode ? length : 0;
}

/** Why `code` is not sent; `refused` when the bank has refused it before. */
export function faultOf(code: string, cells: number, refused: boolean): CodeFault | undefined {
  if (!code) return 'empty';
  const { length } = code;
  const complete = cells ? length === cells : length >= shortestCode && length <= longestCode;
  if (!complete) return 'wrongLength';
  return refused ? 'sameCode' : undefined;
}

/** A fault in words. */
export function faultText(fault: CodeFault, cells: number, words: Messages): string {
  return fill(words[fault], { digits: cells || `${shortestCode}–${longestCode}` });
}
