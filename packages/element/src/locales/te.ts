// Telugu (తెలుగు): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/te.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Telugu. */
export const te: Messages = step;

registerLocale('te', te);
