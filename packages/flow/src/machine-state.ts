import type { FlowState, TransportResult } from './flow-state.ts';

/** Calls of the machine: those of the transport, with `leave` split by destination. */
export type CallName = 'generate' | 'submit' | 'resend' | 'payment' | 'bank' | 'cancel';

/** The call in flight, at most one. Every call except `payment` is an action of the customer. */
export interface Call {
  readonly name: CallName;
  /** True for a retry after a lost response, which repeats the idempotency key. */
  readonly isRetry: boolean;
  /** Time after which it counts as without response, in epoch milliseconds. */
  readonly deadlineMs: number;
  /** State before the call, without members that the page sets. A rejected action restores it. */
  readonly before: Omit<Machine, 'call' | 'busy' | 'hidden' | 'online' | 'nowMs'>;
}

/** An awaited outcome and its deadline. */
export interface Wait {
  readonly for: 'otp' | 'verdict';
  readonly deadlineMs: number;
  /** Action that the wait began with, if any. */
  readonly action?: CallName | undefined;
  /** Revision at the time of that action. A view with a higher one includes its effect. */
  readonly revision: number;
}

/** Members of the machine that are not part of the public state. */
export interface InternalState {
  /** Time of the last event, in epoch milliseconds. */
  nowMs: number;
  /** True from the first call until the session expires. Otherwise time and page events have no effect. */
  started?: boolean;
  hidden?: boolean;
  /** True while the customer needs an OTP that was not generated yet. */
  needsOtp?: boolean;
  /** Revision of the newest view; -1 before the first. */
  revision: number;
  call?: Call | undefined;
  /** Number of polls since the status last changed. */
  polls: number;
  wait?: Wait | undefined;
}

type RequiredKey = 'status' | 'next' | 'misses' | 'online';

/** Mutable form of `FlowState` within one transition. `undefined` removes a member. */
export type PublicState = { -readonly [Key in RequiredKey]: FlowState[Key] } & {
  -readonly [Key in Exclude<keyof FlowState, RequiredKey>]?: FlowState[Key] | undefined;
};

/** Copy of the machine that a transition mutates. */
export type DraftState = InternalState & PublicState;

/** The whole state. Immutable between transitions; never contains an OTP. */
export type Machine = Readonly<DraftState>;

/** Events of the page; `drift` means that its clocks moved apart. */
export type PageEvent = 'visible' | 'hidden' | 'online' | 'offline' | 'restored' | 'drift';

export type MachineEvent =
  | { readonly type: 'start' | 'resend' | 'cancel' | 'check' | 'tick' | PageEvent }
  | { readonly type: 'redirect'; readonly inTab?: boolean | undefined }
  | { readonly type: 'submit'; readonly otp: string }
  | { readonly type: 'result'; readonly call: Call; readonly result: TransportResult | undefined };
