// Urdu (اردو): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/ur.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Urdu. */
export const ur: Messages = step;

registerLocale('ur', ur);
