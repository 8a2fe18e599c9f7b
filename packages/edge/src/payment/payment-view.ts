/** Builds the view of a payment: all that the browser may know of it. */

import type { NextStep, PaymentDisplay, PaymentView, Phase, Problem } from '@plural-otp/flow/contract';
import { toBankName } from '@plural-otp/flow/presentation';
import type { Limits } from './limits.ts';
import { omitUndefined } from '@plural-otp/core/internal';
import type { OrderRecord, PaymentEntry } from './order-record.ts';
import { currentPhase } from './phase.ts';

/** Content of a view in addition to the record. */
export interface ViewExtras {
  /** Problem of this request; it takes precedence over the record's. */
  problem?: Problem | undefined;
  /** A renewed seal. */
  session?: string | undefined;
  /** True when the session may read but no longer request or submit OTPs. */
  expired?: boolean;
  /** True for a session that may only read. */
  readOnly?: boolean | undefined;
  /** URL of the bank's page that the session holds, for a payment whose record has none. */
  challengeUrl?: string | undefined;
}

const pollDelayByPhase: Partial<Record<Phase, number>> = { generating: 2, resending: 2, unresolved: 30 };
const finalPhases: ReadonlySet<Phase> = new Set<Phase>([
  'authorized',
  'failed',
  'exhausted',
  'superseded',
  'cancelled',
]);

/** Phases in which the customer has something to do. */
const customerPhases: ReadonlySet<Phase> = new Set<Phase>(['ready', 'awaitingOtp', 'unresolved']);

/**
 * Returns the view of a payment. Members are listed one by one, so that nothing else of a record can reach a browser.
 */
export function toPaymentView(
  record: OrderRecord,
  entry: PaymentEntry,
  nowMs: number,
  limits: Limits,
  { problem, session, expired = false, readOnly = false, challengeUrl: ownChallengeUrl }: ViewExtras = {},
): PaymentView {
  const current = currentPhase(entry, nowMs, limits.submits);
  const { phase, waitingSinceMs } = current;
  // A reader is told that nothing can be done here only where a customer could do something.
  const isReading = readOnly && customerPhases.has(phase);
  const isExpired = !readOnly && expired && !finalPhases.has(phase);
  const refusal = isReading ? 'SESSION_READ_ONLY' : isExpired ? 'SESSION_EXPIRED' : undefined;
  const challengeUrl = readOnly ? undefined : (entry.challengeUrl ?? ownChallengeUrl);
  const next: NextStep[] = isReading
    ? ['check']
    : nextSteps(phase, entry, limits, { mayAct: !readOnly && !isExpired, challengeUrl });
  return omitUndefined({
    phase,
    next,
    revision: record.revision,
    reference: entry.reference,
    attempts: { misses: entry.misses },
    display: toDisplay(record, entry),
    resendInSeconds: next.includes('resend') ? secondsUntil(entry.resendAtMs ?? nowMs, nowMs) : undefined,
    pollAfterSeconds:
      phase === 'confirming' ? pollDelaySeconds(nowMs - (waitingSinceMs ?? nowMs)) : pollDelayByPhase[phase],
    problem: refusal ? { code: refusal } : (problem ?? current.problem ?? nativeOtpProblem(phase, entry)),
    challengeUrl: next.includes('redirect') ? challengeUrl : undefined,
    session,
    leftForBank: finalPhases.has(phase) ? undefined : entry.leftForBank,
  });
}

/** Returns the display of a payment, with its bank as customers know it. A captured one is no longer a reservation. */
const toDisplay = ({ preAuth }: OrderRecord, { display, verdict }: PaymentEntry): PaymentDisplay =>
  omitUndefined({
    ...display,
    issuer: toBankName(display.issuer),
    preAuth: (preAuth && verdict?.outcome !== 'paid') || undefined,
  });

const nativeOtpProblem = (phase: Phase, { nativeOtp }: PaymentEntry): Problem | undefined =>
  phase === 'ready' && !nativeOtp ? { code: 'NATIVE_OTP_UNAVAILABLE' } : undefined;

const secondsUntil = (atMs: number, nowMs: number): number => Math.max(0, Math.ceil((atMs - nowMs) / 1000));

// Shorter while the outcome is likely to arrive.
const pollDelaySeconds = (elapsedMs: number): number => {
  if (elapsedMs < 1000) return 1;
  if (elapsedMs < 3000) return 2;
  return elapsedMs < 15_000 ? 4 : 15;
};

const stepsByPhase: Partial<Record<Phase, readonly NextStep[]>> = {
  ready: ['redirect', 'check'],
  generating: ['redirect'],
  resending: ['redirect'],
  awaitingOtp: ['submit', 'resend', 'redirect'],
  confirming: ['check'],
  unresolved: ['check', 'submit', 'resend', 'redirect'],
  exhausted: ['redirect', 'check'],
};

function nextSteps(
  phase: Phase,
  entry: PaymentEntry,
  limits: Limits,
  { mayAct, challengeUrl }: { mayAct: boolean; challengeUrl: string | undefined },
): NextStep[] {
  if (entry.verdict) return entry.verdict.orderOpen ? ['payAgain'] : [];
  const isOffered: Record<NextStep, boolean> = {
    submit: mayAct && entry.submits < limits.submits,
    resend: mayAct && entry.resendOffered && entry.resends < limits.resends,
    redirect: challengeUrl !== undefined,
    check: true,
    payAgain: true,
  };
  return (stepsByPhase[phase] ?? []).filter((step) => isOffered[step]);
}
