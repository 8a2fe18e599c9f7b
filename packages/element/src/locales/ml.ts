// Malayalam (മലയാളം): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/ml.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Malayalam. */
export const ml: Messages = step;

registerLocale('ml', ml);
