/** Messages of the page without script in Gujarati (ગુજરાતી). */
import { pageOnly, step } from '@plural-otp/flow/locales/gu.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Gujarati. */
export const gu: PageMessages = { ...step, ...pageOnly };
