/** The half of the view model that every rendering of the step shares: what an outcome means and how it is worded. */
import type { NextStep, PaymentDisplay, Phase, Problem, ProblemCode } from '../contract.ts';
import { formatMoney } from './format.ts';
import { fill, fillPlural, type Messages } from './messages.ts';

/** A phase of the payment, or a status that only a script's flow has. */
export type StepStatus = Phase | 'idle' | 'submitting' | 'redirecting';

/** Known state of a payment: the state of a flow, or a payment view in its shape. */
export interface StepState<Status extends StepStatus = StepStatus> {
  readonly status: Status;
  readonly next: readonly NextStep[];
  /** Number of codes the issuer has rejected. */
  readonly misses: number;
  /** Number of attempts left, only when the bank said so. */
  readonly leftAtBank?: number | undefined;
  readonly problem?: Problem | undefined;
  readonly display?: PaymentDisplay | undefined;
}

/** The tone of an outcome, as component libraries name them. */
export type OutcomeTone = 'success' | 'danger' | 'warning' | 'neutral';

/** The tone of each outcome; a status that is absent is none. */
export const outcomeTones: Readonly<Partial<Record<StepStatus, OutcomeTone>>> = {
  authorized: 'success',
  failed: 'danger',
  exhausted: 'danger',
  superseded: 'warning',
  cancelled: 'neutral',
  unresolved: 'warning',
};

/** Advice to do the same again: given only where the order takes another payment. */
const repeatAdvice = /^(checkDetails|payAgain|tryLater)$/;

/** Returns whether nothing can change any more. The bank's page may still take a code when this page takes none. */
export function isFinal({ status, next }: Pick<StepState, 'status' | 'next'>): boolean {
  const isOpen = status === 'exhausted' && next.some((step) => step !== 'payAgain');
  return status in outcomeTones && status !== 'unresolved' && !isOpen;
}

/** Returns the heading of a status; `values` are those of the messages. */
export function getOutcomeTitle(
  status: Exclude<StepStatus, 'ready' | 'awaitingOtp'>,
  { display }: StepState,
  messages: Messages,
): string {
  if (status === 'confirming') {
    return nameBank(messages.stepConfirming, messages.stepConfirmingPlain, display?.issuer ?? '');
  }
  return messages[status === 'authorized' && display?.preAuth ? 'reserved' : status];
}

/** Returns `named` with the name of the bank, or `plain` when the bank is unknown. */
export function nameBank(named: string, plain: string, bank: string): string {
  return bank ? fill(named, { bank }) : plain;
}

/** Returns the text below the heading of a status, or of attempts used up here alone, with the advice for a decline. */
export function getOutcomeText(
  status: keyof { [Key in StepStatus | 'exhaustedAtBank' as `${Key}Text` extends keyof Messages ? Key : never]: Key },
  { next, problem, display }: StepState,
  messages: Messages,
): string {
  if (status === 'authorized' && display?.preAuth) return messages.reservedText;
  const advice = problem?.advice;
  if (advice === 'orderCancelled') return `${messages.orderCancelled} ${messages.cancelledText}`;
  // To try later is the advice for failures of the payment service, which no bank declined.
  const text = advice === 'tryLater' ? messages.notProcessed : messages[`${status}Text`];
  return advice && (next.includes('payAgain') || !repeatAdvice.test(advice)) ? `${text} ${messages[advice]}` : text;
}

/** Returns what to say at the field after the issuer rejected a code: the second time, that the card may be blocked. */
export function getRejectionText({ misses, leftAtBank }: StepState, messages: Messages): string {
  const text = misses > 1 ? messages.lastMiss : messages.OTP_NOT_ACCEPTED;
  return leftAtBank === undefined ? text : `${text} ${fillPlural('triesLeft', leftAtBank, messages)}`;
}

/** Returns the help with the code: where it was sent, and what its message has to say. */
export function getHint(
  { destination, statement }: { readonly destination: string; readonly statement: string },
  messages: Messages,
): string {
  return `${destination ? messages.sentTo : messages.hint} ${statement ? messages.hintStatement : messages.hintAmount}`;
}

/** Returns the message for a problem; empty if it has none. */
export function getProblemText(problem: Problem | undefined, messages: Messages): string {
  return (problem && (messages as Partial<Record<ProblemCode, string>>)[problem.code]) || '';
}

/** Returns the values for the placeholders of the messages. */
export function getMessageValues(
  { display }: StepState,
  messages: Messages,
): Record<'merchant' | 'statement' | 'amount' | 'bank' | 'destination', string> {
  return {
    merchant: display?.merchantName ?? messages.shop,
    statement: display?.statementName ?? '',
    amount: display?.amount ? formatMoney(display.amount, messages.money) : messages.amount,
    bank: display?.issuer ?? '',
    destination: display?.destination ?? '',
  };
}
