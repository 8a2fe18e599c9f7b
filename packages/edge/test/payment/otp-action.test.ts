import { PluralError, type Operation, type PluralErrorCode } from '@plural-otp/core';
import { describe, expect, test } from 'vitest';
import type { OtpAction, PaymentEntry } from '../../src/payment/order-record.ts';
import {
  beginAction,
  callTimeoutMs,
  completeAction,
  expireStaleAction,
  recordRejectedOtp,
  type CallOutcome,
} from '../../src/payment/otp-action.ts';
import { createEntry, createVerdict, exampleLimits } from '../support/record-fixtures.ts';

const nowMs = 200_000;
const actions = ['generate', 'submit', 'resend'] as const;
/** An entry whose phase allows the action. */
const entryFor = (action: OtpAction, more: Partial<PaymentEntry> = {}): PaymentEntry =>
  createEntry({ stage: action === 'generate' ? 'ready' : 'awaitingOtp', generates: 0, ...more });

const begin = (entry: PaymentEntry, action: OtpAction, key = 'k', limits = exampleLimits): unknown =>
  beginAction(entry, action, key, nowMs, limits);

describe('an action is reserved before it is sent', () => {
  test.each([
    ['generate', 1, 0, 0, 35_000],
    ['submit', 0, 1, 0, 57_000],
    ['resend', 0, 0, 1, 35_000],
  ] as const)(
    'a %s is counted, its key kept, and it is in flight until its call has ended',
    (action, generates, submits, resends, lastsMs) => {
      const entry = entryFor(action, { idempotencyKeys: ['older'] });
      expect(begin(entry, action)).toEqual({ send: true });
      expect(entry).toMatchObject({
        generates,
        submits,
        resends,
        idempotencyKeys: ['older', 'k'],
        inFlight: { action, idempotencyKey: 'k', startedAtMs: nowMs, expiresAtMs: nowMs + lastsMs },
      });
    },
  );

  test('`callSeconds` shortens each call, and lengthens none', () => {
    const times = (callSeconds: number): number[] =>
      actions.map((action) => callTimeoutMs(action, { ...exampleLimits, callSeconds }));
    expect(times(50)).toEqual([28_000, 50_000, 28_000]);
    expect(times(30)).toEqual([28_000, 30_000, 28_000]);
    expect(times(5)).toEqual([5000, 5000, 5000]);
  });

  test('an action is in flight no longer than `callSeconds` and its reservation', () => {
    const entry = entryFor('submit');
    begin(entry, 'submit', 'k', { ...exampleLimits, callSeconds: 5 });
    expect(entry.inFlight?.expiresAtMs).toBe(nowMs + 12_000);
  });

  const unconfirmed = { unconfirmedSubmit: { startedAtMs: nowMs - 60_000, accepted: false } };
  const confirming = { unconfirmedSubmit: { startedAtMs: nowMs - 59_999, accepted: false } };
  const other = { action: 'submit', idempotencyKey: 'x', startedAtMs: nowMs, expiresAtMs: nowMs + 1 } as const;
  const notNow: [string, Partial<PaymentEntry>, readonly OtpAction[]][] = [
    ['its key is known', { idempotencyKeys: ['j', 'k', 'l'] }, actions],
    ['another action is in flight', { inFlight: other }, actions],
    ['the payment has its verdict', { verdict: createVerdict('failed') }, actions],
    ['the payment is on hold', { holdReason: 'AMOUNT_MISMATCH' }, actions],
    ['another payment has the money', { superseded: true }, actions],
    ['a submit is being confirmed', confirming, actions],
    ['the attempts are used', { stage: 'exhausted' }, actions],
    ['the customer cancelled', { stage: 'cancelled' }, actions],
    ['an OTP was requested', { stage: 'awaitingOtp' }, ['generate']],
    ['the outcome of a submit is unknown', unconfirmed, ['generate']],
    ['no OTP was requested', { stage: 'ready' }, ['submit', 'resend']],
  ];
  test.each(notNow)('nothing is sent and nothing said when %s', (_title, more, those) => {
    for (const action of those) {
      const entry = entryFor(action, more);
      const before = structuredClone(entry);
      expect(begin(entry, action)).toEqual({ send: false });
      expect(entry).toEqual(before);
    }
  });

  const blocked: [string, OtpAction, Partial<PaymentEntry>, string][] = [
    ['a generate of a card without native OTP', 'generate', { nativeOtp: false }, 'NATIVE_OTP_UNAVAILABLE'],
    ['a fourth generate', 'generate', { generates: 3 }, 'NATIVE_OTP_UNAVAILABLE'],
    ['a submit beyond the limit', 'submit', { ...unconfirmed, submits: 5 }, 'ATTEMPTS_USED'],
    ['a resend after the last submit', 'resend', { ...unconfirmed, submits: 5 }, 'ATTEMPTS_USED'],
    ['a resend that Plural no longer offers', 'resend', { resendOffered: false }, 'RESEND_LIMIT'],
    ['a resend beyond the limit', 'resend', { resends: 3 }, 'RESEND_LIMIT'],
    ['a resend before its time', 'resend', { resendAtMs: nowMs + 1 }, 'RESEND_TOO_EARLY'],
  ];
  test.each(blocked)('%s is not sent, and says why', (_title, action, more, code) => {
    const entry = entryFor(action, more);
    const before = structuredClone(entry);
    expect(begin(entry, action)).toEqual({ send: false, problem: { code } });
    expect(entry).toEqual(before);
  });

  const allowed: [string, OtpAction, Partial<PaymentEntry>][] = [
    ['the third generate', 'generate', { generates: 2 }],
    ['the last submit', 'submit', { submits: 4 }],
    ['a submit while an older one is unknown', 'submit', { ...unconfirmed, submits: 4 }],
    ['a submit once no resend is left', 'submit', { resendOffered: false, resends: 3, resendAtMs: nowMs + 1 }],
    ['the last resend', 'resend', { resends: 2 }],
    ['a resend at its time', 'resend', { resendAtMs: nowMs }],
    ['a resend while an older submit is unknown', 'resend', unconfirmed],
    ['a generate, whatever was submitted before', 'generate', { submits: 5, resends: 3, resendOffered: false }],
  ];
  test.each(allowed)('%s is sent', (_title, action, more) => {
    expect(begin(entryFor(action, more), action)).toEqual({ send: true });
  });
});

/** Reserves an action with two older ones before it, and records its outcome a second later. */
function complete(action: OtpAction, outcome: CallOutcome, more: Partial<PaymentEntry> = {}) {
  const entry = entryFor(action, { idempotencyKeys: ['older', 'old'], submits: 1, resends: 1, generates: 1, ...more });
  begin(entry, action);
  const followUp = completeAction(entry, action, 'k', outcome, nowMs + 1000);
  return { entry, followUp };
}
const failed = (code: PluralErrorCode, details: ConstructorParameters<typeof PluralError>[1] = {}): CallOutcome => ({
  error: new PluralError(code, details),
});
const laterMs = nowMs + 1000;
const older = { startedAtMs: nowMs - 70_000, accepted: false };

describe('an action that Plural accepted', () => {
  test('a submit waits for the order, and hides the problem before it', () => {
    const { entry, followUp } = complete('submit', { response: undefined }, { problem: { code: 'OTP_NOT_ACCEPTED' } });
    expect(followUp).toBe('nothing');
    expect(entry).toMatchObject({
      submits: 2,
      misses: 0,
      stage: 'awaitingOtp',
      unconfirmedSubmit: { startedAtMs: laterMs, accepted: true },
    });
    expect(entry).toMatchObject({ inFlight: undefined, problem: undefined });
  });

  test.each(['generate', 'resend'] as const)('a %s opens the field for the newest OTP', (action) => {
    const response = { next: ['SUBMIT_OTP', 'RESEND_OTP'], resendAfterSeconds: 17 };
    const more: Partial<PaymentEntry> = { problem: { code: 'BUSY' }, leftForBank: true, resendOffered: true };
    const { entry, followUp } = complete(
      action,
      { response },
      action === 'resend' ? { ...more, unconfirmedSubmit: older } : more,
    );
    expect(followUp).toBe('nothing');
    expect(entry).toMatchObject({ stage: 'awaitingOtp', resendAtMs: laterMs + 17_000, resendOffered: true });
    expect(entry).toMatchObject({
      inFlight: undefined,
      problem: undefined,
      unconfirmedSubmit: undefined,
      leftForBank: undefined,
    });
  });

  test.each([
    ['names no steps', [], true],
    ['names RESEND_OTP', ['RESEND_OTP'], true],
    ['names only other steps', ['SUBMIT_OTP'], false],
  ])('a response that %s offers another OTP: %s', (_title, next, offered) => {
    for (const action of ['generate', 'resend'] as const) {
      expect(complete(action, { response: { next, resendAfterSeconds: 1 } }).entry.resendOffered).toBe(offered);
    }
  });

  test('a prompt without a body opens the field all the same', () => {
    const { entry } = complete('generate', { response: undefined }, { resendAtMs: 5 });
    expect(entry).toMatchObject({ stage: 'awaitingOtp', resendAtMs: 5, resendOffered: true });
  });
});

describe('an action that was certainly not sent', () => {
  test.each(actions)('a %s is given back: its attempt and its key, and no other', (action) => {
    const { entry, followUp } = complete(action, failed('BUSY', { operation: 'getToken' as Operation }));
    expect(followUp).toBe('nothing');
    expect(entry).toMatchObject({ generates: 1, submits: 1, resends: 1, idempotencyKeys: ['older', 'old'] });
    expect(entry.inFlight).toBeUndefined();
    expect(begin(entry, action)).toEqual({ send: true });
  });

  test.each([
    ['BUSY', 'BUSY'],
    ['NETWORK_FAILED', 'BACKEND_UNREACHABLE'],
    ['TIMEOUT', 'BACKEND_UNREACHABLE'],
    ['API_FAILED', 'BACKEND_UNREACHABLE'],
    ['CREDENTIALS_REJECTED', 'INTERNAL'],
    ['REQUEST_INVALID', 'INTERNAL'],
  ] as const)('%s is shown as %s', (code, shown) => {
    for (const action of actions) {
      const { entry } = complete(action, failed(code, { outcome: 'none' }));
      expect(entry.problem).toEqual({ code: shown });
    }
  });

  test.each(actions)('a %s whose own call got no response, and certainly had no effect, was not sent', (action) => {
    const { entry } = complete(action, failed('NETWORK_FAILED', { operation: `${action}Otp`, outcome: 'none' }));
    expect(entry[`${action}s`]).toBe(1);
    expect(entry.idempotencyKeys).toEqual(['older', 'old']);
    expect(entry.problem).toEqual({ code: 'BACKEND_UNREACHABLE' });
  });

  test('a call of another operation was answered: the action itself was not sent', () => {
    const answered = { operation: 'getToken' as Operation, status: 503, outcome: 'none' as const };
    const { entry } = complete('submit', failed('API_FAILED', answered));
    expect(entry).toMatchObject({ submits: 1, problem: { code: 'BACKEND_UNREACHABLE' } });
  });

  test('a submit of unknown outcome before it stays', () => {
    const { entry } = complete('submit', failed('NETWORK_FAILED', { outcome: 'none' }), { unconfirmedSubmit: older });
    expect(entry.unconfirmedSubmit).toEqual(older);
  });
});

/** An error that is the answer to the action's own call. */
const answered = (action: OtpAction, code: PluralErrorCode, upstream = {}): CallOutcome =>
  failed(code, { operation: `${action}Otp`, status: 400, outcome: 'none', upstream });

describe('an action that Plural rejected', () => {
  test('the OTP that used up the attempts is a miss, and the order is read', () => {
    const { entry, followUp } = complete('submit', answered('submit', 'ATTEMPTS_USED'), { unconfirmedSubmit: older });
    expect(followUp).toBe('readOrder');
    expect(entry).toMatchObject({ stage: 'exhausted', misses: 1, submits: 2 });
    expect(entry.unconfirmedSubmit).toBeUndefined();
  });

  test.each(['generate', 'resend'] as const)('a %s that finds the attempts used is no miss', (action) => {
    const more = action === 'resend' ? { unconfirmedSubmit: older } : {};
    const { entry, followUp } = complete(action, answered(action, 'ATTEMPTS_USED'), more);
    expect(followUp).toBe('readOrder');
    expect(entry).toMatchObject({ stage: 'exhausted', misses: 0, unconfirmedSubmit: undefined });
  });

  test('a wrong OTP is a miss, and the step stays open', () => {
    const { entry, followUp } = complete('submit', answered('submit', 'OTP_NOT_ACCEPTED'), {
      unconfirmedSubmit: older,
      resendAtMs: 5,
    });
    expect(followUp).toBe('nothing');
    expect(entry).toMatchObject({
      stage: 'awaitingOtp',
      misses: 1,
      submits: 2,
      problem: { code: 'OTP_NOT_ACCEPTED' },
      resendOffered: true,
      resendAtMs: 5,
      idempotencyKeys: ['older', 'old', 'k'],
    });
    expect(entry.unconfirmedSubmit).toBeUndefined();
  });

  test.each([
    ['names other steps only takes the resend away', { next: ['SUBMIT_OTP'] }, false],
    ['names RESEND_OTP leaves it', { next: ['SUBMIT_OTP', 'RESEND_OTP'] }, true],
    ['names no steps leaves it', {}, true],
  ])('a rejection that %s', (_title, upstream, offered) => {
    expect(complete('submit', answered('submit', 'OTP_NOT_ACCEPTED', upstream)).entry.resendOffered).toBe(offered);
  });

  test('a rejection without any detail leaves the resend as it was', () => {
    const outcome = failed('OTP_NOT_ACCEPTED', { operation: 'submitOtp', status: 400, outcome: 'none' });
    expect(complete('submit', outcome, { resendAtMs: 5 }).entry).toMatchObject({ resendOffered: true, resendAtMs: 5 });
  });

  test('a rejection that names a wait moves the resend', () => {
    const upstream = { resendAfterSeconds: 40 };
    const { entry } = complete('submit', answered('submit', 'OTP_NOT_ACCEPTED', upstream), { resendAtMs: 5 });
    expect(entry.resendAtMs).toBe(laterMs + 40_000);
  });

  const refusals = ['NATIVE_OTP_UNAVAILABLE', 'RESEND_LIMIT', 'RESEND_TOO_EARLY', 'BUSY'] as const;
  test.each(refusals)('%s is shown, counted, and changes nothing that it does not name', (code) => {
    const { entry, followUp } = complete('resend', answered('resend', code), {
      resendAtMs: 5,
      unconfirmedSubmit: older,
    });
    expect(followUp).toBe('nothing');
    expect(entry).toMatchObject({
      problem: { code },
      resends: 2,
      stage: 'awaitingOtp',
      unconfirmedSubmit: older,
      nativeOtp: code !== 'NATIVE_OTP_UNAVAILABLE',
      resendOffered: code !== 'RESEND_LIMIT',
      resendAtMs: code === 'RESEND_TOO_EARLY' ? laterMs + 30_000 : 5,
    });
  });

  test('RESEND_TOO_EARLY moves the resend to the time that Plural names', () => {
    const { entry } = complete('resend', answered('resend', 'RESEND_TOO_EARLY', { resendAfterSeconds: 12 }));
    expect(entry.resendAtMs).toBe(laterMs + 12_000);
  });

  test('an answer that certainly changed nothing is INTERNAL, is counted, and leaves the step as it was', () => {
    for (const action of actions) {
      const { entry, followUp } = complete(action, answered(action, 'CREDENTIALS_REJECTED'));
      expect(followUp).toBe('nothing');
      expect(entry).toMatchObject({ problem: { code: 'INTERNAL' }, idempotencyKeys: ['older', 'old', 'k'] });
      expect(entry[`${action}s`]).toBe(2);
      expect(entry.stage).toBe(action === 'generate' ? 'ready' : 'awaitingOtp');
      expect(entry.unconfirmedSubmit).toBeUndefined();
    }
  });
});

describe('an action of unknown outcome', () => {
  const unknown: [string, CallOutcome][] = [
    ['a response that was lost', failed('TIMEOUT', { operation: 'submitOtp', outcome: 'unknown' })],
    ['a failure of Plural', failed('API_FAILED', { operation: 'submitOtp', status: 500, outcome: 'unknown' })],
    ['an error that is none of Plural’s', { error: new TypeError('bug') }],
  ];
  test.each(unknown)('a submit that ended with %s waits for the order, and is not repeated', (_title, outcome) => {
    const { entry, followUp } = complete('submit', outcome, { problem: { code: 'OTP_NOT_ACCEPTED' } });
    expect(followUp).toBe('nothing');
    expect(entry).toMatchObject({
      submits: 2,
      misses: 0,
      problem: undefined,
      unconfirmedSubmit: { startedAtMs: laterMs, accepted: false },
      idempotencyKeys: ['older', 'old', 'k'],
    });
  });

  test('a submit that Plural rejected without a reason is rejected if its order is still open', () => {
    const outcome = failed('API_REJECTED', { operation: 'submitOtp', status: 400, outcome: 'unknown' });
    expect(complete('submit', outcome).followUp).toBe('rejectIfOpen');
    for (const action of ['generate', 'resend'] as const) {
      const other = failed('API_REJECTED', { operation: `${action}Otp`, status: 400, outcome: 'unknown' });
      expect(complete(action, other).followUp).toBe('nothing');
    }
  });

  test.each(unknown)('an OTP whose sending ended with %s may have arrived', (_title, outcome) => {
    const generated = complete('generate', outcome).entry;
    const problem = { code: 'OTP_MAYBE_NOT_SENT' };
    expect(generated).toMatchObject({ stage: 'awaitingOtp', problem, resendAtMs: laterMs });
    const resent = complete('resend', outcome, { unconfirmedSubmit: older }).entry;
    expect(resent).toMatchObject({ stage: 'awaitingOtp', problem, resendAtMs: laterMs + 30_000 });
    expect(resent.unconfirmedSubmit).toBeUndefined();
  });
});

describe('an action whose process died', () => {
  const lost = (action: OtpAction): PaymentEntry => {
    const entry = entryFor(action);
    begin(entry, action);
    return entry;
  };

  test.each(actions)('a %s stays in flight until its time', (action) => {
    const entry = lost(action);
    const before = structuredClone(entry);
    expireStaleAction(entry, (entry.inFlight?.expiresAtMs ?? 0) - 1);
    expect(entry).toEqual(before);
  });

  test('a submit then has an unknown outcome, since it began', () => {
    const entry = lost('submit');
    expireStaleAction(entry, nowMs + 57_000);
    expect(entry).toMatchObject({
      inFlight: undefined,
      unconfirmedSubmit: { startedAtMs: nowMs, accepted: false },
      submits: 1,
    });
  });

  test.each(['generate', 'resend'] as const)(
    'a %s may have sent an OTP, and may be repeated from then on',
    (action) => {
      const entry = lost(action);
      expireStaleAction(entry, nowMs + 90_000);
      expect(entry).toMatchObject({
        inFlight: undefined,
        stage: 'awaitingOtp',
        resendAtMs: nowMs + 35_000,
        problem: { code: 'OTP_MAYBE_NOT_SENT' },
      });
      expect(entry.unconfirmedSubmit).toBeUndefined();
    },
  );

  test('an entry without an action in flight stays as it is', () => {
    const entry = createEntry();
    const before = structuredClone(entry);
    expireStaleAction(entry, nowMs);
    expect(entry).toEqual(before);
  });
});

test('a rejected OTP is counted, ends what waited for it, and is shown', () => {
  const entry = createEntry({ misses: 1, unconfirmedSubmit: older });
  begin(entry, 'submit');
  recordRejectedOtp(entry);
  expect(entry).toMatchObject({
    misses: 2,
    inFlight: undefined,
    unconfirmedSubmit: undefined,
    problem: { code: 'OTP_NOT_ACCEPTED' },
  });
});
