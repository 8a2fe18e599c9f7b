/** Messages of the page without script in Hindi (हिन्दी). */
import { pageOnly, step } from '@plural-otp/flow/locales/hi.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Hindi. */
export const hi: PageMessages = { ...step, ...pageOnly };
