// Bengali (বাংলা): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/bn.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Bengali. */
export const bn: Messages = step;

registerLocale('bn', bn);
