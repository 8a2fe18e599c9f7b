import type { Case } from '../case.ts';
import { asking } from './asking.ts';
import { confirming } from './confirming.ts';
import { leaving } from './leaving.ts';
import { looking } from './looking.ts';
import { opening } from './opening.ts';
import { requests } from './requests.ts';
import { returning } from './returning.ts';
import { secrecy } from './secrecy.ts';
import { sessions } from './sessions.ts';
import { submitting } from './submitting.ts';
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
