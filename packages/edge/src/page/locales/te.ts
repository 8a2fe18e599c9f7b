/** Messages of the page without script in Telugu (తెలుగు). */
import { pageOnly, step } from '@plural-otp/flow/locales/te.js';
import type { PageMessages } from '@plural-otp/flow/presentation';

/** The messages in Telugu. */
export const te: PageMessages = { ...step, ...pageOnly };
