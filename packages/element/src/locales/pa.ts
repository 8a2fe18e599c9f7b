// Punjabi in Gurmukhi (ਪੰਜਾਬੀ): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/pa.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Punjabi in Gurmukhi. */
export const pa: Messages = step;

registerLocale('pa', pa);
