/** The view logic of the step as one pure function: what is shown and what the customer can do in a state of the flow. */
import type { FlowState } from '@plural-otp/flow';
import type { NextStep } from '@plural-otp/flow/contract';
import {
  fill,
  getHint,
  getMessageValues,
  getOutcomeText,
  getOutcomeTitle,
  getProblemText,
  getRejectionText,
  isFinal,
  type Messages,
  nameBank,
  type OtpHints,
  outcomeTones,
  type OutcomeTone,
  safeChallengeUrl,
} from '@plural-otp/flow/presentation';

/** An action of the customer; `bank` leaves for the bank's page, `newer` opens the field of an unresolved payment. */
export type Action = 'submit' | 'resend' | 'bank' | 'check' | 'start' | 'cancel' | 'newer' | 'reload';

/** Everything the template shows of one state of the flow, as data. */
export interface ViewModel {
  /** `field` while the code is asked for, `busy` while something is in flight, else the tone of an outcome. */
  readonly tone: 'field' | 'busy' | OutcomeTone;
  /** Name of the bank; empty when it is unknown. */
  readonly bank: string;
  /** Heading of a panel; empty while the field is shown, whose label is the heading. */
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly hint: string;
  /** Validation error of the code; shown at the field. */
  readonly error: string;
  /** News next to the field or below a panel. */
  readonly notice: string;
  /** Reference for support; only where something is in doubt or has ended. */
  readonly reference: string;
  readonly bankUrl: string | undefined;
  /** Label of the link to the bank's page. */
  readonly bankLabel: string;
  /** Label of the submit button, which names the action and the amount. */
  readonly submitLabel: string;
  readonly can: Readonly<Record<Exclude<Action, 'bank'> | 'payAgain', boolean>>;
  /** Reason why no code is accepted now although a field is shown; empty when one is accepted. */
  readonly pausedText: string;
  /** The one action that stands out. */
  readonly primary: Action | undefined;
}

/** The state before there is a flow: nothing is known and nothing is in flight. */
export const idleState: FlowState = { status: 'idle', next: [], misses: 0, online: true };

/** Returns what tells the code from the other numbers of its message: the amount, and the last digits of the card. */
export function toOtpHints({ display }: FlowState, length: number): OtpHints {
  const { amount, lastDigits = '' } = display ?? {};
  return { length, others: [`${Math.trunc((amount?.value ?? 0) / 100)}`, lastDigits] };
}

/** Problems at the start that another attempt may not meet. */
const transientProblems = /^(BUSY|INTERNAL|OTP_MAYBE_NOT_SENT|BACKEND_UNREACHABLE)$/;

/** Facts about the step in addition to the state of its flow. */
export interface StepContext {
  /** True when a step that has not begun waits for its button. */
  readonly manual: boolean;
  /** True when the page sent the field, so that it stays in sight while a code is requested. */
  readonly adopted: boolean;
  /** True when there is a flow, so that something may be in flight. */
  readonly isConnected: boolean;
  /** True when the customer has opened the field of an unresolved payment. */
  readonly hasNewerOtp: boolean;
}

/** Returns what to show in `state`. */
export function toViewModel(
  state: FlowState,
  messages: Messages,
  { manual, adopted, isConnected, hasNewerOtp }: StepContext,
): ViewModel {
  const { problem, busy } = state;
  // A payment that is ready starts in the next frame: the panel that follows is rendered at once, so that nothing moves.
  const isStarting = isConnected && !manual && !problem && state.status === 'idle' && state.reference !== undefined;
  const status = isStarting ? 'generating' : state.status;
  const isNext = (step: NextStep): boolean => state.next.includes(step);
  const code = problem?.code;
  const ended = isFinal(state);
  const expired = code === 'SESSION_EXPIRED' && !ended;
  const readOnly = code === 'SESSION_READ_ONLY' && !ended;
  const closed = expired || readOnly;
  const unresolved = status === 'unresolved';
  const open = !closed && (status === 'awaitingOtp' || unresolved);
  const acting = status === 'resending' || status === 'submitting';
  const start = !closed && status === 'idle' && (manual || Boolean(problem));
  // The page's own field stays where it is until a code was requested: no panel may push it away.
  const early = adopted && !closed && !(start && problem) && (status === 'idle' || status === 'generating');
  const takesCode = early || (!expired && acting) || (open && isNext('submit'));
  const submit = takesCode && (!unresolved || hasNewerOtp);
  const stuck = closed || (start && !early) || (status === 'awaitingOtp' && !submit);
  const leaving = status === 'redirecting';
  // No attempts are left here, but perhaps at the bank: the backend knows.
  const exhausted = status === 'exhausted' && !ended && !expired;
  const bankUrl =
    !ended && !expired && (leaving || isNext('redirect')) ? safeChallengeUrl(state.challengeUrl) : undefined;
  const atBank = Boolean(
    bankUrl && (exhausted || (stuck && problem && !(start && transientProblems.test(problem.code)))),
  );

  const missed = submit && code === 'OTP_NOT_ACCEPTED';

  const problemText = getProblemText(problem, messages);

  let pausedText = acting ? messages[status] : '';
  if (early) pausedText = start || !isConnected ? messages.idleText : messages.generating;
  // The first request of a step that starts by itself needs no sign: nothing was pressed.
  const isWaiting =
    busy !== undefined && !acting && status !== 'generating' && !leaving && (status !== 'idle' || manual || problem);

  let notice = '';
  if (submit && state.notice) notice = messages[state.notice === 'otpSent' ? 'sentNow' : state.notice];
  if (submit && unresolved) notice = messages.unresolved;
  if (early) notice = pausedText;
  if (!stuck && !ended && !missed && problemText) notice = problemText;
  if (isWaiting) notice = messages.wait;
  if (isWaiting && busy !== 'check') pausedText = messages.wait;
  if (!state.online && !ended) pausedText = notice = messages.offline;

  let title = '';
  let text = '';
  if (expired) [title, text] = [messages.expired, messages.expiredText];
  else if (readOnly) [title, text] = [messages.readOnly, messages.readOnlyText];
  else if (stuck) [title, text] = [atBank ? messages.atBank : messages.idle, problemText || messages.idleText];
  else if (!submit && status !== 'awaitingOtp' && !acting) {
    const outcome = exhausted ? 'exhaustedAtBank' : status;
    title = atBank ? messages.atBank : getOutcomeTitle(status, state, messages);
    text = getOutcomeText(outcome, state, messages);
  }

  let primary: Action | undefined;
  if (bankUrl && (state.misses > 1 || leaving || atBank)) primary = 'bank';
  else if (expired) primary = 'reload';
  else if (start) primary = 'start';
  else if (submit && (!pausedText || status === 'submitting')) primary = 'submit';
  else if ((unresolved || readOnly) && state.online) primary = 'check';

  const values = getMessageValues(state, messages);
  const { bank } = values;
  return {
    tone:
      (readOnly ? 'neutral' : exhausted ? 'warning' : outcomeTones[status]) ??
      (stuck ? 'warning' : submit ? 'field' : 'busy'),
    bank,
    title,
    text: fill(text, values),
    label: nameBank(messages.title, messages.titlePlain, bank),
    hint: fill(getHint(values, messages), values),
    error: missed && !acting ? fill(getRejectionText(state, messages), values) : '',
    notice,
    reference: (status !== 'authorized' && (ended || unresolved || stuck || exhausted) && state.reference) || '',
    bankUrl,
    bankLabel:
      primary === 'bank'
        ? nameBank(messages.bankPageMain, messages.bankMain, bank)
        : nameBank(messages.bankPage, messages.bank, bank),
    submitLabel: fill(state.display?.preAuth ? messages.reserve : messages.pay, values),
    can: {
      submit,
      resend: submit && (isNext('resend') || (acting && state.resendAtMs !== undefined)),
      check: readOnly || (unresolved && !expired) || (exhausted && isNext('check')),
      start: start && !atBank,
      // Kept during a resend, so that nothing moves; the button is off then.
      cancel: open || (!closed && status === 'resending'),
      payAgain: isNext('payAgain') && (ended || expired),
      newer: takesCode && !submit,
      reload: expired,
    },
    pausedText,
    primary,
  };
}
