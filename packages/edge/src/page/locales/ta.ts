/** Messages of the page without script in Tamil (தமிழ்). */
import { pageOnly, step } from '@plural-otp/flow/locales/ta.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Tamil. */
export const ta: PageMessages = { ...step, ...pageOnly };
