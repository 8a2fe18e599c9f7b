// Marathi (मराठी): registers the messages of the step.
import { step } from '@plural-otp/flow/locales/mr.js';
import type { Messages } from '@plural-otp/flow/presentation';
import { registerLocale } from '../locale/registry.ts';

/** The messages in Marathi. */
export const mr: Messages = step;

registerLocale('mr', mr);
