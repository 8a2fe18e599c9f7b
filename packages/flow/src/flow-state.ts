import type { NextStep, PaymentDisplay, PaymentView, Problem, ProblemBody } from './contract.ts';

/** Where the customer stands. The last five are ends: nothing leaves them. */
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

/** Good news worth saying once, beside the status. */
export type FlowNotice = 'otpSent' | 'otpResent' | 'newerOtpPossible';

/** The whole of what a screen needs. Immutable; a change is a new object. Never holds an OTP. */
export interface FlowState {
  readonly status: FlowStatus;
  /** What the backend says may be done now. */
  readonly next: readonly NextStep[];
  readonly problem?: Problem;
  readonly notice?: FlowNotice;
  /** Codes the issuer did not accept so far. */
  readonly misses: number;
  /** Tries left, only when the bank said so. */
  readonly leftAtBank?: number;
  /** When another code may be asked for, on the flow's clock (epoch ms). */
  readonly resendAtMs?: number;
  /** When the flow asks the backend again by itself, on the flow's clock (epoch ms). */
  readonly pollAtMs?: number;
  /** False while the network is away: acts are held back, and the screen says so. */
  readonly online: boolean;
  readonly reference?: string;
  readonly challengeUrl?: string;
  readonly display?: PaymentDisplay;
}

/** A running OTP step. No method throws or rejects: what became of it is in `state`. All are bound. */
export interface OtpFlow {
  readonly state: FlowState;
  /** The flow's clock, epoch milliseconds: what deadlines in `state` compare with. */
  readonly now: () => number;
  /** Calls `listener` after each change; returns a function that stops it. */
  subscribe(listener: (state: FlowState, previous: FlowState) => void): () => void;
  /** Asks where the payment stands, and asks the bank for a code if none was asked for yet. */
  start(): void;
  /** Sends 4 to 8 ASCII digits once; ignored while another act is under way. */
  submit(otp: string): void;
  /** Asks for another code; ignored before `resendAtMs`. */
  resend(): void;
  /** Records that the customer goes to the bank's page; the caller navigates to `challengeUrl`. */
  redirect(): void;
  /** Gives the payment up, where the backend still allows it. */
  cancel(): void;
  /** Asks where the payment stands, now. */
  check(): void;
  /** Tells what the page noticed: a flow has no DOM of its own. */
  notify(event: 'visible' | 'hidden' | 'online' | 'offline' | 'restored'): void;
  /** Stops timers and requests for good. */
  close(): void;
}

/** How a transport call ended: the backend's view, its refusal, or no answer. */
export type TransportResult =
  | { readonly kind: 'view'; readonly view: PaymentView }
  | {
      readonly kind: 'rejected';
      readonly status: number;
      readonly problem: ProblemBody['problem'];
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'unreachable' };

/** The five calls to the merchant's backend. No call rejects. */
export interface OtpTransport {
  generate(idempotencyKey: string, signal: AbortSignal): Promise<TransportResult>;
  submit(otp: string, idempotencyKey: string, signal: AbortSignal): Promise<TransportResult>;
  resend(idempotencyKey: string, signal: AbortSignal): Promise<TransportResult>;
  payment(signal: AbortSignal): Promise<TransportResult>;
  leave(to: 'bank' | 'cancel', idempotencyKey: string, signal: AbortSignal): Promise<TransportResult>;
}
