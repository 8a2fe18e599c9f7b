import type { FlowState, FlowStatus } from '@plural-otp/flow';
import type { ProblemCode } from '@plural-otp/flow/contract';

/** What every event of the step carries: where to find the payment again. Never a code, card or token. */
export interface PluralOtpDetail {
  /** Opaque and safe in logs, URLs and on the phone to support; absent before the first answer. */
  readonly reference: string | undefined;
}

export interface PluralOtpStateDetail extends PluralOtpDetail {
  readonly status: FlowStatus;
  readonly previous: FlowStatus;
  readonly problem: ProblemCode | undefined;
}

export interface PluralOtpFailedDetail extends PluralOtpDetail {
  /**
   * `declined`: the bank or Plural said no. `exhausted`: too many wrong codes. `superseded`: another payment paid the
   * order. `cancelled`: the order was called off; what the customer cancels here is `plural-otp-cancelled`.
   */
  readonly reason: 'declined' | 'exhausted' | 'superseded' | 'cancelled';
  /** Whether the backend allows another payment on the same order. */
  readonly payAgain: boolean;
}

export interface PluralOtpRedirectDetail extends PluralOtpDetail {
  /** The bank's own page for this payment. */
  readonly challengeUrl: string;
}

/** The class of one event; an event of it bubbles and leaves shadow trees. */
export type EventClass<Detail extends PluralOtpDetail> = new (detail: Detail) => CustomEvent<Detail>;

const eventClass = <Detail extends PluralOtpDetail>(name: string): EventClass<Detail> =>
  class extends CustomEvent<Detail> {
    constructor(detail: Detail) {
      super(`plural-otp-${name}`, { bubbles: true, composed: true, cancelable: name === 'redirect', detail });
    }
  };

/** `plural-otp-state`: the step's status or problem changed. */
export type PluralOtpStateEvent = CustomEvent<PluralOtpStateDetail>;
export const PluralOtpStateEvent: EventClass<PluralOtpStateDetail> = eventClass('state');

/** `plural-otp-authorized`: the order shows this payment as paid, or as held when it was pre-authorised. */
export type PluralOtpAuthorizedEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpAuthorizedEvent: EventClass<PluralOtpDetail> = eventClass('authorized');

/** `plural-otp-failed`: this payment cannot succeed any more. */
export type PluralOtpFailedEvent = CustomEvent<PluralOtpFailedDetail>;
export const PluralOtpFailedEvent: EventClass<PluralOtpFailedDetail> = eventClass('failed');

/** `plural-otp-cancelled`: the customer gave the payment up. Says nothing about money: the backend's verdict does. */
export type PluralOtpCancelledEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpCancelledEvent: EventClass<PluralOtpDetail> = eventClass('cancelled');

/** `plural-otp-unresolved`: the bank has not answered for a minute. Not an end: the step goes on asking. */
export type PluralOtpUnresolvedEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpUnresolvedEvent: EventClass<PluralOtpDetail> = eventClass('unresolved');

/** `plural-otp-expired`: the session no longer allows acts; give the element a new one, or reload. */
export type PluralOtpExpiredEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpExpiredEvent: EventClass<PluralOtpDetail> = eventClass('expired');

/** `plural-otp-redirect`: the customer asked for the bank's page. Cancel it to stay, or to go there in your own way. */
export type PluralOtpRedirectEvent = CustomEvent<PluralOtpRedirectDetail>;
export const PluralOtpRedirectEvent: EventClass<PluralOtpRedirectDetail> = eventClass('redirect');

const statusEvents: Partial<Record<FlowStatus, EventClass<PluralOtpDetail>>> = {
  authorized: PluralOtpAuthorizedEvent,
  cancelled: PluralOtpCancelledEvent,
  unresolved: PluralOtpUnresolvedEvent,
};

/** The events of one change of state, in order. */
export function createEvents(state: FlowState, previous: FlowState): Event[] {
  const { status, problem, reference } = state;
  const code = problem?.code;
  const events: Event[] = [];
  const statusChanged = status !== previous.status;
  const problemChanged = code !== previous.problem?.code;
  if (statusChanged || problemChanged)
    events.push(new PluralOtpStateEvent({ reference, status, previous: previous.status, problem: code }));
  if (problemChanged && code === 'SESSION_EXPIRED') events.push(new PluralOtpExpiredEvent({ reference }));
  const StatusEvent = statusChanged && statusEvents[status];
  if (StatusEvent) events.push(new StatusEvent({ reference }));
  if (statusChanged && (status === 'exhausted' || status === 'superseded' || status === 'failed')) {
    const ended = problem?.advice === 'orderCancelled' ? 'cancelled' : 'declined';
    const reason = status === 'failed' ? ended : status;
    events.push(new PluralOtpFailedEvent({ reference, reason, payAgain: state.next.includes('payAgain') }));
  }
  return events;
}
