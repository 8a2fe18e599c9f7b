/**
 * The messages that only the page without script has, in English. In a module of their own, so that the element's bundle
 * goes without them.
 */
import { english, type Messages } from './messages.ts';

const pageOnly = {
  unresolvedPageText:
    'Check the payment status again in a minute. You will not be charged twice if you check again or enter the OTP again.',
  confirmingPageText: 'This can take up to a minute. Then check the payment status.',
  tooShort: 'The OTP has at least {digits} digits. Check that it is complete.',
  tooLong: 'The OTP has at most {digits} digits. Check it against the message.',
  sentBefore: 'You had already sent this form. If you have changed the OTP since then, enter it again.',
  goOnText: 'Go back to {merchant}’s site to continue. A payment you have already confirmed is not affected.',
  payAgainLink: 'Pay again',
  backLink: 'Back to {merchant}’s site',
  refused: 'This page could not be opened',
  refusedText: 'Nothing was sent to your bank. Go back to {merchant}’s site to continue.',
  unavailable: 'Something went wrong',
  unavailableText: 'Try again in a moment. You will not be charged twice.',
};

/** The messages that only the page without script has, by name. */
export type PageOnlyMessages = { readonly [Key in keyof typeof pageOnly]: string };

/** Every message of every rendering: those of the step and those of the page without script. */
export type PageMessages = Messages & PageOnlyMessages;

/** The built-in messages of the page without script. */
export const englishPage: PageMessages = { ...english, ...pageOnly };
