/**
 * The messages that only the page without script has, in English. In a module of their own, so that the element's bundle
 * goes without them.
 */
import { english, type Messages } from './messages.ts';

const pageOnly = {
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

/** Every message of every rendering: those of the step and those of the page without script. */
export type PageMessages = Messages & { readonly [Key in keyof typeof pageOnly]: string };

/** The built-in messages of the page without script. */
export const englishPage: PageMessages = { ...english, ...pageOnly };
