import type { Case } from '../case.ts';
import { generateAndResend } from './generate-and-resend.ts';
import { confirmation } from './confirmation.ts';
import { leave } from './leave.ts';
import { paymentView } from './payment-view.ts';
import { start } from './start.ts';
import { requests } from './requests.ts';
import { returns } from './return.ts';
import { secrecy } from './secrecy.ts';
import { sessions } from './sessions.ts';
import { submit } from './submit.ts';
import { webhooks } from './webhooks.ts';

/** Every case, in the order of a run. */
export const allCases: readonly Case[] = [
  ...start,
  ...generateAndResend,
  ...submit,
  ...confirmation,
  ...paymentView,
  ...leave,
  ...requests,
  ...sessions,
  ...returns,
  ...webhooks,
  ...secrecy,
];
