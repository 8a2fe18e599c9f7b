import type { NextStep, PaymentView, Phase } from '@plural-otp/flow/contract';
import { formatMoney, formatSeconds } from './format.ts';
import type { FormAction } from './form-fields.ts';
import type { ParseError } from './parse-otp.ts';
import { fill, type PageMessages } from './messages.ts';

/** What the form that is answered did, beside what the view tells. */
export interface FormOutcome {
  readonly action: FormAction;
  /** Why the text in the field was not sent. */
  readonly error?: ParseError | undefined;
  /** The form had been sent before, so that nothing was sent now. */
  readonly sentBefore?: boolean;
}

/** A button or link of the page; `bank` leaves for the bank's page, `shop` goes back to the merchant's. */
export type PageAction = 'start' | 'submit' | 'resend' | 'bank' | 'cancel' | 'check' | 'shop';

/** What the customer sees and may do: the whole of the page's logic, as data. */
export interface ViewModel {
  readonly tone: 'ask' | 'success' | 'danger' | 'warning';
  /** The heading; of a step that asks for the code, the field's label. */
  readonly title: string;
  readonly text: string;
  readonly hint: string;
  /** What is wrong with the code. */
  readonly error: string;
  /** News, above everything that can be done. */
  readonly notices: readonly string[];
  /** How long to wait before asking for another code; beside its button. */
  readonly resendText: string;
  /** For support; only where something went wrong. */
  readonly reference: string;
  /** What may be done, with the words for it. */
  readonly actions: Readonly<Partial<Record<PageAction, string>>>;
  /** The one action that stands out. */
  readonly primary: PageAction | undefined;
}

const tones: Partial<Record<Phase, ViewModel['tone']>> = {
  authorized: 'success',
  failed: 'danger',
  exhausted: 'danger',
  superseded: 'warning',
  cancelled: 'warning',
  unresolved: 'warning',
};

/** Advice to do the same again: true only where the order takes another payment. */
const repeatAdvice: ReadonlySet<string> = new Set(['checkDetails', 'payAgain', 'tryLater']);

const isEnd = (phase: Phase): boolean => phase in tones && phase !== 'unresolved';

/** What to show of a payment after a form was answered. */
export function toViewModel(view: PaymentView, messages: PageMessages, outcome: FormOutcome): ViewModel {
  const { phase, problem, display, attempts } = view;
  const can = (step: NextStep): boolean => view.next.includes(step);
  const code = problem?.code;
  const end = isEnd(phase);
  const isExpired = code === 'SESSION_EXPIRED' && !end;
  const isOpen = !isExpired && (phase === 'awaitingOtp' || phase === 'unresolved');
  const asks = isOpen && can('submit');
  const isReady = !isExpired && phase === 'ready';
  const atBank = isReady && code === 'NATIVE_OTP_UNAVAILABLE';
  // Out of tries here, and perhaps not at the bank: `next` tells.
  const isExhausted = phase === 'exhausted';
  const misses = attempts?.misses ?? 0;
  const values = {
    merchant: display?.merchantName ?? messages.shop,
    amount: display?.amount ? formatMoney(display.amount, messages.money) : messages.amount,
    count: attempts?.leftAtBank ?? '',
    destination: display?.destination ?? '',
    time: formatSeconds(view.resendInSeconds ?? 0, messages.language),
  };
  const say = (text: string): string => fill(text, values);

  const actions: Partial<Record<PageAction, string>> = {};
  if (isReady && !atBank) actions.start = problem ? messages.retry : messages.start;
  if (asks) actions.submit = messages.submit;
  if (asks && can('resend')) actions.resend = messages.resend;
  if ((!end || isExhausted) && !isExpired && view.challengeUrl !== undefined) actions.bank = messages.bank;
  const isInFlight = phase === 'generating' || phase === 'resending';
  if (isInFlight || (can('check') && phase !== 'ready')) actions.check = messages.check;
  if (isOpen || isReady) actions.cancel = messages.cancel;
  if (end || isExpired || (atBank && actions.bank === undefined)) {
    actions.shop = can('payAgain') ? messages.payAgainLink : say(messages.backLink);
  }

  const primary = choosePrimary(actions, misses > 1 || atBank || isExhausted);
  if (primary === 'bank') actions.bank = messages.bankMain;
  const [title, text] = getHeadline(view, messages, {
    asks,
    isExpired,
    atBank: (atBank || isExhausted) && primary === 'bank',
  });
  return {
    tone: isExpired ? 'warning' : (tones[phase] ?? 'ask'),
    title,
    text: say(text),
    hint: asks ? say(display?.destination === undefined ? messages.hint : `${messages.hint} ${messages.lookAt}`) : '',
    error: asks ? say(getError(view, messages, outcome, misses)) : '',
    notices: getNotices(view, messages, outcome, { asks, isReady }).map(say),
    resendText: say(view.resendInSeconds ? `${messages.noCodeYet} ${messages.resendWait}` : messages.noCodeYet),
    reference: (end ? phase !== 'authorized' : isExpired || phase === 'unresolved' || problem) ? view.reference : '',
    actions,
    primary,
  };
}

function choosePrimary(actions: ViewModel['actions'], bankFirst: boolean): PageAction | undefined {
  const order: PageAction[] = ['check', 'submit', 'start', 'bank', 'shop'];
  return (bankFirst ? (['bank', ...order] as PageAction[]) : order).find((action) => action in actions);
}

function getHeadline(
  { phase, problem, next }: PaymentView,
  messages: PageMessages,
  { asks, isExpired, atBank }: { asks: boolean; isExpired: boolean; atBank: boolean },
): [title: string, text: string] {
  if (isExpired) return [messages.expired, messages.goOnText];
  switch (phase) {
    case 'ready':
      return [atBank ? messages.atBank : messages.idle, problemText(messages, problem?.code) || messages.idleText];
    case 'generating':
    case 'resending':
      return [messages[phase], messages.generatingText];
    case 'awaitingOtp':
      return [asks ? messages.label : messages.idle, ''];
    default: {
      const advice = problem?.advice;
      if (advice === 'orderCancelled') return [messages.failed, `${messages.orderCancelled} ${messages.cancelledText}`];
      const isTrue = advice !== undefined && (next.includes('payAgain') || !repeatAdvice.has(advice));
      return [
        atBank ? messages.atBank : messages[phase],
        messages[`${phase}Text`] + (isTrue ? ` ${messages[advice]}` : ''),
      ];
    }
  }
}

/** The sentence for a problem, where there is one. */
function problemText(messages: PageMessages, code: string | undefined): string {
  return (code !== undefined && (messages as Readonly<Record<string, string>>)[code]) || '';
}

function getError(
  { problem, attempts }: PaymentView,
  messages: PageMessages,
  { error }: FormOutcome,
  misses: number,
): string {
  if (error) return messages[error];
  if (problem?.code !== 'OTP_NOT_ACCEPTED') return '';
  const missed = misses > 1 ? messages.lastMiss : messages.OTP_NOT_ACCEPTED;
  if (attempts?.leftAtBank === undefined) return missed;
  const category = new Intl.PluralRules(messages.language).select(attempts.leftAtBank);
  return `${missed} ${messages[`triesLeft_${category}`] ?? messages.triesLeft_other}`;
}

function getNotices(
  { phase, problem, leftForBank }: PaymentView,
  messages: PageMessages,
  { action, sentBefore = false }: FormOutcome,
  { asks, isReady }: { asks: boolean; isReady: boolean },
): string[] {
  const code = problem?.code;
  const notices: string[] = [];
  if (asks && sentBefore) notices.push(messages.sentBefore);
  if (asks && phase === 'awaitingOtp' && !problem) {
    if (action === 'generate') notices.push(messages.otpSent);
    if (action === 'resend') notices.push(messages.otpResent);
  }
  if (asks && leftForBank) notices.push(messages.newerOtpPossible);
  if (!isReady && code !== 'OTP_NOT_ACCEPTED') notices.push(problemText(messages, code));
  return notices.filter((notice) => notice !== '');
}
