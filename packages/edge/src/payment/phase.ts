import type { Phase, Problem } from '@plural-otp/flow/contract';
import type { OtpAction, PaymentEntry } from './order-record.ts';

/** Where a payment stands at one moment. */
export interface Situation {
  phase: Phase;
  problem?: Problem;
  /** Since when the deed or code this phase waits for is out. */
  sinceMs?: number;
}

/** How long each deed's call may take. */
export const callLimitMs: Record<OtpAction, number> = { generate: 28_000, resend: 28_000, submit: 50_000 };

// Longer than the calls may take, so that no two deeds of a payment are ever at Plural at once.
const lapseAfterMs: Record<OtpAction, number> = { generate: 30_000, resend: 30_000, submit: 55_000 };

/** How long a code of unclear end is followed closely before the customer is offered more. */
const confirmMs = 60_000;

/**
 * Settles a deed whose answer was never recorded, because its process died: a request for a code may have been sent,
 * a code may have been accepted.
 */
export function lapse(entry: PaymentEntry, nowMs: number): void {
  const { inFlight: underWay } = entry;
  if (!underWay || nowMs - underWay.startedAtMs < lapseAfterMs[underWay.deed]) return;
  entry.inFlight = undefined;
  if (underWay.deed === 'submit') entry.unconfirmedSubmit = { startedAtMs: underWay.startedAtMs, accepted: false };
  else maybeSent(entry, underWay.startedAtMs + lapseAfterMs[underWay.deed]);
}

/** A code was asked for, and nobody knows whether it was sent. */
export function maybeSent(entry: PaymentEntry, resendAtMs: number): void {
  entry.stage = 'awaitingOtp';
  entry.resendAtMs = resendAtMs;
  entry.problem = { code: 'OTP_MAYBE_NOT_SENT' };
}

/** The issuer did not accept a code. */
export function refuseCode(entry: PaymentEntry): void {
  entry.misses += 1;
  entry.inFlight = undefined;
  entry.unconfirmedSubmit = undefined;
  entry.problem = { code: 'OTP_NOT_ACCEPTED' };
}

const underWayPhase: Record<OtpAction, Phase> = { generate: 'generating', resend: 'resending', submit: 'confirming' };

/** Where the payment stands now; after `submitLimit` codes it takes none here. */
export function situationOf(entry: PaymentEntry, nowMs: number, submitLimit: number): Situation {
  const { inFlight: underWay, unconfirmedSubmit: outstanding, stage, problem } = entry;
  if (entry.verdict) return ended(entry);
  if (entry.superseded) return { phase: 'superseded' };
  if (entry.holdReason) return { phase: 'confirming', sinceMs: outstanding?.startedAtMs ?? entry.startedAtMs };
  if (underWay) return { phase: underWayPhase[underWay.deed], sinceMs: underWay.startedAtMs };
  if (stage === 'exhausted') return attemptsUsed;
  if (outstanding && stage !== 'cancelled') {
    const { startedAtMs: sinceMs } = outstanding;
    if (nowMs - sinceMs < confirmMs) return { phase: 'confirming', sinceMs };
    return { phase: 'unresolved', problem: { code: 'OUTCOME_UNKNOWN' }, sinceMs };
  }
  if (stage === 'awaitingOtp' && entry.submits >= submitLimit) return attemptsUsed;
  return { phase: stage, ...(problem ? { problem } : {}) };
}

const attemptsUsed: Situation = { phase: 'exhausted', problem: { code: 'ATTEMPTS_USED' } };

function ended({ verdict, stage }: PaymentEntry): Situation {
  const outcome = verdict?.outcome;
  if (outcome === 'paid' || outcome === 'authorized') return { phase: 'authorized' };
  if (outcome === 'failed' && stage === 'exhausted') return attemptsUsed;
  return { phase: 'failed', problem: verdict?.problem ?? { code: 'PAYMENT_FAILED' } };
}
