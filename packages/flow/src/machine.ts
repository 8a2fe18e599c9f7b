import { answered, seen, settle } from './machine-responses.ts';
import { ask, generate, send } from './machine-requests.ts';
import type { NextStep, PaymentView } from './contract.ts';
import type { Draft, Machine, MachineEvent } from './machine-state.ts';
import { isEnd, isOverdue, waitsFor } from './machine-timing.ts';

/** The machine before anything happened, drawn from `view` when the page already has one. */
export function begin(view: PaymentView | undefined, nowMs: number): Machine {
  const m: Draft = {
    status: 'idle',
    next: [],
    misses: 0,
    online: true,
    nowMs,
    revision: -1,
    asks: 0,
  };
  if (view) seen(m, view);
  return m;
}

/** What is shown of a machine, a `FlowState` as JSON. */
export function shownText(machine: Machine): string {
  const { nowMs, started, hidden, otpWanted, revision, call, asks, wait, ...shown } = machine;
  return JSON.stringify(shown);
}

/**
 * The page is seen again, or the network is back: the last answer is old, and a question under way perhaps lost.
 * A customer who is back from the bank's page waits for nothing that was said on the way there.
 */
function refresh(m: Draft, isBack?: boolean): void {
  if (!m.started || m.hidden || !m.online) return;
  if (m.call?.name === 'payment' || (isBack && m.call?.name === 'bank')) m.call = undefined;
  ask(m);
}

/** The next state; a new `call` in it is to be made. Never throws, reads no clock, and changes nothing it is given. */
export function transition(state: Machine, event: MachineEvent, nowMs: number): Machine {
  if (isEnd(state.status)) return state;
  const m: Draft = { ...state, nowMs };
  const busy = m.call && m.call.name !== 'payment';
  const may = (step: NextStep): boolean => m.online && m.next.includes(step);
  switch (event.type) {
    case 'start':
      if (busy) break;
      m.started = true;
      m.otpWanted = m.status === 'idle';
      if (state.started || m.revision < 0) ask(m);
      else if (!generate(m)) settle(m);
      break;
    case 'submit':
      if (!busy && may('submit') && /^[0-9]{4,8}$/.test(event.otp)) send(m, 'submit');
      break;
    case 'resend':
      if (!busy && may('resend') && nowMs >= (m.resendAtMs ?? 0)) send(m, 'resend');
      break;
    case 'redirect':
      // A wait for a code is no reason to hold back who would rather go to the bank's page.
      if (!m.challengeUrl || !may('redirect') || m.call?.name === 'bank') break;
      m.otpWanted = false;
      send(m, 'bank');
      break;
    case 'cancel':
      if (!busy && m.online && !waitsFor[m.status]) send(m, 'cancel');
      break;
    case 'check':
      ask(m);
      break;
    case 'answered':
      if (m.call === event.call) answered(m, event.call, event.result);
      break;
    case 'tick':
      if (m.call && nowMs >= m.call.untilMs) answered(m, m.call);
      else if (isOverdue(m)) settle(m);
      // Behind a hidden page only what the customer waits for is asked for.
      else if (nowMs >= (m.askAgainAtMs ?? Infinity) && (!m.hidden || waitsFor[m.status])) ask(m);
      break;
    case 'online':
    case 'offline':
      m.online = event.type === 'online';
      refresh(m);
      break;
    default:
      m.hidden = event.type === 'hidden';
      refresh(m, event.type === 'restored');
  }
  return m;
}
