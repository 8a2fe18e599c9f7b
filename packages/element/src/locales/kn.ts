// Kannada (ಕನ್ನಡ): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/kn.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Kannada. */
export const kn: Messages = step;

registerLocale('kn', kn);
