import type { FlowState, FlowStatus } from '@plural-otp/flow';
import type { NextStep, ProblemCode } from '@plural-otp/flow/contract';
import { formatMoney } from './format.ts';
import { safeChallengeUrl } from './challenge-url.ts';
import { fill, type Messages } from '../locale/messages.ts';

/** What the customer may do; `bank` leaves for the bank's page. */
export type Act = 'submit' | 'resend' | 'bank' | 'check' | 'start' | 'cancel';

/** What the customer sees and may do in one state of the flow: the whole of the view's logic, as data. */
export interface Screen {
  /** `field`: the code is asked for. The others are panels: under way, good, bad, or not known yet. */
  readonly tone: 'field' | 'busy' | 'good' | 'bad' | 'unsure';
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
  readonly may: Readonly<Record<Exclude<Act, 'bank'> | 'payAgain', boolean>>;
  /** Why a code is not taken now, though there may be a field; empty where one is. */
  readonly pause: string;
  /** The one act that stands out. */
  readonly main: Act | undefined;
}

/** No flow yet: nothing is known and nothing is under way. */
export const idle: FlowState = { status: 'idle', next: [], misses: 0, online: true };

const tones: Partial<Record<FlowStatus, Screen['tone']>> = {
  authorized: 'good',
  failed: 'bad',
  exhausted: 'bad',
  superseded: 'unsure',
  cancelled: 'unsure',
  unresolved: 'unsure',
};

/** Advice to do the same again: true only where the order takes another payment. */
const again = /^(checkDetails|payAgain|tryLater)$/;

/** Problems at the start that another try may not meet. */
const passing = /^(BUSY|INTERNAL|OTP_MAYBE_NOT_SENT|BACKEND_UNREACHABLE)$/;

/** Whether nothing leaves `status`. */
export function isEnd(status: FlowStatus): boolean {
  return status in tones && status !== 'unresolved';
}

/**
 * What to show in `state`. `manual`: a step that has not begun waits for its button; `adopted`: the page sent the
 * field, so it stays in sight while the code is asked for.
 */
export function screenOf(state: FlowState, words: Messages, manual: boolean, adopted: boolean): Screen {
  const { status, problem, misses, display, leftAtBank } = state;
  const can = (step: NextStep): boolean => state.next.includes(step);
  const code = problem?.code;
  const end = isEnd(status);
  const expired = code === 'SESSION_EXPIRED' && !end;
  const unresolved = status === 'unresolved';
  const acting = status === 'resending' || status === 'submitting';
  const open = !expired && (status === 'awaitingOtp' || unresolved);
  const start = !expired && status === 'idle' && (manual || Boolean(problem));
  // The page's own field stays where it is until the code was asked for: no panel may push it away.
  const early = adopted && !expired && !(start && problem) && (status === 'idle' || status === 'generating');
  const submit = early || (!expired && acting) || (open && can('submit'));
  const stuck = expired || (start && !early) || (status === 'awaitingOtp' && !submit);
  const leaving = status === 'redirecting';
  // Out of tries here, and perhaps not at the bank: the backend knows.
  const exhausted = status === 'exhausted';
  const bankUrl =
    (!end || exhausted) && !expired && (leaving || can('redirect')) ? safeChallengeUrl(state.challengeUrl) : undefined;
  const atBank = Boolean(bankUrl && (exhausted || (stuck && problem && !(start && passing.test(problem.code)))));

  const missed = submit && code === 'OTP_NOT_ACCEPTED';
  const said = (code && (words as Partial<Record<ProblemCode, string>>)[code]) || '';
  let error = '';
  if (missed && !acting) error = misses > 1 ? words.lastMiss : said;
  if (error && leftAtBank !== undefined) {
    const category = new Intl.PluralRules(words.language).select(leftAtBank);
    error += ` ${words[`triesLeft_${category}`] ?? words.triesLeft_other}`;
  }

  let pause = acting ? words[status] : '';
  if (early) pause = start ? words.idleText : words.generating;

  let notice = state.notice && submit ? words[state.notice] : '';
  if (early) notice = pause;
  if (!stuck && !end && !missed && said) notice = said;
  if (!state.online && !end) pause = notice = words.offline;

  let title = '';
  let text = '';
  if (expired) [title, text] = [words.expired, words.expiredText];
  else if (stuck) [title, text] = [atBank ? words.atBank : words.idle, said || words.idleText];
  else if (status !== 'awaitingOtp' && !acting && !early) {
    [title, text] = [atBank ? words.atBank : words[status], words[`${status}Text`]];
    const advice = problem?.advice;
    if (advice === 'orderCancelled') text = `${words.orderCancelled} ${words.cancelledText}`;
    else if (advice && (can('payAgain') || !again.test(advice))) text += ` ${words[advice]}`;
  }

  let main: Act | undefined;
  if (bankUrl && (misses > 1 || leaving || atBank)) main = 'bank';
  else if (unresolved && state.online) main = 'check';
  else if (start) main = 'start';
  else if (submit && (!pause || status === 'submitting')) main = 'submit';

  const values = {
    merchant: display?.merchantName ?? words.shop,
    amount: display?.amount ? formatMoney(display.amount, words.money) : words.amount,
    count: leftAtBank ?? '',
    destination: display?.destination ?? '',
  };
  const bad = end ? status !== 'authorized' : expired || unresolved || problem;
  return {
    tone: tones[status] ?? (stuck ? 'unsure' : submit ? 'field' : 'busy'),
    title,
    text: fill(text, values),
    hint: fill(values.destination ? `${words.hint} ${words.lookAt}` : words.hint, values),
    error: fill(error, values),
    notice,
    reference: (bad && state.reference) || '',
    bankUrl,
    may: {
      submit,
      resend: submit && (can('resend') || (acting && state.resendAtMs !== undefined)),
      check: (unresolved && !expired) || (expired && can('check')),
      start: start && !atBank,
      cancel: open,
      payAgain: can('payAgain') && (end || expired),
    },
    pause,
    main,
  };
}
