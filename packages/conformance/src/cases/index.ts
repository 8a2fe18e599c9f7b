import type { Case } from '../case.ts';
import { generateAndResend } from './generate-and-resend.ts';
import { confirmation } from './confirmation.ts';
import { leave } from './leave.ts';
import { order } from './order.ts';
import { paymentView } from './payment-view.ts';
import { restart } from './restart.ts';
import { start } from './start.ts';
import { startAgain } from './start-again.ts';
import { sweep } from './sweep.ts';
import { requests } from './requests.ts';
import { returns } from './return.ts';
import { secrecy } from './secrecy.ts';
import { sessions } from './sessions.ts';
import { submit } from './submit.ts';
import { webhooks } from './webhooks.ts';

/** Every case, in the order of a run. */
export const allCases: readonly Case[] = [
  ...start,
  ...startAgain,
  // Early, because a sweep reads every payment that the cases before it left open.
  ...sweep,
  ...generateAndResend,
  ...submit,
  ...confirmation,
  ...order,
  ...paymentView,
  ...leave,
  ...requests,
  ...sessions,
  ...returns,
  ...webhooks,
  ...restart,
  ...secrecy,
];
