/** Messages of the page without script in Odia (ଓଡ଼ିଆ). */
import { pageOnly, step } from '@plural-otp/flow/locales/or.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Odia. */
export const or: PageMessages = { ...step, ...pageOnly };
