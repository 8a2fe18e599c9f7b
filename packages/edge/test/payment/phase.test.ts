import { describe, expect, test } from 'vitest';
import type { PaymentEntry } from '../../src/payment/order-record.ts';
import { currentPhase, type PhaseInfo } from '../../src/payment/phase.ts';
import { createEntry, createVerdict } from '../support/record-fixtures.ts';

const nowMs = 200_000;
const phaseOf = (more: Partial<PaymentEntry>, submitLimit = 5): PhaseInfo =>
  currentPhase(createEntry(more), nowMs, submitLimit);

const inFlight = (action: 'generate' | 'submit' | 'resend') => ({
  inFlight: { action, idempotencyKey: 'k', startedAtMs: 190_000, expiresAtMs: 240_000 },
});
const unconfirmed = (agoMs: number) => ({ unconfirmedSubmit: { startedAtMs: nowMs - agoMs, accepted: false } });
const attemptsUsed: PhaseInfo = { phase: 'exhausted', problem: { code: 'ATTEMPTS_USED' } };
const problem = { code: 'BUSY' } as const;

const rules: [string, Partial<PaymentEntry>, PhaseInfo][] = [
  ['a new payment is ready', { stage: 'ready' }, { phase: 'ready' }],
  ['an OTP that was requested is awaited', {}, { phase: 'awaitingOtp' }],
  ['a cancelled step is cancelled', { stage: 'cancelled' }, { phase: 'cancelled' }],
  ['an exhausted step says why', { stage: 'exhausted' }, attemptsUsed],
  ['a step without an action in flight shows its problem', { problem }, { phase: 'awaitingOtp', problem }],

  ['a generate in flight', inFlight('generate'), { phase: 'generating', waitingSinceMs: 190_000 }],
  ['a resend in flight', inFlight('resend'), { phase: 'resending', waitingSinceMs: 190_000 }],
  ['a submit in flight', inFlight('submit'), { phase: 'confirming', waitingSinceMs: 190_000 }],
  [
    'an action in flight hides an older problem',
    { ...inFlight('resend'), problem },
    { phase: 'resending', waitingSinceMs: 190_000 },
  ],
  [
    'an action in flight comes before an older submit',
    { ...inFlight('resend'), ...unconfirmed(70_000) },
    { phase: 'resending', waitingSinceMs: 190_000 },
  ],
  [
    'an action in flight comes before the end of the attempts',
    { ...inFlight('submit'), submits: 5 },
    { phase: 'confirming', waitingSinceMs: 190_000 },
  ],

  [
    'a submit of unknown outcome is confirming for a minute',
    unconfirmed(59_999),
    { phase: 'confirming', waitingSinceMs: 140_001 },
  ],
  [
    'and then unresolved, which says that its outcome is unknown',
    unconfirmed(60_000),
    { phase: 'unresolved', problem: { code: 'OUTCOME_UNKNOWN' }, waitingSinceMs: 140_000 },
  ],
  [
    'the last submit is confirmed before the attempts are used',
    { ...unconfirmed(0), submits: 5 },
    { phase: 'confirming', waitingSinceMs: nowMs },
  ],
  [
    'an exhausted step takes no notice of an older submit',
    { ...unconfirmed(70_000), stage: 'exhausted' },
    attemptsUsed,
  ],
  [
    'a cancelled step takes no notice of an older submit',
    { ...unconfirmed(70_000), stage: 'cancelled' },
    { phase: 'cancelled' },
  ],

  ['a submit is left', { submits: 4 }, { phase: 'awaitingOtp' }],
  ['no submit is left', { submits: 5 }, attemptsUsed],
  ['more submits were sent than the limit is now', { submits: 6 }, attemptsUsed],
  ['the limit ends only a step that awaits an OTP: not a new one', { submits: 5, stage: 'ready' }, { phase: 'ready' }],
  ['nor a cancelled one', { submits: 5, stage: 'cancelled' }, { phase: 'cancelled' }],

  ['another payment has the money', { superseded: true }, { phase: 'superseded' }],
  [
    'another payment’s money comes before a hold, an action and an exhausted step',
    { superseded: true, holdReason: 'STATUS_UNKNOWN', ...inFlight('submit'), stage: 'exhausted' },
    { phase: 'superseded' },
  ],
  [
    'a payment on hold is confirming, from its own start',
    { holdReason: 'AMOUNT_MISMATCH' },
    { phase: 'confirming', waitingSinceMs: 1000 },
  ],
  [
    'a payment on hold stays confirming, however long ago its submit was',
    { holdReason: 'STATUS_NOT_FINAL', ...unconfirmed(100_000) },
    { phase: 'confirming', waitingSinceMs: 100_000 },
  ],
  [
    'a hold comes before an action in flight and an exhausted step',
    { holdReason: 'STATUS_NOT_FINAL', ...inFlight('resend'), stage: 'exhausted' },
    { phase: 'confirming', waitingSinceMs: 1000 },
  ],

  ['paid', { verdict: createVerdict('paid') }, { phase: 'authorized' }],
  ['authorized', { verdict: createVerdict('authorized') }, { phase: 'authorized' }],
  [
    'paid after the attempts were used',
    { verdict: createVerdict('paid'), stage: 'exhausted' },
    { phase: 'authorized' },
  ],
  [
    'a verdict comes before all else',
    { verdict: createVerdict('paid'), superseded: true, holdReason: 'STATUS_UNKNOWN', ...inFlight('submit') },
    { phase: 'authorized' },
  ],
  [
    'failed without a reason',
    { verdict: createVerdict('failed') },
    { phase: 'failed', problem: { code: 'PAYMENT_FAILED' } },
  ],
  [
    'failed with its own reason',
    { verdict: createVerdict('failed', { problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' } }) },
    { phase: 'failed', problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' } },
  ],
  [
    'failed because the attempts were used',
    { verdict: createVerdict('failed', { problem: { code: 'PAYMENT_FAILED' } }), stage: 'exhausted' },
    attemptsUsed,
  ],
  [
    'cancelled with its order, also after the attempts were used',
    {
      verdict: createVerdict('cancelled', { problem: { code: 'PAYMENT_FAILED', advice: 'orderCancelled' } }),
      stage: 'exhausted',
    },
    { phase: 'failed', problem: { code: 'PAYMENT_FAILED', advice: 'orderCancelled' } },
  ],
];

describe('the phase of a payment', () => {
  test.each(rules)('%s', (_title, more, expected) => {
    expect(phaseOf(more)).toEqual(expected);
  });

  test('the limit is the one of the shop', () => {
    expect(phaseOf({ submits: 1 }, 1)).toEqual(attemptsUsed);
    expect(phaseOf({ submits: 1 }, 2)).toEqual({ phase: 'awaitingOtp' });
  });
});
