// Hindi (हिन्दी): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/hi.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Hindi. */
export const hi: Messages = step;

registerLocale('hi', hi);
