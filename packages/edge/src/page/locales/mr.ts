/** Messages of the page without script in Marathi (मराठी). */
import { pageOnly, step } from '@plural-otp/flow/locales/mr.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Marathi. */
export const mr: PageMessages = { ...step, ...pageOnly };
