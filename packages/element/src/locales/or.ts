// Odia (ଓଡ଼ିଆ): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/or.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Odia. */
export const or: Messages = step;

registerLocale('or', or);
