const messages = {
  /** BCP 47 tag of these words: for the `lang` of the page, and for `Intl`. */
  language: 'en-IN',
  direction: 'ltr',
  /** BCP 47 tag for amounts. */
  money: 'en-IN',

  // The same sentences as the element's, under the same names.
  step: 'Card payment',
  shop: 'the shop',
  amount: 'the amount',
  fee: 'Includes a fee of {fee}',
  ending: 'card ending in',
  reference: 'Reference',

  label: 'Code from your bank',
  hint: 'It comes by text message, email or app. Check that it names {merchant} and {amount}.',
  lookAt: 'Where to look: {destination}',
  submit: 'Confirm payment',
  noCodeYet: 'No code yet?',
  resend: 'Send a new code',
  resendWait: 'You can ask for a new code in {time}.',
  bank: 'Use your bank’s page instead',
  bankMain: 'Continue on your bank’s page',
  cancel: 'Cancel payment',
  check: 'Check again',
  start: 'Get a code',
  retry: 'Try again',
  // One text for each plural category the language has.
  triesLeft_one: 'Your bank allows {count} more try.',
  triesLeft_other: 'Your bank allows {count} more tries.',

  idle: 'Confirm your payment',
  idleText: 'Your bank confirms this payment with a code.',
  atBank: 'Continue at your bank',
  generating: 'Asking your bank for a code',
  generatingText: 'This takes a few seconds.',
  resending: 'Asking for a new code',
  confirming: 'Confirming with your bank',
  confirmingText: 'Keep this page open. This can take a minute.',
  redirecting: 'Taking you to your bank’s page',
  redirectingText: 'If nothing happens, use the button.',
  unresolved: 'Your bank has not answered yet',
  unresolvedText: 'We keep asking. Checking again or entering the code again cannot charge you twice.',
  authorized: 'Payment confirmed',
  authorizedText: 'Your bank approved {amount} for {merchant}.',
  failed: 'Payment not completed',
  failedText: 'Your bank did not approve it.',
  exhausted: 'This payment has ended',
  exhaustedText: 'Too many wrong codes. The payment was not made.',
  superseded: 'This order is already paid',
  supersededText: 'Another payment went through. Do not pay again.',
  cancelled: 'You cancelled this payment',
  cancelledText: 'If a charge still appears, tell {merchant} the reference below.',
  expired: 'This page was open too long',

  useAnotherCard: 'Pay with another card.',
  contactIssuer: 'Call your bank, or pay with another card.',
  checkFunds: 'Check your balance and the card’s limits, or pay with another card.',
  checkDetails: 'Check the card’s details, then pay again.',
  payAgain: 'You can pay again.',
  tryLater: 'Try again later.',
  orderCancelled: 'This order was cancelled.',

  empty: 'Enter the code from your bank.',
  noCode: 'That text holds no code. Paste or type only the code.',
  severalCodes: 'That text holds more than one number. Paste or type only the code.',
  lastMiss:
    'This code was not accepted either. Another wrong code may block your card. Your bank’s page is the safer way.',

  OTP_NOT_ACCEPTED: 'This code was not accepted. Check it against the newest message.',
  OTP_MAYBE_NOT_SENT: 'Your bank may not have sent a code. If none comes, ask for a new one.',
  RESEND_TOO_EARLY: 'It is too early for a new code.',
  RESEND_LIMIT: 'Your bank sends no more codes. Use the newest one, or your bank’s page.',
  NATIVE_OTP_UNAVAILABLE: 'Your bank asks for the code on its own page.',
  BUSY: 'Your bank is busy. Nothing is lost: try again in a moment.',
  BACKEND_UNREACHABLE: 'The shop does not answer. Check your connection, then try again.',
  INTERNAL: 'Something went wrong at the shop. Try again, or use your bank’s page.',

  otpSent: 'Your bank is sending you a code.',
  otpResent: 'A new code is on its way. Only the newest one works.',
  newerOtpPossible: 'Your bank may have sent a newer code. Use the newest one.',

  // The page's alone.
  tooShort: 'A code has at least 4 digits. Check that it is complete.',
  tooLong: 'A code has at most 8 digits. Check it against the message.',
  sentBefore:
    'This page had been sent before. If you changed the code since, the new one was not sent: enter it again.',
  goOnText: 'Go back to {merchant} to go on. A payment you confirmed is not lost.',
  payAgainLink: 'Pay again',
  backLink: 'Back to {merchant}',
  refused: 'This page cannot be used',
  refusedText: 'Nothing was sent to your bank. Go back to {merchant} to go on.',
  unavailable: 'That did not work just now',
  unavailableText: 'Nothing is lost, and nothing is charged twice. Try again in a moment.',
};

/**
 * Every word of the page; `{name}` in a text is filled in. What it shares with the element has the same name there, so
 * that a language of the element serves here.
 */
export type PageMessages = { readonly [Key in keyof typeof messages]: string } & {
  /** For languages with more plural categories than English. */
  readonly [Key in `triesLeft_${Intl.LDMLPluralRule}`]?: string;
};

/** The built-in words. */
export const english: PageMessages = messages;

/** `text` with each `{name}` replaced by its value. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}
