/**
 * Presentation that the element and the page without script share: the OTP parser, the messages, the formats and the
 * common half of the view model. Pure and free of the DOM; imports nothing but types of the contract.
 */

export {
  isOtpLength,
  maxOtpLength,
  minOtpLength,
  parseOtp,
  toDigits,
  type OtpError,
  type OtpHints,
  type ParsedOtp,
  type ParseError,
} from './parse-otp.ts';
export { english, fill, fillPlural, type Messages } from './messages.ts';
export { englishPage, type PageMessages } from './page-messages.ts';
export { localeKey, resolveLocale } from './locale.ts';
export { formatCountdown, formatMoney, formatSeconds, formatWait, secondsUntil } from './format.ts';
export {
  getHint,
  getMessageValues,
  getOutcomeText,
  getOutcomeTitle,
  getProblemText,
  getRejectionText,
  isFinal,
  nameBank,
  outcomeTones,
  type OutcomeTone,
  type StepState,
  type StepStatus,
} from './view-model.ts';
export { toBankName, toMonogram } from './bank-name.ts';
export { safeChallengeUrl } from './challenge-url.ts';
