/** Messages of the page without script in Malayalam (മലയാളം). */
import { pageOnly, step } from '@plural-otp/flow/locales/ml.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Malayalam. */
export const ml: PageMessages = { ...step, ...pageOnly };
