/** Validates the typed code before it is sent, and words what is wrong with it. */
import {
  fill,
  isOtpLength,
  maxOtpLength,
  minOtpLength,
  type Messages,
  type OtpError,
  parseOtp,
} from '@plural-otp/flow/presentation';

/** Returns how many cells to draw for a code of `length` digits; 0, one plain field, for a length no code has. */
export function cellCount(length: number = 0): number {
  return isOtpLength(length) ? length : 0;
}

/** Returns why `code` is not sent, or `undefined`; `isRejected` when the bank has rejected it already. */
export function validateCode(code: string, cells: number, isRejected: boolean): OtpError | undefined {
  const { error } = parseOtp(code, cells || maxOtpLength);
  return error ?? (code.length < cells ? 'wrongLength' : isRejected ? 'sameCode' : undefined);
}

/** Returns the message for a validation error. */
export function formatCodeError(error: OtpError, cells: number, messages: Messages): string {
  const digits = cells || fill(messages.range, { from: minOtpLength, to: maxOtpLength });
  return fill(messages[error], { digits });
}
