/** The state machine of the OTP step: a pure function of state, event and time. */
import { onResponse, applyView, scheduleNextPoll } from './machine-responses.ts';
import { poll, generate, beginCall } from './machine-requests.ts';
import type { NextStep, PaymentView } from './contract.ts';
import type { DraftState, Machine, MachineEvent } from './machine-state.ts';
import { isEnd, isOverdue, awaitedDuring } from './machine-timing.ts';

/** Creates the initial machine, from `view` when the page already has one. */
export function createMachine(view: PaymentView | undefined, nowMs: number): Machine {
  const draft: DraftState = {
    status: 'idle',
    next: [],
    misses: 0,
    online: true,
    nowMs,
    revision: -1,
    polls: 0,
  };
  if (view) applyView(draft, view);
  return draft;
}

/** Serializes the public part of a machine, a `FlowState`, to JSON. */
export function serializeState(machine: Machine): string {
  const { nowMs, started, hidden, needsOtp, revision, call, polls, wait, ...publicState } = machine;
  return JSON.stringify(publicState);
}

/**
 * Polls when the page becomes visible or the network returns: the last view is old, and a poll in flight may be lost.
 * After a return from the bank's page the call that announced the departure is dropped as well.
 */
function refresh(draft: DraftState, isBack?: boolean): void {
  if (!draft.started || draft.hidden || !draft.online) return;
  const { name, deadlineMs = 0 } = draft.call ?? {};
  // A page that comes back reports it twice, as visible and as restored: a poll of the last second is not lost.
  if (name === 'payment' ? deadlineMs <= draft.nowMs + 14_000 : isBack && name === 'bank') draft.call = undefined;
  poll(draft, draft.busy);
}

/** Returns the next state; the caller makes a new `call` in it. Pure: never throws, reads no clock, mutates no argument. */
export function transition(state: Machine, event: MachineEvent, nowMs: number): Machine {
  if (isEnd(state)) return state;
  const draft: DraftState = { ...state, nowMs };
  const busy = draft.call && draft.call.name !== 'payment';
  const can = (step: NextStep): boolean => draft.online && draft.next.includes(step);
  switch (event.type) {
    case 'start':
      if (busy) break;
      draft.started = true;
      draft.needsOtp = draft.status === 'idle';
      if (state.started || draft.revision < 0) poll(draft, 'start');
      else if (!generate(draft)) scheduleNextPoll(draft);
      break;
    case 'submit':
      if (!busy && can('submit') && /^[0-9]{4,8}$/.test(event.otp)) beginCall(draft, 'submit', 'submit');
      break;
    case 'resend':
      if (!busy && can('resend') && nowMs >= (draft.resendAtMs ?? 0)) beginCall(draft, 'resend', 'resend');
      break;
    case 'redirect':
      // Allowed while an OTP is awaited, because the customer may prefer the bank's page to waiting.
      if (!draft.challengeUrl || !can('redirect') || draft.busy === 'redirect') break;
      draft.needsOtp = false;
      beginCall(draft, 'bank', 'redirect', event.inTab);
      break;
    case 'cancel':
      if (!busy && !awaitedDuring[draft.status] && draft.online) beginCall(draft, 'cancel', 'cancel');
      break;
    case 'check':
      poll(draft, 'check');
      break;
    case 'drift':
      poll(draft);
      break;
    case 'result':
      if (draft.call === event.call) onResponse(draft, event.call, event.result);
      break;
    case 'tick':
      if (draft.call && nowMs >= draft.call.deadlineMs) onResponse(draft, draft.call);
      else if (isOverdue(draft)) scheduleNextPoll(draft);
      // A hidden page polls only while the customer waits for an outcome.
      else if (nowMs >= (draft.pollAtMs ?? Infinity) && (!draft.hidden || awaitedDuring[draft.status])) poll(draft);
      break;
    case 'online':
    case 'offline':
      draft.online = event.type === 'online';
      refresh(draft);
      break;
    default:
      draft.hidden = event.type === 'hidden';
      refresh(draft, event.type === 'restored');
  }
  return draft;
}
