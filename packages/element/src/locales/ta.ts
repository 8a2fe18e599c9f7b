// Tamil (தமிழ்): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/ta.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Tamil. */
export const ta: Messages = step;

registerLocale('ta', ta);
