import type { FlowState, TransportResult } from './flow-state.ts';

/** The calls the machine can ask for: the transport's five, with the two ways to leave told apart. */
export type CallName = 'generate' | 'submit' | 'resend' | 'payment' | 'bank' | 'cancel';

/** The one call under way; a new one is to be made, in place of the old. Every call but `payment` is an act of the customer. */
export interface Call {
  readonly name: CallName;
  /** True when the same deed is told again because its answer was lost. */
  readonly isRetry: boolean;
  /** When it counts as unanswered. */
  readonly deadlineMs: number;
  /** The machine before it, but for what the page tells: where a refused act leads back to. */
  readonly before: Omit<Machine, 'call' | 'hidden' | 'online' | 'nowMs'>;
}

/** Something the customer waits for, and when waiting for it ends. */
export interface Wait {
  readonly for: 'otp' | 'verdict';
  readonly deadlineMs: number;
  /** The act it began with here, and the revision it was made at: a newer view has heard of it. */
  readonly action?: CallName | undefined;
  readonly revision: number;
}

/** What the machine needs to go on, beside what is shown. */
export interface InternalState {
  /** The moment of the last event. */
  nowMs: number;
  /** Something was asked for, and the session still lives: time and the page's news have a meaning. */
  started?: boolean;
  hidden?: boolean;
  /** The customer wants a code, and none was asked for yet. */
  needsOtp?: boolean;
  /** Of the newest view; -1 before the first. */
  revision: number;
  call?: Call | undefined;
  /** How often the backend was asked since the status last changed. */
  polls: number;
  wait?: Wait | undefined;
}

type RequiredKey = 'status' | 'next' | 'misses' | 'online';

/** What is shown, within one step: `undefined` takes a member away. */
export type PublicState = { -readonly [Key in RequiredKey]: FlowState[Key] } & {
  -readonly [Key in Exclude<keyof FlowState, RequiredKey>]?: FlowState[Key] | undefined;
};

/** A machine within one step: a copy that the step may change. */
export type DraftState = InternalState & PublicState;

/** Everything the machine knows. Immutable between steps; holds no OTP. */
export type Machine = Readonly<DraftState>;

/** What the page noticed. */
export type PageEvent = 'visible' | 'hidden' | 'online' | 'offline' | 'restored';

export type MachineEvent =
  | { readonly type: 'start' | 'resend' | 'redirect' | 'cancel' | 'check' | 'tick' | PageEvent }
  | { readonly type: 'submit'; readonly otp: string }
  | { readonly type: 'result'; readonly call: Call; readonly result: TransportResult | undefined };
