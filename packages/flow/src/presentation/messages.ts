/** The messages of the step in English. `{name}` is a placeholder; a locale replaces any message. */

const texts = {
  /** BCP 47 tag of these messages: for the `lang` of what is shown, and for `Intl`. */
  language: 'en-IN',
  direction: 'ltr',
  /** BCP 47 tag for amounts. The same in every Indian language, because they have to look as in the bank's message. */
  money: 'en-IN',

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
  submitting: 'Checking the code',
  noCodeYet: 'No code yet?',
  resend: 'Send a new code',
  resending: 'Asking for a new code',
  resendIn: 'in {time}',
  resendWait: 'You can ask for a new code in {time}.',
  resendReady: 'You can ask for a new code now.',
  bank: 'Use your bank’s page instead',
  bankMain: 'Continue on your bank’s page',
  cancel: 'Cancel payment',
  check: 'Check again',
  start: 'Get a code',
  retry: 'Try again',
  wait: 'One moment, please.',
  // One message for each plural category of the language.
  triesLeft_one: 'Your bank allows {count} more try.',
  triesLeft_other: 'Your bank allows {count} more tries.',

  idle: 'Confirm your payment',
  idleText: 'Your bank confirms this payment with a code.',
  atBank: 'Continue at your bank',
  generating: 'Asking your bank for a code',
  generatingText: 'This takes a few seconds.',
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
  exhaustedAtBankText: 'Too many wrong codes here. You can still confirm on your bank’s page.',
  superseded: 'This order is already paid',
  supersededText: 'Another payment went through. Do not pay again.',
  cancelled: 'You cancelled this payment',
  cancelledText: 'If a charge still appears, tell {merchant} the reference below.',
  expired: 'This page was open too long',
  expiredText: 'Reload the page to go on. A payment you confirmed is not lost.',

  useAnotherCard: 'Pay with another card.',
  contactIssuer: 'Call your bank, or pay with another card.',
  checkFunds: 'Check your balance and the card’s limits, or pay with another card.',
  checkDetails: 'Check the card’s details, then pay again.',
  payAgain: 'You can pay again.',
  tryLater: 'Try again later.',
  orderCancelled: 'This order was cancelled.',

  empty: 'Enter the code from your bank.',
  wrongLength: 'The code has {digits} digits. Check that it is complete.',
  sameCode: 'Your bank did not accept this code. Correct it, or ask for a new one.',
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
  offline: 'You are offline. Nothing is lost: we go on when the connection is back.',
  online: 'You are online again.',
};

/** The messages of the step, by name; `{name}` in one is a placeholder. */
export type Messages = { readonly [Key in keyof typeof texts]: string } & {
  /** For languages with more plural categories than English. */
  readonly [Key in `triesLeft_${Intl.LDMLPluralRule}`]?: string;
};

/** The built-in messages. */
export const english: Messages = texts;

/** Returns `text` with each `{name}` replaced by its value; a placeholder without a value stays. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}
