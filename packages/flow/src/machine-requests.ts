import type { NextStep } from './contract.ts';
import type { CallName, Draft, Wait } from './machine-state.ts';
import { patienceMs, waitsFor } from './machine-timing.ts';
import type { FlowStatus } from './flow-state.ts';

/** Where the customer stands while a deed is under way; the other calls change nothing that is shown. */
const statusDuring: Partial<Record<CallName, FlowStatus>> = {
  generate: 'generating',
  submit: 'submitting',
  resend: 'resending',
  bank: 'redirecting',
};

export const waitFor = (m: Draft, what: Wait['for'], action?: CallName): Wait => ({
  for: what,
  untilMs: m.nowMs + patienceMs[what],
  action,
  revision: m.revision,
});

export const onlyRedirect = (m: Draft): NextStep[] => m.next.filter((step) => step === 'redirect');

/** Begins a call, in place of the one under way. What is said changes with a deed of the customer only. */
export function send(m: Draft, name: CallName): void {
  const { call, hidden, online, nowMs, ...before } = m;
  const status = statusDuring[name];
  const what = status && waitsFor[status];
  // A deed told again is waited for no longer than if its first telling had been heard.
  const sameAct = m.wait?.action === name && m.nowMs < m.wait.untilMs;
  const wait = sameAct ? m.wait : what && waitFor(m, what, name);
  const next = name === 'submit' ? [] : onlyRedirect(m);
  if (status) Object.assign(m, { status, next, problem: undefined, notice: undefined, asks: 0, wait });
  m.started = true;
  m.askAgainAtMs = undefined;
  // The issuer takes its time over an act; a question is quickly answered.
  m.call = { name, sameAct, before, untilMs: Math.min(m.nowMs + 30_000, wait?.untilMs ?? m.nowMs + 15_000) };
}

/** Asks where the payment stands, unless a call is under way or the network is away. */
export function ask(m: Draft): void {
  if (m.call || !m.online) return;
  m.asks += 1;
  send(m, 'payment');
}

/** Asks the bank for a code, if one is wanted and nothing is in the way. */
export function generate(m: Draft): boolean {
  const hopeless: readonly unknown[] = ['NATIVE_OTP_UNAVAILABLE', 'SESSION_EXPIRED'];
  if (m.status !== 'idle' || !m.otpWanted || m.hidden || !m.online || hopeless.includes(m.problem?.code)) return false;
  m.otpWanted = false;
  send(m, 'generate');
  return true;
}
