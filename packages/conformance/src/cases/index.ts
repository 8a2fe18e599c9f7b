import type { Case } from '../case.ts';
import { asking } from './generate-and-resend.ts';
import { confirming } from './confirmation.ts';
import { leaving } from './leave.ts';
import { looking } from './payment-view.ts';
import { opening } from './start.ts';
import { requests } from './requests.ts';
import { returning } from './return.ts';
import { secrecy } from './secrecy.ts';
import { sessions } from './sessions.ts';
import { submitting } from './submit.ts';
import { webhooks } from './webhooks.ts';

/** Every rule a backend has to keep, in the order they are run. */
export const allCases: readonly Case[] = [
  ...opening,
  ...asking,
  ...submitting,
  ...confirming,
  ...looking,
  ...leaving,
  ...requests,
  ...sessions,
  ...returning,
  ...webhooks,
  ...secrecy,
];
