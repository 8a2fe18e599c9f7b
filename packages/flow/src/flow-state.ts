import type { EntryNote, LeaveBody, NextStep, PaymentDisplay, PaymentView, Problem, ProblemBody } from './contract.ts';

/** Status of the step. The last five are final, except `exhausted` while `next` still offers the bank's page. */
export type FlowStatus =
  | 'idle'
  | 'generating'
  | 'awaitingOtp'
  | 'resending'
  | 'submitting'
  | 'confirming'
  | 'redirecting'
  | 'unresolved'
  | 'authorized'
  | 'failed'
  | 'exhausted'
  | 'superseded'
  | 'cancelled';

/** News to announce once, in addition to the status. */
export type FlowNotice = 'otpSent' | 'otpResent' | 'newerOtpPossible';

/** Action of the customer. `start` includes the request for the first OTP. */
export type FlowAction = 'start' | 'submit' | 'resend' | 'redirect' | 'cancel' | 'check';

/** Everything a user interface needs. Immutable: a change is a new object. Never contains an OTP. */
export interface FlowState {
  readonly status: FlowStatus;
  /** Steps that the backend allows now. */
  readonly next: readonly NextStep[];
  readonly problem?: Problem;
  readonly notice?: FlowNotice;
  /** Number of OTPs that the issuer rejected so far. */
  readonly misses: number;
  /** Remaining attempts, only when the issuer reported them. */
  readonly leftAtBank?: number;
  /** Time from which a resend is allowed, on the flow's clock (epoch ms). */
  readonly resendAtMs?: number;
  /** Time of the next automatic poll, on the flow's clock (epoch ms). */
  readonly pollAtMs?: number;
  /**
   * Action whose response is awaited. Until it arrives every other action is ignored, but after `check` and while
   * `redirect` is allowed. A page that shows nothing else should say so.
   */
  readonly busy?: FlowAction;
  /** False while the browser is offline: actions are ignored, and the page should say so. */
  readonly online: boolean;
  readonly reference?: string;
  readonly challengeUrl?: string;
  readonly display?: PaymentDisplay;
}

/** A running OTP step. No method throws or rejects: the outcome is in `state`. All methods are bound. */
export interface OtpFlow {
  readonly state: FlowState;
  /** Clock of the flow, in epoch milliseconds, to compare deadlines in `state` with. */
  readonly now: () => number;
  /** Calls `listener` after each change. Returns a function that unsubscribes it. */
  subscribe(listener: (state: FlowState, previous: FlowState) => void): () => void;
  /** Requests the view if there is none, and generates an OTP if none was generated yet. */
  start(): void;
  /** Submits 4 to 8 ASCII digits once, with a note on how they were entered. Ignored while another action is in flight. */
  submit(otp: string, entry?: EntryNote): void;
  /** Requests another OTP. Ignored before `resendAtMs`. */
  resend(): void;
  /**
   * Records that the customer leaves for the bank's page. The caller navigates to `challengeUrl`. With `inTab` the
   * bank's page opens next to this one, so the status stays.
   */
  redirect(options?: { readonly inTab?: boolean }): void;
  /** Reports that the page is closed or left. Sent only while an OTP is awaited; nothing waits for its response. */
  away(entry?: EntryNote): void;
  /** Cancels the payment, where the backend still allows it. */
  cancel(): void;
  /** Polls now. */
  check(): void;
  /** Reports an event of the page, because a flow has no DOM access. */
  notify(event: 'visible' | 'hidden' | 'online' | 'offline' | 'restored'): void;
  /** Stops timers and requests. The flow cannot be restarted. */
  close(): void;
}

/** Result of a transport call: a view, an error response with a problem, or no usable response. */
export type TransportResult =
  | { readonly kind: 'view'; readonly view: PaymentView }
  | {
      readonly kind: 'rejected';
      readonly status: number;
      readonly problem: ProblemBody['problem'];
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'unreachable' };

/** Calls to the merchant's backend. A call that rejects counts as `unreachable`. */
export interface OtpTransport {
  generate(idempotencyKey: string, signal: AbortSignal): Promise<TransportResult>;
  submit(otp: string, idempotencyKey: string, signal: AbortSignal, entry?: EntryNote): Promise<TransportResult>;
  resend(idempotencyKey: string, signal: AbortSignal): Promise<TransportResult>;
  payment(signal: AbortSignal): Promise<TransportResult>;
  /** With `away` the page is being closed, so that the request has to outlive it; its result is ignored. */
  leave(to: LeaveBody['to'], idempotencyKey: string, signal: AbortSignal, entry?: EntryNote): Promise<TransportResult>;
}
