/** States of the flow and their views, as the tests of the view model name them. */

import type { FlowState } from '@plural-otp/flow';
import { english } from '@plural-otp/flow/presentation';
import { type StepContext, toViewModel, type ViewModel } from '../../src/view/view-model.ts';

export const bankUrl = 'https://acs.example/challenge';
/** A step that starts by itself and has a flow. */
export const started: StepContext = { manual: false, adopted: false, isConnected: true, hasNewerOtp: false };

/** A state in which the OTP is asked for, and everything is allowed. */
export const awaiting: FlowState = {
  status: 'awaitingOtp',
  next: ['submit', 'resend', 'redirect', 'check'],
  misses: 0,
  online: true,
  reference: 'NL7K-42QX',
  challengeUrl: bankUrl,
  display: { amount: { value: 125_000, currency: 'INR' }, merchantName: 'Nilgiri Leaf', issuer: 'HDFC Bank' },
};

/** Members of a state, spelled as the tables of the tests have them. */
export type Change = Partial<Record<keyof FlowState, unknown>>;

/** Returns the view of a state, which is {@link awaiting} but for what a test names. */
export function view(change: Change = {}, context: Partial<StepContext> = {}): ViewModel {
  return toViewModel({ ...awaiting, ...change } as FlowState, english, { ...started, ...context });
}

/** Returns the actions that a view allows. */
export const allowed = ({ can }: ViewModel): string[] =>
  Object.keys(can).filter((name) => can[name as keyof typeof can]);

/** Returns a text without the marks that isolate its values. */
export const plain = (text: string): string => text.replace(/[\u2068\u2069]/g, '');

/** Returns one screen: what stands out, what is said, and what the customer can do. */
export function screen(shown: ViewModel): Record<string, unknown> {
  const { tone, title, notice, error, primary, pausedText } = shown;
  return { tone, title: plain(title), notice, error: plain(error), primary, pausedText, can: allowed(shown) };
}

/** A screen that says nothing. */
export const quiet = { title: '', notice: '', error: '', pausedText: '' };
