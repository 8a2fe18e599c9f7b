// Gujarati (ગુજરાતી): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/gu.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Gujarati. */
export const gu: Messages = step;

registerLocale('gu', gu);
