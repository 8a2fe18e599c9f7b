import type { PaymentView } from '@plural-otp/flow/contract';
import { describe, expect, test } from 'vitest';
import type { PaymentEntry } from '../../src/payment/order-record.ts';
import { toPaymentView, type ViewExtras } from '../../src/payment/payment-view.ts';
import { createEntry, createExampleRecord, createVerdict, exampleLimits } from '../support/record-fixtures.ts';

const nowMs = 200_000;
const bankUrl = 'https://bank.example/acs';
const viewOf = (more: Partial<PaymentEntry>, extras?: ViewExtras): PaymentView => {
  const entry = createEntry({ challengeUrl: bankUrl, ...more });
  return toPaymentView({ ...createExampleRecord(entry), revision: 7 }, entry, nowMs, exampleLimits, extras);
};
const inFlight = (action: 'generate' | 'submit' | 'resend', agoMs = 0) => ({
  inFlight: { action, idempotencyKey: 'k', startedAtMs: nowMs - agoMs, expiresAtMs: nowMs + 1 },
});
const unconfirmed = (agoMs: number) => ({ unconfirmedSubmit: { startedAtMs: nowMs - agoMs, accepted: false } });

const phases: [string, Partial<PaymentEntry>, PaymentView['next'], number | undefined][] = [
  ['ready', { stage: 'ready' }, ['redirect', 'check'], undefined],
  ['generating', inFlight('generate'), ['redirect'], 2],
  ['awaitingOtp', {}, ['submit', 'resend', 'redirect'], undefined],
  ['resending', inFlight('resend'), ['redirect'], 2],
  ['confirming', inFlight('submit'), ['check'], 1],
  ['unresolved', unconfirmed(60_000), ['check', 'submit', 'resend', 'redirect'], 30],
  ['exhausted', { stage: 'exhausted' }, ['redirect', 'check'], undefined],
  ['cancelled', { stage: 'cancelled' }, [], undefined],
  ['superseded', { superseded: true }, [], undefined],
  ['authorized', { verdict: createVerdict('paid') }, [], undefined],
  ['failed', { verdict: createVerdict('failed') }, [], undefined],
];

describe('the view of a payment', () => {
  test.each(phases)('%s offers its steps, and says when to ask again', (phase, more, next, pollAfterSeconds) => {
    const view = viewOf(more);
    expect(view).toMatchObject({ phase, next, revision: 7, reference: 'R-1', attempts: { misses: 0 }, display: {} });
    expect(view.pollAfterSeconds).toBe(pollAfterSeconds);
    expect(view.challengeUrl).toBe(next.includes('redirect') ? bankUrl : undefined);
    expect(view.resendInSeconds).toBe(next.includes('resend') ? 0 : undefined);
  });

  test.each([
    [999, 1],
    [1000, 2],
    [2999, 2],
    [3000, 4],
    [14_999, 4],
    [15_000, 15],
    [59_999, 15],
  ])('a submit that was sent %i ms ago is asked after in %i s', (agoMs, seconds) => {
    expect(viewOf(unconfirmed(agoMs)).pollAfterSeconds).toBe(seconds);
  });

  test('a payment that failed is paid again where its order is open', () => {
    expect(viewOf({ verdict: createVerdict('failed', { orderOpen: true }) }).next).toEqual(['payAgain']);
  });

  test('the counts of the record are shown', () => {
    expect(viewOf({ misses: 2, display: { merchantName: 'Shop' } })).toMatchObject({
      attempts: { misses: 2 },
      display: { merchantName: 'Shop' },
    });
  });

  test('nothing else of a record reaches the browser', () => {
    expect(Object.keys(viewOf({ ...inFlight('generate'), merchantPaymentReference: 'pay-1' })).toSorted()).toEqual([
      'attempts',
      'challengeUrl',
      'display',
      'next',
      'phase',
      'pollAfterSeconds',
      'reference',
      'revision',
    ]);
  });
});

describe('a step is offered only while it can be taken', () => {
  test.each<[string, Partial<PaymentEntry>, PaymentView['next']]>([
    ['no submit is left', { ...unconfirmed(60_000), submits: 5 }, ['check', 'resend', 'redirect']],
    ['the last submit is left', { submits: 4 }, ['submit', 'resend', 'redirect']],
    ['no resend is left', { resends: 3 }, ['submit', 'redirect']],
    ['the last resend is left', { resends: 2 }, ['submit', 'resend', 'redirect']],
    ['Plural offers no resend', { resendOffered: false }, ['submit', 'redirect']],
    ['there is no bank’s page', { challengeUrl: undefined }, ['submit', 'resend']],
  ])('%s', (_title, more, next) => {
    expect(viewOf(more).next).toEqual(next);
  });

  test.each([
    [1, 1],
    [1000, 1],
    [1001, 2],
    [0, 0],
    [-5000, 0],
  ])('a resend in %i ms is counted down as %i s', (inMs, seconds) => {
    expect(viewOf({ resendAtMs: nowMs + inMs }).resendInSeconds).toBe(seconds);
  });
});

describe('the problem of a view', () => {
  const problem = { code: 'BUSY' } as const;
  test.each<[string, Partial<PaymentEntry>, ViewExtras | undefined, string | undefined]>([
    ['is none', {}, undefined, undefined],
    ['is the record’s', { problem }, undefined, 'BUSY'],
    [
      'is that of this request, before the record’s',
      { problem },
      { problem: { code: 'RESEND_LIMIT' } },
      'RESEND_LIMIT',
    ],
    [
      'is that there is no OTP here, before one is requested',
      { stage: 'ready', nativeOtp: false },
      undefined,
      'NATIVE_OTP_UNAVAILABLE',
    ],
    ['and not afterwards', { nativeOtp: false }, undefined, undefined],
    ['nor where there is one', { stage: 'ready' }, undefined, undefined],
    ['nor before the record’s own', { stage: 'ready', nativeOtp: false, problem }, undefined, 'BUSY'],
    ['is that the session expired, before all others', { problem }, { expired: true, problem }, 'SESSION_EXPIRED'],
  ])('%s', (_title, more, extras, code) => {
    expect(viewOf(more, extras).problem?.code).toBe(code);
  });

  test.each(phases)(
    'an expired session says so while %s is no end, and offers no submit and no resend',
    (phase, more) => {
      const view = viewOf(more, { expired: true });
      const isFinal = ['authorized', 'failed', 'exhausted', 'superseded', 'cancelled'].includes(phase);
      expect(view.phase).toBe(phase);
      expect(view.problem?.code === 'SESSION_EXPIRED').toBe(!isFinal);
      expect(view.next).not.toContain('submit');
      expect(view.next).not.toContain('resend');
    },
  );

  test.each(phases)('a reader of %s is told only where a customer could act', (phase, more) => {
    for (const expired of [false, true]) {
      const view = viewOf(more, { readOnly: true, expired });
      const couldAct = ['ready', 'awaitingOtp', 'unresolved'].includes(phase);
      expect(view.problem?.code === 'SESSION_READ_ONLY').toBe(couldAct);
      expect(view.problem?.code).not.toBe('SESSION_EXPIRED');
      if (couldAct) expect(view.next).toEqual(['check']);
      expect(view.next.filter((step) => step !== 'check')).toEqual([]);
      expect(view.challengeUrl).toBeUndefined();
    }
  });
});

describe('what a view has of its session', () => {
  test('the URL of the bank’s page, where the record has none', () => {
    const own = { challengeUrl: 'https://bank.example/own' };
    expect(viewOf({ challengeUrl: undefined }, own).challengeUrl).toBe('https://bank.example/own');
    expect(viewOf({}, own).challengeUrl).toBe(bankUrl);
    expect(viewOf({ challengeUrl: undefined }, { ...own, readOnly: true }).challengeUrl).toBeUndefined();
  });

  test('a renewed seal', () => {
    expect(viewOf({}, { session: 'v3.x' }).session).toBe('v3.x');
    expect(viewOf({})).not.toHaveProperty('session');
  });

  test.each(phases)('that the customer left for the bank, until %s is the end', (phase, more) => {
    const isFinal = ['authorized', 'failed', 'exhausted', 'superseded', 'cancelled'].includes(phase);
    expect(viewOf({ ...more, leftForBank: true }).leftForBank).toBe(isFinal ? undefined : true);
  });
});
