import type { NextStep, PaymentView, Phase } from '@plural-otp/flow/contract';
import { moneyText, secondsText } from './format.ts';
import type { PageDeed } from './form-fields.ts';
import type { CodeRefusal } from './parse-otp.ts';
import { fill, type PageWords } from './messages.ts';

/** What the form that is answered did, beside what the view tells. */
export interface Answered {
  readonly deed: PageDeed;
  /** Why the text in the field was not sent. */
  readonly refusal?: CodeRefusal | undefined;
  /** The form had been sent before, so that nothing was sent now. */
  readonly sentBefore?: boolean;
}

/** A button or link of the page; `bank` leaves for the bank's page, `shop` goes back to the merchant's. */
export type PageAct = 'start' | 'submit' | 'resend' | 'bank' | 'cancel' | 'check' | 'shop';

/** What the customer sees and may do: the whole of the page's logic, as data. */
export interface Screen {
  readonly tone: 'ask' | 'good' | 'bad' | 'unsure';
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
  readonly acts: Readonly<Partial<Record<PageAct, string>>>;
  /** The one act that stands out. */
  readonly main: PageAct | undefined;
}

const tones: Partial<Record<Phase, Screen['tone']>> = {
  authorized: 'good',
  failed: 'bad',
  exhausted: 'bad',
  superseded: 'unsure',
  cancelled: 'unsure',
  unresolved: 'unsure',
};

/** Advice to do the same again: true only where the order takes another payment. */
const again: ReadonlySet<string> = new Set(['checkDetails', 'payAgain', 'tryLater']);

const isEnd = (phase: Phase): boolean => phase in tones && phase !== 'unresolved';

/** What to show of a payment after a form was answered. */
export function screenOf(view: PaymentView, words: PageWords, answered: Answered): Screen {
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
    merchant: display?.merchantName ?? words.shop,
    amount: display?.amount ? moneyText(display.amount, words.money) : words.amount,
    count: attempts?.leftAtBank ?? '',
    destination: display?.destination ?? '',
    time: secondsText(view.resendInSeconds ?? 0, words.language),
  };
  const say = (text: string): string => fill(text, values);

  const acts: Partial<Record<PageAct, string>> = {};
  if (isReady && !atBank) acts.start = problem ? words.retry : words.start;
  if (asks) acts.submit = words.submit;
  if (asks && can('resend')) acts.resend = words.resend;
  if ((!end || isExhausted) && !isExpired && view.challengeUrl !== undefined) acts.bank = words.bank;
  const isUnderWay = phase === 'generating' || phase === 'resending';
  if (isUnderWay || (can('check') && phase !== 'ready')) acts.check = words.check;
  if (isOpen || isReady) acts.cancel = words.cancel;
  if (end || isExpired || (atBank && acts.bank === undefined)) {
    acts.shop = can('payAgain') ? words.payAgainLink : say(words.backLink);
  }

  const main = mainAct(acts, misses > 1 || atBank || isExhausted);
  if (main === 'bank') acts.bank = words.bankMain;
  const [title, text] = headline(view, words, { asks, isExpired, atBank: (atBank || isExhausted) && main === 'bank' });
  return {
    tone: isExpired ? 'unsure' : (tones[phase] ?? 'ask'),
    title,
    text: say(text),
    hint: asks ? say(display?.destination === undefined ? words.hint : `${words.hint} ${words.lookAt}`) : '',
    error: asks ? say(errorOf(view, words, answered, misses)) : '',
    notices: noticesOf(view, words, answered, { asks, isReady }).map(say),
    resendText: say(view.resendInSeconds ? `${words.noCodeYet} ${words.resendWait}` : words.noCodeYet),
    reference: (end ? phase !== 'authorized' : isExpired || phase === 'unresolved' || problem) ? view.reference : '',
    acts,
    main,
  };
}

function mainAct(acts: Screen['acts'], bankFirst: boolean): PageAct | undefined {
  const order: PageAct[] = ['check', 'submit', 'start', 'bank', 'shop'];
  return (bankFirst ? (['bank', ...order] as PageAct[]) : order).find((act) => act in acts);
}

function headline(
  { phase, problem, next }: PaymentView,
  words: PageWords,
  { asks, isExpired, atBank }: { asks: boolean; isExpired: boolean; atBank: boolean },
): [title: string, text: string] {
  if (isExpired) return [words.expired, words.goOnText];
  switch (phase) {
    case 'ready':
      return [atBank ? words.atBank : words.idle, sentence(words, problem?.code) || words.idleText];
    case 'generating':
    case 'resending':
      return [words[phase], words.generatingText];
    case 'awaitingOtp':
      return [asks ? words.label : words.idle, ''];
    default: {
      const advice = problem?.advice;
      if (advice === 'orderCancelled') return [words.failed, `${words.orderCancelled} ${words.cancelledText}`];
      const isTrue = advice !== undefined && (next.includes('payAgain') || !again.has(advice));
      return [atBank ? words.atBank : words[phase], words[`${phase}Text`] + (isTrue ? ` ${words[advice]}` : '')];
    }
  }
}

/** The sentence for a problem, where there is one. */
function sentence(words: PageWords, code: string | undefined): string {
  return (code !== undefined && (words as Readonly<Record<string, string>>)[code]) || '';
}

function errorOf({ problem, attempts }: PaymentView, words: PageWords, { refusal }: Answered, misses: number): string {
  if (refusal) return words[refusal];
  if (problem?.code !== 'OTP_NOT_ACCEPTED') return '';
  const missed = misses > 1 ? words.lastMiss : words.OTP_NOT_ACCEPTED;
  if (attempts?.leftAtBank === undefined) return missed;
  const category = new Intl.PluralRules(words.language).select(attempts.leftAtBank);
  return `${missed} ${words[`triesLeft_${category}`] ?? words.triesLeft_other}`;
}

function noticesOf(
  { phase, problem, leftForBank }: PaymentView,
  words: PageWords,
  { deed, sentBefore = false }: Answered,
  { asks, isReady }: { asks: boolean; isReady: boolean },
): string[] {
  const code = problem?.code;
  const notices: string[] = [];
  if (asks && sentBefore) notices.push(words.sentBefore);
  if (asks && phase === 'awaitingOtp' && !problem) {
    if (deed === 'generate') notices.push(words.otpSent);
    if (deed === 'resend') notices.push(words.otpResent);
  }
  if (asks && leftForBank) notices.push(words.newerOtpPossible);
  if (!isReady && code !== 'OTP_NOT_ACCEPTED') notices.push(sentence(words, code));
  return notices.filter((notice) => notice !== '');
}
