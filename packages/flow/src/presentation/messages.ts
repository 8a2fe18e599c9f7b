/** The messages of the step in English. `{name}` is a placeholder; a locale replaces any message. */

const texts = {
  /** BCP 47 tag of these messages: for the `lang` of what is shown, and for `Intl`. */
  language: 'en-IN',
  direction: 'ltr',
  /** BCP 47 tag for amounts. The same in every Indian language, because they have to look as in the bank's message. */
  money: 'en-IN',

  step: 'Card payment',
  shop: 'the merchant',
  amount: 'the amount',
  fee: 'Includes a fee of {fee}',
  ending: 'card ending in',
  reference: 'Reference',

  title: 'Enter the OTP from {bank}',
  titlePlain: 'Enter the OTP from your bank',
  hint: 'Your bank sends it by SMS, email or in its app.',
  sentTo: 'Sent to {destination}.',
  hintAmount: 'Check that it says {amount}.',
  hintStatement: 'Check that it says {amount} and {statement}.',
  pay: 'Pay {amount}',
  reserve: 'Reserve {amount}',
  submitting: 'Checking the OTP',
  noCodeYet: 'OTP not received?',
  resend: 'Resend OTP',
  resending: 'Requesting a new OTP',
  resendWait: 'You can request a new OTP in {time}.',
  resendReady: 'You can request a new OTP now.',
  // One message for each plural category of the language.
  seconds_one: '{count} second',
  seconds_other: '{count} seconds',
  newerOtp: 'I have a newer OTP',
  bank: 'Use your bank’s page instead',
  bankPage: 'Use {bank}’s page instead',
  bankMain: 'Continue on your bank’s page',
  bankPageMain: 'Continue on {bank}’s page',
  cancelShort: 'Cancel',
  check: 'Check payment status',
  start: 'Get OTP',
  retry: 'Try again',
  reload: 'Reload',
  wait: 'One moment, please.',
  triesLeft_one: 'You have {count} attempt left.',
  triesLeft_other: 'You have {count} attempts left.',

  idle: 'Confirm your payment',
  idleText: 'Your bank will send you an OTP to confirm this payment.',
  atBank: 'Confirm on your bank’s page',
  generating: 'Requesting an OTP from your bank',
  generatingText: 'This usually takes a few seconds.',
  confirmingText: 'This can take up to a minute. You may close this page.',
  stepSubmitted: 'OTP submitted',
  stepConfirming: '{bank} is confirming the payment',
  stepConfirmingPlain: 'Your bank is confirming the payment',
  stepReceipt: 'Your receipt',
  redirecting: 'Taking you to your bank’s page',
  redirectingText: 'If nothing happens, use the button below.',
  unresolved: 'Your bank has not responded yet',
  unresolvedText: 'We are still checking. You will not be charged twice if you check again or enter the OTP again.',
  authorized: 'Payment confirmed',
  authorizedText: 'Your bank approved the payment of {amount} to {merchant}.',
  reserved: 'Amount reserved',
  reservedText: 'Your bank has reserved {amount} for {merchant}. You have not been charged yet.',
  failed: 'Payment failed',
  failedText: 'The payment was not approved.',
  notProcessed: 'The payment could not be processed.',
  exhausted: 'No attempts left',
  exhaustedText: 'The OTP was wrong too many times. The payment was not made.',
  exhaustedAtBankText: 'The OTP was wrong too many times here. You can still confirm on your bank’s page.',
  superseded: 'This order is already paid',
  supersededText: 'Another payment went through. Do not pay again.',
  cancelled: 'You cancelled this payment',
  cancelledText: 'If you are still charged, contact {merchant} and quote the reference below.',
  expired: 'This page has timed out',
  expiredText: 'Reload this page to continue. A payment you have already confirmed is not affected.',
  readOnly: 'You can only view this payment here',
  readOnlyText: 'It can be confirmed only on the page where it was started.',

  useAnotherCard: 'Pay with another card.',
  contactIssuer: 'Contact your bank, or pay with another card.',
  checkFunds: 'Check your balance and card limit, or pay with another card.',
  checkDetails: 'Check the card details, then pay again.',
  payAgain: 'You can pay again.',
  tryLater: 'Try again later.',
  orderCancelled: 'This order was cancelled.',

  empty: 'Enter the OTP from your bank.',
  wrongLength: 'The OTP has {digits} digits. Check that it is complete.',
  range: '{from} to {to}',
  sameCode: 'This OTP was not accepted. Correct it or request a new one.',
  noCode: 'There is no OTP in that text. Enter only the OTP.',
  severalCodes: 'There is more than one number in that text. Enter only the OTP.',
  lastMiss: 'Not accepted again. Another wrong OTP may block your card.',

  OTP_NOT_ACCEPTED: 'This OTP was not accepted. Check the latest message.',
  OTP_MAYBE_NOT_SENT: 'The OTP may not have been sent. You can request a new one.',
  RESEND_TOO_EARLY: 'Wait a little before you request a new OTP.',
  RESEND_LIMIT: 'No more OTPs can be sent for this payment. Use the latest one.',
  NATIVE_OTP_UNAVAILABLE: 'Your bank asks for the OTP on its own page.',
  BUSY: 'The payment service is busy. Try again in a moment.',
  BACKEND_UNREACHABLE: 'We could not connect. Check your internet and try again.',
  INTERNAL: 'Something went wrong on our side. Try again.',

  sentNow: 'OTP sent',
  otpResent: 'A new OTP is on its way. Only the latest one will work.',
  newerOtpPossible: 'Your bank may have sent another OTP. Use the latest one.',
  offline: 'You are offline. We will continue when your connection is back.',
  online: 'You are back online.',
};

/** Names of the messages that have one text for each plural category of the language. */
type PluralName = 'seconds' | 'triesLeft';

/** The messages of the step, by name; `{name}` in one is a placeholder. */
export type Messages = { readonly [Key in keyof typeof texts]: string } & {
  /** For languages with more plural categories than English. */
  readonly [Key in `${PluralName}_${Intl.LDMLPluralRule}`]?: string;
};

/** The built-in messages. */
export const english: Messages = texts;

/**
 * Returns `text` with each `{name}` replaced by its value; a placeholder without a value stays. A value in letters is
 * isolated (U+2068, U+2069), so that a name or an amount keeps its direction in a text of the other one.
 *
 * @see https://www.w3.org/TR/string-meta/#bidi_mixed
 */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name] ?? placeholder;
    return typeof value === 'number' || value === placeholder ? `${value}` : `\u2068${value}\u2069`;
  });
}

/** Returns the message of `name` for `count` in the plural category of the language, with its `{count}` filled in. */
export function fillPlural(name: PluralName, count: number, messages: Messages): string {
  const category = new Intl.PluralRules(messages.language).select(count);
  return fill(messages[`${name}_${category}`] ?? messages[`${name}_other`], { count });
}
