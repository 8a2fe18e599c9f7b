/** Messages of the page without script in Kannada (ಕನ್ನಡ). */
import { pageOnly, step } from '@plural-otp/flow/locales/kn.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Kannada. */
export const kn: PageMessages = { ...step, ...pageOnly };
