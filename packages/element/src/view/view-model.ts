import type { FlowState, FlowStatus } from '@plural-otp/flow';
import type { NextStep, ProblemCode } from '@plural-otp/flow/contract';
import { formatMoney } from './format.ts';
import { safeChallengeUrl } from './challenge-url.ts';
import { fill, type Messages } from '../locale/messages.ts';

/** What the customer may do; `bank` leaves for the bank's page. */
export type Action = 'submit' | 'resend' | 'bank' | 'check' | 'start' | 'cancel';

/** What the customer sees and may do in one state of the flow: the whole of the view's logic, as data. */
export interface ViewModel {
  /** `field`: the code is asked for. The others are panels: under way, good, bad, or not known yet. */
  readonly tone: 'field' | 'busy' | 'success' | 'danger' | 'warning';
  readonly title: string;
  readonly text: string;
  readonly hint: string;
  /** What is wrong with the code; shown at the field. */
  readonly error: string;
  /** News beside the field or under a panel. */
  readonly notice: string;
  /** For support; only where something went wrong. */
  readonly reference: string;
  readonly bankUrl: string | undefined;
  readonly can: Readonly<Record<Exclude<Action, 'bank'> | 'payAgain', boolean>>;
  /** Why a code is not taken now, though there may be a field; empty where one is. */
  readonly pausedText: string;
  /** The one act that stands out. */
  readonly primary: Action | undefined;
}

/** No flow yet: nothing is known and nothing is under way. */
export const idleState: FlowState = { status: 'idle', next: [], misses: 0, online: true };

const tones: Partial<Record<FlowStatus, ViewModel['tone']>> = {
  authorized: 'success',
  failed: 'danger',
  exhausted: 'danger',
  superseded: 'warning',
  cancelled: 'warning',
  unresolved: 'warning',
};

/** Advice to do the same again: true only where the order takes another payment. */
const repeatAdvice = /^(checkDetails|payAgain|tryLater)$/;

/** Problems at the start that another try may not meet. */
const transientProblems = /^(BUSY|INTERNAL|OTP_MAYBE_NOT_SENT|BACKEND_UNREACHABLE)$/;

/** Whether nothing leaves `status`. */
export function isEnd(status: FlowStatus): boolean {
  return status in tones && status !== 'unresolved';
}

/**
 * What to show in `state`. `manual`: a step that has not begun waits for its button; `adopted`: the page sent the
 * field, so it stays in sight while the code is asked for.
 */
export function toViewModel(state: FlowState, messages: Messages, manual: boolean, adopted: boolean): ViewModel {
  const { status, problem, misses, display, leftAtBank } = state;
  const isNext = (step: NextStep): boolean => state.next.includes(step);
  const code = problem?.code;
  const end = isEnd(status);
  const expired = code === 'SESSION_EXPIRED' && !end;
  const unresolved = status === 'unresolved';
  const acting = status === 'resending' || status === 'submitting';
  const open = !expired && (status === 'awaitingOtp' || unresolved);
  const start = !expired && status === 'idle' && (manual || Boolean(problem));
  // The page's own field stays where it is until the code was asked for: no panel may push it away.
  const early = adopted && !expired && !(start && problem) && (status === 'idle' || status === 'generating');
  const submit = early || (!expired && acting) || (open && isNext('submit'));
  const stuck = expired || (start && !early) || (status === 'awaitingOtp' && !submit);
  const leaving = status === 'redirecting';
  // Out of tries here, and perhaps not at the bank: the backend knows.
  const exhausted = status === 'exhausted';
  const bankUrl =
    (!end || exhausted) && !expired && (leaving || isNext('redirect'))
      ? safeChallengeUrl(state.challengeUrl)
      : undefined;
  const atBank = Boolean(
    bankUrl && (exhausted || (stuck && problem && !(start && transientProblems.test(problem.code)))),
  );

  const missed = submit && code === 'OTP_NOT_ACCEPTED';
  const said = (code && (messages as Partial<Record<ProblemCode, string>>)[code]) || '';
  let error = '';
  if (missed && !acting) error = misses > 1 ? messages.lastMiss : said;
  if (error && leftAtBank !== undefined) {
    const category = new Intl.PluralRules(messages.language).select(leftAtBank);
    error += ` ${messages[`triesLeft_${category}`] ?? messages.triesLeft_other}`;
  }

  let pausedText = acting ? messages[status] : '';
  if (early) pausedText = start ? messages.idleText : messages.generating;

  let notice = state.notice && submit ? messages[state.notice] : '';
  if (early) notice = pausedText;
  if (!stuck && !end && !missed && said) notice = said;
  if (!state.online && !end) pausedText = notice = messages.offline;

  let title = '';
  let text = '';
  if (expired) [title, text] = [messages.expired, messages.expiredText];
  else if (stuck) [title, text] = [atBank ? messages.atBank : messages.idle, said || messages.idleText];
  else if (status !== 'awaitingOtp' && !acting && !early) {
    [title, text] = [atBank ? messages.atBank : messages[status], messages[`${status}Text`]];
    const advice = problem?.advice;
    if (advice === 'orderCancelled') text = `${messages.orderCancelled} ${messages.cancelledText}`;
    else if (advice && (isNext('payAgain') || !repeatAdvice.test(advice))) text += ` ${messages[advice]}`;
  }

  let primary: Action | undefined;
  if (bankUrl && (misses > 1 || leaving || atBank)) primary = 'bank';
  else if (unresolved && state.online) primary = 'check';
  else if (start) primary = 'start';
  else if (submit && (!pausedText || status === 'submitting')) primary = 'submit';

  const values = {
    merchant: display?.merchantName ?? messages.shop,
    amount: display?.amount ? formatMoney(display.amount, messages.money) : messages.amount,
    count: leftAtBank ?? '',
    destination: display?.destination ?? '',
  };
  const bad = end ? status !== 'authorized' : expired || unresolved || problem;
  return {
    tone: tones[status] ?? (stuck ? 'warning' : submit ? 'field' : 'busy'),
    title,
    text: fill(text, values),
    hint: fill(values.destination ? `${messages.hint} ${messages.lookAt}` : messages.hint, values),
    error: fill(error, values),
    notice,
    reference: (bad && state.reference) || '',
    bankUrl,
    can: {
      submit,
      resend: submit && (isNext('resend') || (acting && state.resendAtMs !== undefined)),
      check: (unresolved && !expired) || (expired && isNext('check')),
      start: start && !atBank,
      cancel: open,
      payAgain: isNext('payAgain') && (end || expired),
    },
    pausedText,
    primary,
  };
}
