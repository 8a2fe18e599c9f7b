import { english } from '@plural-otp/flow/presentation';
import { describe, expect, test } from 'vitest';
import { idleState, toOtpHints, type ViewModel } from '../../src/view/view-model.ts';
import { allowed, awaiting, bankUrl, type Change, plain, quiet, screen, view } from '../support/screens.ts';

describe('an outcome that is unknown', () => {
  const unresolved: Change = { status: 'unresolved' };

  test('is checked; a newer OTP, the bank’s page and the cancellation stay possible', () => {
    expect(screen(view(unresolved))).toEqual({
      ...quiet,
      tone: 'warning',
      title: english.unresolved,
      primary: 'check',
      can: ['check', 'cancel', 'newer'],
    });
    expect(view(unresolved).reference).toBe('NL7K-42QX');
    expect(view(unresolved).bankUrl).toBe(bankUrl);
    expect(allowed(view({ ...unresolved, next: ['redirect'] }))).toEqual(['check', 'cancel']);
    expect(view({ ...unresolved, online: false }).primary).toBeUndefined();
  });

  test('shows the field to whoever has a newer OTP, and still says that the bank has not responded', () => {
    expect(screen(view({ ...unresolved, notice: 'otpSent' }, { hasNewerOtp: true }))).toEqual({
      ...quiet,
      tone: 'warning',
      notice: english.unresolved,
      primary: 'submit',
      can: ['submit', 'resend', 'check', 'cancel'],
    });
  });

  test('is confirmed in steps that name the bank', () => {
    const confirming = view({ status: 'confirming', next: ['check'], busy: 'check' });
    expect(screen(confirming)).toMatchObject({ tone: 'busy', title: 'HDFC Bank is confirming the payment', can: [] });
    expect(confirming.text).toBe(english.confirmingText);
    expect(confirming.reference).toBe('');
  });
});

describe('the bank’s page', () => {
  test('is opened by a button of its own where the step leaves for it', () => {
    const leaving = view({ status: 'redirecting', next: [], busy: 'redirect' });
    expect(screen(leaving)).toEqual({ ...quiet, tone: 'busy', title: english.redirecting, primary: 'bank', can: [] });
    expect(leaving.bankUrl).toBe(bankUrl);
    expect(leaving.text).toBe(english.redirectingText);
  });

  test('is the way on where attempts are used up here alone', () => {
    const exhausted = view({ status: 'exhausted', next: ['redirect', 'check'], misses: 3 });
    expect(screen(exhausted)).toEqual({
      ...quiet,
      tone: 'warning',
      title: english.atBank,
      primary: 'bank',
      can: ['check'],
    });
    expect(exhausted.text).toBe(english.exhaustedAtBankText);
    expect(exhausted.reference).toBe('NL7K-42QX');
    const unsafe = view({ status: 'exhausted', next: ['redirect', 'check'], challengeUrl: 'http://acs.example/' });
    expect(screen(unsafe)).toMatchObject({ title: english.exhausted, primary: undefined, can: ['check'] });
    expect(unsafe.text, 'the bank may still take the OTP').toBe(english.exhaustedAtBankText);
    const onlyCheck = view({ status: 'exhausted', next: ['check'], misses: 3 });
    expect([onlyCheck.title, onlyCheck.text]).toEqual([english.exhausted, english.exhaustedAtBankText]);
    const over = view({ status: 'exhausted', next: [], misses: 3 });
    expect([over.title, over.text]).toEqual([english.exhausted, english.exhaustedText]);
  });

  test('is the way on where the OTP cannot be typed here', () => {
    const shown = view({ next: ['redirect'], problem: { code: 'RESEND_LIMIT' } });
    expect(screen(shown)).toEqual({
      ...quiet,
      tone: 'warning',
      title: english.atBank,
      primary: 'bank',
      can: ['cancel'],
    });
    expect(shown.text).toBe(english.RESEND_LIMIT);
    // Without a problem nothing says that the field cannot be used, so the heading stays.
    expect(view({ next: ['redirect'] }).title).toBe(english.idle);
  });
});

describe('an end', () => {
  test.each([
    ['authorized', 'success', english.authorized, ''],
    ['failed', 'danger', english.failed, 'NL7K-42QX'],
    ['exhausted', 'danger', english.exhausted, 'NL7K-42QX'],
    ['superseded', 'warning', english.superseded, 'NL7K-42QX'],
    ['cancelled', 'neutral', english.cancelled, 'NL7K-42QX'],
  ])('%s has its tone and heading; only another payment may follow', (status, tone, title, reference) => {
    const shown = view({ status, next: ['payAgain'], problem: { code: 'PAYMENT_FAILED' } });
    expect(screen(shown)).toEqual({ ...quiet, tone, title, primary: undefined, can: ['payAgain'] });
    expect([shown.reference, shown.bankUrl]).toEqual([reference, undefined]);
    expect(allowed(view({ status, next: [] }))).toEqual([]);
    expect(screen(view({ status, next: [], online: false, misses: 2 }))).toEqual({
      ...quiet,
      tone,
      title,
      primary: undefined,
      can: [],
    });
    expect(view({ status, next: [], reference: undefined }).reference).toBe('');
  });

  test('keeps its words where the session has expired since, and offers no way to the bank’s page', () => {
    for (const code of ['SESSION_EXPIRED', 'SESSION_READ_ONLY']) {
      const shown = view({ status: 'failed', next: ['payAgain', 'redirect'], problem: { code } });
      expect(screen(shown), code).toMatchObject({ tone: 'danger', title: english.failed, can: ['payAgain'] });
      expect(shown.bankUrl).toBeUndefined();
    }
  });

  test('names shop and amount', () => {
    expect(plain(view({ status: 'authorized', next: [] }).text)).toBe(
      'Your bank approved the payment of ₹1,250.00 to Nilgiri Leaf.',
    );
  });
});

describe('a session that is over', () => {
  test.each(['idle', 'awaitingOtp', 'unresolved', 'confirming', 'exhausted'])(
    'is reloaded, and nothing else can be done but to pay again: %s',
    (status) => {
      const shown = view({
        status,
        next: ['submit', 'redirect', 'payAgain', 'check'],
        problem: { code: 'SESSION_EXPIRED' },
      });
      expect(screen(shown)).toMatchObject({ title: english.expired, error: '', primary: 'reload' });
      expect(allowed(shown).filter((name) => name !== 'check')).toEqual(['payAgain', 'reload']);
      expect([shown.text, shown.bankUrl, shown.reference]).toEqual([english.expiredText, undefined, 'NL7K-42QX']);
    },
  );

  test('shows no field, also not while an action was in flight', () => {
    for (const status of ['submitting', 'resending']) {
      const shown = view({ status, problem: { code: 'SESSION_EXPIRED' } });
      expect([shown.can.submit, shown.can.cancel, shown.can.newer]).toEqual([false, false, false]);
    }
    expect(view({ status: 'unresolved', problem: { code: 'SESSION_EXPIRED' } }).can.check).toBe(false);
  });
});

test('a session that only reads shows the payment, offers to check it, and keeps its reference', () => {
  for (const status of ['idle', 'awaitingOtp', 'unresolved', 'confirming']) {
    const shown = view({ status, next: [], problem: { code: 'SESSION_READ_ONLY' } });
    expect(screen(shown), status).toEqual({
      ...quiet,
      tone: 'neutral',
      title: english.readOnly,
      primary: 'check',
      can: ['check'],
    });
    expect([shown.text, shown.reference]).toEqual([english.readOnlyText, 'NL7K-42QX']);
  }
});

test('the amount in rupees and the last digits of the card are no OTP', () => {
  expect(toOtpHints({ ...awaiting, display: { ...awaiting.display, lastDigits: '1112' } }, 6)).toEqual({
    length: 6,
    others: ['1250', '1112'],
  });
  const odd = { amount: { value: 125_099, currency: 'INR' } };
  expect(toOtpHints({ ...awaiting, display: odd }, 0)).toEqual({ length: 0, others: ['1250', ''] });
  expect(toOtpHints(idleState, 0)).toEqual({ length: 0, others: ['0', ''] });
});

test.each([
  'idle',
  'generating',
  'awaitingOtp',
  'resending',
  'submitting',
  'confirming',
  'redirecting',
  'unresolved',
  'authorized',
  'failed',
  'exhausted',
  'superseded',
  'cancelled',
])('what stands out can be done: %s', (status) => {
  const codes = ['BUSY', 'OTP_NOT_ACCEPTED', 'NATIVE_OTP_UNAVAILABLE', 'SESSION_EXPIRED', 'SESSION_READ_ONLY'];
  const nexts = [[], ['submit'], ['redirect'], ['check'], ['payAgain'], awaiting.next];
  const isDoable = ({ primary, bankUrl: url, can }: ViewModel): boolean =>
    primary === undefined || (primary === 'bank' ? url !== undefined : can[primary]);
  const changes = [undefined, ...codes].flatMap((code) =>
    nexts.flatMap((next) => [0, 2].map((misses) => ({ status, next, misses, problem: code && { code } }))),
  );
  const broken = changes.filter((change) => ![false, true].every((manual) => isDoable(view(change, { manual }))));
  expect(broken).toEqual([]);
});
