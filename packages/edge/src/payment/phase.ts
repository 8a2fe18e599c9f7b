import type { Phase, Problem } from '@plural-otp/flow/contract';
import type { OtpAction, PaymentEntry } from './order-record.ts';

/** Where a payment stands at one moment. */
export interface PhaseInfo {
  phase: Phase;
  problem?: Problem;
  /** Since when the deed or code this phase waits for is out. */
  startedAtMs?: number;
}

/** How long each deed's call may take. */
export const callTimeoutMs: Record<OtpAction, number> = { generate: 28_000, resend: 28_000, submit: 50_000 };

// Longer than the calls may take, so that no two deeds of a payment are ever at Plural at once.
const staleAfterMs: Record<OtpAction, number> = { generate: 30_000, resend: 30_000, submit: 55_000 };

/** How long a code of unclear end is followed closely before the customer is offered more. */
const confirmingForMs = 60_000;

/**
 * Settles a deed whose answer was never recorded, because its process died: a request for a code may have been sent,
 * a code may have been accepted.
 */
export function expireStaleAction(entry: PaymentEntry, nowMs: number): void {
  const { inFlight } = entry;
  if (!inFlight || nowMs - inFlight.startedAtMs < staleAfterMs[inFlight.action]) return;
  entry.inFlight = undefined;
  if (inFlight.action === 'submit') entry.unconfirmedSubmit = { startedAtMs: inFlight.startedAtMs, accepted: false };
  else markMaybeSent(entry, inFlight.startedAtMs + staleAfterMs[inFlight.action]);
}

/** A code was asked for, and nobody knows whether it was sent. */
export function markMaybeSent(entry: PaymentEntry, resendAtMs: number): void {
  entry.stage = 'awaitingOtp';
  entry.resendAtMs = resendAtMs;
  entry.problem = { code: 'OTP_MAYBE_NOT_SENT' };
}

/** The issuer did not accept a code. */
export function recordRejectedOtp(entry: PaymentEntry): void {
  entry.misses += 1;
  entry.inFlight = undefined;
  entry.unconfirmedSubmit = undefined;
  entry.problem = { code: 'OTP_NOT_ACCEPTED' };
}

const inFlightPhase: Record<OtpAction, Phase> = { generate: 'generating', resend: 'resending', submit: 'confirming' };

/** Where the payment stands now; after `submitLimit` codes it takes none here. */
export function currentPhase(entry: PaymentEntry, nowMs: number, submitLimit: number): PhaseInfo {
  const { inFlight, unconfirmedSubmit, stage, problem } = entry;
  if (entry.verdict) return finalPhase(entry);
  if (entry.superseded) return { phase: 'superseded' };
  if (entry.holdReason)
    return { phase: 'confirming', startedAtMs: unconfirmedSubmit?.startedAtMs ?? entry.startedAtMs };
  if (inFlight) return { phase: inFlightPhase[inFlight.action], startedAtMs: inFlight.startedAtMs };
  if (stage === 'exhausted') return attemptsUsed;
  if (unconfirmedSubmit && stage !== 'cancelled') {
    const { startedAtMs } = unconfirmedSubmit;
    if (nowMs - startedAtMs < confirmingForMs) return { phase: 'confirming', startedAtMs };
    return { phase: 'unresolved', problem: { code: 'OUTCOME_UNKNOWN' }, startedAtMs };
  }
  if (stage === 'awaitingOtp' && entry.submits >= submitLimit) return attemptsUsed;
  return { phase: stage, ...(problem ? { problem } : {}) };
}

const attemptsUsed: PhaseInfo = { phase: 'exhausted', problem: { code: 'ATTEMPTS_USED' } };

function finalPhase({ verdict, stage }: PaymentEntry): PhaseInfo {
  const outcome = verdict?.outcome;
  if (outcome === 'paid' || outcome === 'authorized') return { phase: 'authorized' };
  if (outcome === 'failed' && stage === 'exhausted') return attemptsUsed;
  return { phase: 'failed', problem: verdict?.problem ?? { code: 'PAYMENT_FAILED' } };
}
