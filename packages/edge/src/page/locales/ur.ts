/** Messages of the page without script in Urdu (اردو). */
import { pageOnly, step } from '@plural-otp/flow/locales/ur.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Urdu. */
export const ur: PageMessages = { ...step, ...pageOnly };
