/** Messages of the page without script in Bengali (বাংলা). */
import { pageOnly, step } from '@plural-otp/flow/locales/bn.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Bengali. */
export const bn: PageMessages = { ...step, ...pageOnly };
