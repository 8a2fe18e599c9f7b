/** Messages of the page without script in Punjabi in Gurmukhi (ਪੰਜਾਬੀ). */
import { pageOnly, step } from '@plural-otp/flow/locales/pa.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Punjabi in Gurmukhi. */
export const pa: PageMessages = { ...step, ...pageOnly };
