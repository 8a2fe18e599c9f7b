/** The view logic of the page without script as one pure function: what a page shows after a form was handled. */
import type { NextStep, PaymentView, Phase } from '@plural-otp/flow/contract';
import {
  fill,
  formatSeconds,
  getHint,
  getMessageValues,
  getOutcomeText,
  getOutcomeTitle,
  getProblemText as getStepProblemText,
  getRejectionText,
  isFinal,
  maxOtpLength,
  minOtpLength,
  nameBank,
  outcomeTones,
  type OutcomeTone,
  type PageMessages,
  type StepState,
} from '@plural-otp/flow/presentation';
import type { CodeError } from './form-action.ts';
import type { FormAction } from './form-fields.ts';

/** Result of the handled form, in addition to the view. */
export interface FormOutcome {
  readonly action: FormAction;
  /** The reason why the text in the field was not sent. */
  readonly error?: CodeError | undefined;
  /** True when the form had been sent before, so that nothing was sent now. */
  readonly sentBefore?: boolean;
}

/** A button or link of the page; `bank` leaves for the bank's page, `shop` goes back to the merchant's. */
export type PageAction = 'start' | 'submit' | 'resend' | 'bank' | 'cancel' | 'check' | 'shop';

/** Everything the templates show of a payment, as data. */
export interface ViewModel {
  /** `ask` while the payment is open, else the tone of its outcome. */
  readonly tone: 'ask' | OutcomeTone;
  /** The heading; of a step that asks for the code, the field's label. */
  readonly title: string;
  readonly text: string;
  /** Label of the field. */
  readonly label: string;
  readonly hint: string;
  /** Validation error of the code. */
  readonly error: string;
  /** News: below the field, or above everything that can be done. */
  readonly notices: readonly string[];
  /** The waiting time for another code, next to its button. */
  readonly resendText: string;
  /** Reference for support; only where something is in doubt or has ended. */
  readonly reference: string;
  /** The actions that are offered, with their labels. */
  readonly actions: Readonly<Partial<Record<PageAction, string>>>;
  /** The one action that stands out. */
  readonly primary: PageAction | undefined;
}

/** Returns what to show of a payment after a form was handled. */
export function toViewModel(view: PaymentView, messages: PageMessages, outcome: FormOutcome): ViewModel {
  const { phase, problem, challengeUrl } = view;
  const state = toStepState(view);
  const isNext = (step: NextStep): boolean => view.next.includes(step);
  const end = isFinal(state);
  const expired = problem?.code === 'SESSION_EXPIRED' && !end;
  const readOnly = problem?.code === 'SESSION_READ_ONLY' && !end;
  const closed = expired || readOnly;
  const open = !closed && (phase === 'awaitingOtp' || phase === 'unresolved');
  const asks = open && isNext('submit');
  const isReady = !closed && phase === 'ready';
  const atBank = isReady && problem?.code === 'NATIVE_OTP_UNAVAILABLE';
  const isExhausted = phase === 'exhausted';
  const values = getMessageValues(state, messages);
  const time = formatSeconds(view.resendInSeconds ?? 0, messages);
  const digits = outcome.error === 'tooShort' ? minOtpLength : maxOtpLength;
  const say = (text: string): string => fill(text, { ...values, time, digits });

  const actions: Partial<Record<PageAction, string>> = {};
  if (isReady && !atBank) actions.start = problem ? messages.retry : messages.start;
  if (asks) actions.submit = say(view.display?.preAuth ? messages.reserve : messages.pay);
  if (asks && isNext('resend')) actions.resend = messages.resend;
  if (!end && !closed && challengeUrl !== undefined)
    actions.bank = nameBank(messages.bankPage, messages.bank, values.bank);
  const isInFlight = phase === 'generating' || phase === 'resending';
  if (isInFlight || (isNext('check') && !isReady)) actions.check = messages.check;
  if (open || isReady) actions.cancel = messages.cancelShort;
  if (end || isExhausted || closed || (atBank && actions.bank === undefined)) {
    actions.shop = isNext('payAgain') ? messages.payAgainLink : say(messages.backLink);
  }

  const primary = choosePrimary(actions, state.misses > 1 || atBank || isExhausted);
  if (primary === 'bank') actions.bank = nameBank(messages.bankPageMain, messages.bankMain, values.bank);
  const [title, text] = closed
    ? [messages[readOnly ? 'readOnly' : 'expired'], messages[readOnly ? 'readOnlyText' : 'goOnText']]
    : getHeadline(state, messages, { asks, end, atBank: (atBank || isExhausted) && primary === 'bank' });
  return {
    tone: readOnly ? 'neutral' : (outcomeTones[phase] ?? (expired ? 'warning' : 'ask')),
    title: say(title),
    text: say(text),
    label: nameBank(messages.title, messages.titlePlain, values.bank),
    hint: asks ? say(getHint(values, messages)) : '',
    error: asks ? say(getError(state, messages, outcome)) : '',
    notices: getNotices(view, messages, outcome, { asks, isReady }).map(say),
    resendText: say(view.resendInSeconds ? `${messages.noCodeYet} ${messages.resendWait}` : messages.noCodeYet),
    reference: (end ? phase !== 'authorized' : phase === 'unresolved' || (problem && !asks)) ? view.reference : '',
    actions,
    primary,
  };
}

function toStepState({ phase, next, attempts, problem, display }: PaymentView): StepState<Phase> {
  return { status: phase, next, misses: attempts?.misses ?? 0, leftAtBank: attempts?.leftAtBank, problem, display };
}

function choosePrimary(actions: ViewModel['actions'], bankFirst: boolean): PageAction | undefined {
  const order: PageAction[] = ['check', 'submit', 'start', 'bank', 'shop'];
  return (bankFirst ? (['bank', ...order] as PageAction[]) : order).find((action) => action in actions);
}

function getHeadline(
  state: StepState<Phase>,
  messages: PageMessages,
  { asks, end, atBank }: { asks: boolean; end: boolean; atBank: boolean },
): [title: string, text: string] {
  const { status, problem } = state;
  switch (status) {
    case 'ready':
      return [atBank ? messages.atBank : messages.idle, getProblemText(problem, messages) || messages.idleText];
    case 'resending':
      return [messages.resending, messages.generatingText];
    case 'awaitingOtp':
      return [asks ? nameBank(messages.title, messages.titlePlain, state.display?.issuer ?? '') : messages.idle, ''];
    // The element's texts for these two speak of a page that goes on asking.
    case 'confirming':
      return [getOutcomeTitle(status, state, messages), messages.confirmingPageText];
    case 'unresolved':
      return [messages.unresolved, messages.unresolvedPageText];
    default:
      return [
        atBank ? messages.atBank : getOutcomeTitle(status, state, messages),
        // No attempts are left here, but perhaps at the bank: `next` says so.
        getOutcomeText(status === 'exhausted' && !end ? 'exhaustedAtBank' : status, state, messages),
      ];
  }
}

/** Returns the message for a problem. A page that arrived has a connection, so that it was the backend that had none. */
function getProblemText(problem: PaymentView['problem'], messages: PageMessages): string {
  if (problem?.code === 'BACKEND_UNREACHABLE') return messages.unavailableText;
  return getStepProblemText(problem, messages);
}

function getError(state: StepState, messages: PageMessages, { error }: FormOutcome): string {
  if (error) return messages[error];
  return state.problem?.code === 'OTP_NOT_ACCEPTED' ? getRejectionText(state, messages) : '';
}

function getNotices(
  { phase, problem, leftForBank }: PaymentView,
  messages: PageMessages,
  { action, sentBefore = false }: FormOutcome,
  { asks, isReady }: { asks: boolean; isReady: boolean },
): string[] {
  const notices: string[] = [];
  if (asks && sentBefore) notices.push(messages.sentBefore);
  if (asks && phase === 'awaitingOtp' && !problem) {
    if (action === 'generate') notices.push(messages.sentNow);
    if (action === 'resend') notices.push(messages.otpResent);
  }
  if (asks && leftForBank) notices.push(messages.newerOtpPossible);
  if (!isReady && problem?.code !== 'OTP_NOT_ACCEPTED') notices.push(getProblemText(problem, messages));
  return notices.filter((notice) => notice !== '');
}
