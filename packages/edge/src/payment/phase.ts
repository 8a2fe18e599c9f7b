/** The phase of a payment, computed from its record entry and the time. A pure query: it changes nothing. */

import { omitUndefined } from '@plural-otp/core/internal';
import type { Phase, Problem } from '@plural-otp/flow/contract';
import type { OtpAction, PaymentEntry } from './order-record.ts';

/** The phase of a payment at one moment. */
export interface PhaseInfo {
  phase: Phase;
  problem?: Problem;
  /**
   * Start of the wait in epoch milliseconds: when the pending action was sent or the OTP was submitted; of a payment on
   * hold without a submit, its own start.
   */
  waitingSinceMs?: number;
}

/** Time a submit of unknown outcome stays `confirming` before the customer is offered another step. */
const confirmingForMs = 60_000;

const inFlightPhase: Record<OtpAction, Phase> = { generate: 'generating', resend: 'resending', submit: 'confirming' };

/** Returns the phase of a payment at `nowMs`. `submitLimit`: the number of submits after which no OTP is taken here. */
export function currentPhase(entry: PaymentEntry, nowMs: number, submitLimit: number): PhaseInfo {
  const { inFlight, unconfirmedSubmit, stage, problem } = entry;
  if (entry.verdict) return finalPhase(entry);
  if (entry.superseded) return { phase: 'superseded' };
  if (entry.holdReason) {
    return { phase: 'confirming', waitingSinceMs: unconfirmedSubmit?.startedAtMs ?? entry.startedAtMs };
  }
  if (inFlight) return { phase: inFlightPhase[inFlight.action], waitingSinceMs: inFlight.startedAtMs };
  if (stage === 'exhausted') return attemptsUsed;
  if (unconfirmedSubmit && stage !== 'cancelled') {
    const { startedAtMs } = unconfirmedSubmit;
    if (nowMs - startedAtMs < confirmingForMs) return { phase: 'confirming', waitingSinceMs: startedAtMs };
    return { phase: 'unresolved', problem: { code: 'OUTCOME_UNKNOWN' }, waitingSinceMs: startedAtMs };
  }
  if (stage === 'awaitingOtp' && entry.submits >= submitLimit) return attemptsUsed;
  return omitUndefined({ phase: stage, problem });
}

const attemptsUsed: PhaseInfo = { phase: 'exhausted', problem: { code: 'ATTEMPTS_USED' } };

function finalPhase({ verdict, stage }: PaymentEntry): PhaseInfo {
  const outcome = verdict?.outcome;
  if (outcome === 'paid' || outcome === 'authorized') return { phase: 'authorized' };
  if (outcome === 'failed' && stage === 'exhausted') return attemptsUsed;
  return { phase: 'failed', problem: verdict?.problem ?? { code: 'PAYMENT_FAILED' } };
}
