/** Events of the step: their classes, their details, and the state changes that emit them. */
import type { FlowState, FlowStatus } from '@plural-otp/flow';
import type { ProblemCode } from '@plural-otp/flow/contract';
import { isFinal } from '@plural-otp/flow/presentation';

/** Members that every event of the step carries. No event carries a code, a card or a token. */
export interface PluralOtpDetail {
  /** Support reference: opaque, safe in logs and URLs. `undefined` before the first response. */
  readonly reference: string | undefined;
}

/** Detail of `plural-otp-state`. */
export interface PluralOtpStateDetail extends PluralOtpDetail {
  readonly status: FlowStatus;
  readonly previous: FlowStatus;
  readonly problem: ProblemCode | undefined;
}

/** Detail of `plural-otp-failed`. */
export interface PluralOtpFailedDetail extends PluralOtpDetail {
  /**
   * Cause of the failure. `declined`: the bank or Plural declined. `exhausted`: too many wrong codes. `cancelled`: the
   * order was cancelled; a cancellation by the customer emits `plural-otp-cancelled` instead.
   */
  readonly reason: 'declined' | 'exhausted' | 'cancelled';
  /** True when the backend allows another payment on the same order. */
  readonly payAgain: boolean;
}

/** Detail of `plural-otp-error`. */
export interface PluralOtpErrorDetail extends PluralOtpDetail {
  /** Mistake of the page or its backend, and the remedy. For developers: no text for customers. */
  readonly message: string;
}

/** Detail of `plural-otp-redirect`. */
export interface PluralOtpRedirectDetail extends PluralOtpDetail {
  /** URL of the bank's page for this payment. */
  readonly challengeUrl: string;
}

/** Constructor of one event type. Its events bubble and cross shadow roots. */
export type EventClass<Detail extends PluralOtpDetail> = new (detail: Detail) => CustomEvent<Detail>;

// A server may import the module, and may have no such class.
const Base: typeof CustomEvent = globalThis.CustomEvent ?? Object;

const eventClass = <Detail extends PluralOtpDetail>(name: string): EventClass<Detail> =>
  class extends Base<Detail> {
    constructor(detail: Detail) {
      super(`plural-otp-${name}`, { bubbles: true, composed: true, cancelable: name === 'redirect', detail });
    }
  };

/** `plural-otp-state`: emitted when the status or the problem changes. */
export type PluralOtpStateEvent = CustomEvent<PluralOtpStateDetail>;
export const PluralOtpStateEvent: EventClass<PluralOtpStateDetail> = eventClass('state');

/** `plural-otp-authorized`: emitted when the order shows this payment as paid, or as authorized when it was pre-authorized. */
export type PluralOtpAuthorizedEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpAuthorizedEvent: EventClass<PluralOtpDetail> = eventClass('authorized');

/** `plural-otp-failed`: emitted when this payment can no longer succeed. */
export type PluralOtpFailedEvent = CustomEvent<PluralOtpFailedDetail>;
export const PluralOtpFailedEvent: EventClass<PluralOtpFailedDetail> = eventClass('failed');

/** `plural-otp-cancelled`: emitted when the customer cancels. Only the backend's verdict says what happened to the money. */
export type PluralOtpCancelledEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpCancelledEvent: EventClass<PluralOtpDetail> = eventClass('cancelled');

/** `plural-otp-superseded`: emitted when another payment paid the order. Nothing is left to pay. */
export type PluralOtpSupersededEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpSupersededEvent: EventClass<PluralOtpDetail> = eventClass('superseded');

/** `plural-otp-ready`: emitted once the step shows more than that it waits: the field, a button or an outcome. */
export type PluralOtpReadyEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpReadyEvent: EventClass<PluralOtpDetail> = eventClass('ready');

/** `plural-otp-error`: emitted when the page uses the step wrongly, or the backend's responses are none of the handler. */
export type PluralOtpErrorEvent = CustomEvent<PluralOtpErrorDetail>;
export const PluralOtpErrorEvent: EventClass<PluralOtpErrorDetail> = eventClass('error');

/** `plural-otp-unresolved`: emitted when the outcome is still unknown after a minute. Not an end: the step keeps polling. */
export type PluralOtpUnresolvedEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpUnresolvedEvent: EventClass<PluralOtpDetail> = eventClass('unresolved');

/** `plural-otp-expired`: emitted when the session no longer allows actions. Set a new session, or reload the page. */
export type PluralOtpExpiredEvent = CustomEvent<PluralOtpDetail>;
export const PluralOtpExpiredEvent: EventClass<PluralOtpDetail> = eventClass('expired');

/**
 * `plural-otp-redirect`: emitted before the step leaves for the bank's page. `preventDefault()` keeps the
 * customer here, or lets the page go there in its own way.
 */
export type PluralOtpRedirectEvent = CustomEvent<PluralOtpRedirectDetail>;
export const PluralOtpRedirectEvent: EventClass<PluralOtpRedirectDetail> = eventClass('redirect');

/** Statuses that emit an event without a detail of its own. */
const statusEvents: Partial<Record<FlowStatus, EventClass<PluralOtpDetail>>> = {
  authorized: PluralOtpAuthorizedEvent,
  cancelled: PluralOtpCancelledEvent,
  superseded: PluralOtpSupersededEvent,
  unresolved: PluralOtpUnresolvedEvent,
};

/** Returns the events of one state change, in the order in which they are dispatched. */
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
  // Attempts used up here are no failure while the bank's page may take a code.
  const isOver = isFinal(state) && (statusChanged || !isFinal(previous));
  if (isOver && (status === 'exhausted' || status === 'failed')) {
    const failure = problem?.advice === 'orderCancelled' ? 'cancelled' : 'declined';
    const reason = status === 'failed' ? failure : status;
    events.push(new PluralOtpFailedEvent({ reference, reason, payAgain: state.next.includes('payAgain') }));
  }
  return events;
}
