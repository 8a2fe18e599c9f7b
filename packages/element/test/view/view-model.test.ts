import { english } from '@plural-otp/flow/presentation';
import { describe, expect, test } from 'vitest';
import { idleState, toViewModel, type ViewModel } from '../../src/view/view-model.ts';
import { allowed, bankUrl, type Change, plain, quiet, screen, started, view } from '../support/screens.ts';

describe('the field', () => {
  test('is shown with its ways out while the OTP is awaited; to submit stands out', () => {
    const shown = view();
    expect(screen(shown)).toEqual({ ...quiet, tone: 'field', primary: 'submit', can: ['submit', 'resend', 'cancel'] });
    expect(plain(shown.label)).toBe('Enter the OTP from HDFC Bank');
    expect(plain(shown.hint)).toBe('Your bank sends it by SMS, email or in its app. Check that it says ₹1,250.00.');
    expect(plain(shown.submitLabel)).toBe('Pay ₹1,250.00');
    expect(plain(shown.bankLabel)).toBe('Use HDFC Bank’s page instead');
    expect([shown.bank, shown.bankUrl, shown.text, shown.reference]).toEqual(['HDFC Bank', bankUrl, '', '']);
  });

  test('speaks of “your bank” where the bank is unknown, and reserves what is pre-authorized', () => {
    const shown = view({ display: { preAuth: true } });
    expect([shown.bank, shown.label, shown.bankLabel]).toEqual(['', english.titlePlain, english.bank]);
    expect(plain(shown.submitLabel)).toBe('Reserve the amount');
  });

  test('says once that an OTP was sent, and what else is new', () => {
    expect(view({ notice: 'otpSent' }).notice).toBe(english.sentNow);
    expect(view({ notice: 'otpResent' }).notice).toBe(english.otpResent);
    expect(view({ notice: 'newerOtpPossible' }).notice).toBe(english.newerOtpPossible);
  });

  test('offers nothing that the backend does not allow', () => {
    expect(allowed(view({ next: ['submit'] }))).toEqual(['submit', 'cancel']);
    expect(view({ next: ['submit'] }).bankUrl).toBeUndefined();
    expect(allowed(view({ next: ['resend'] }))).toEqual(['cancel']);
    for (const challengeUrl of [undefined, 'http://acs.example/', 'https://bank@acs.example/', 'javascript:alert(1)'])
      expect(view({ challengeUrl }).bankUrl).toBeUndefined();
  });

  test('shows a rejection at the code, and after the second leads to the bank’s page', () => {
    const problem = { code: 'OTP_NOT_ACCEPTED' };
    const first = view({ problem, misses: 1, notice: undefined });
    expect(screen(first)).toMatchObject({ ...quiet, error: english.OTP_NOT_ACCEPTED, primary: 'submit' });
    const second = view({ problem, misses: 2 });
    expect(screen(second)).toMatchObject({ error: english.lastMiss, primary: 'bank', tone: 'field' });
    expect(plain(second.bankLabel)).toBe('Continue on HDFC Bank’s page');
    expect(view({ problem, misses: 2, display: {} }).bankLabel).toBe(english.bankMain);
    expect(screen(view({ problem, misses: 2, next: ['submit'] }))).toMatchObject({ primary: 'submit' });
  });

  test('keeps its place while a code is submitted or requested, says so, and takes no press', () => {
    const submitting = view({ status: 'submitting', busy: 'submit', problem: { code: 'OTP_NOT_ACCEPTED' } });
    expect(screen(submitting)).toEqual({
      ...quiet,
      tone: 'field',
      pausedText: english.submitting,
      primary: 'submit',
      can: ['submit', 'resend'],
    });
    const resending = view({ status: 'resending', busy: 'resend', notice: 'otpSent' });
    expect(screen(resending)).toEqual({
      ...quiet,
      tone: 'field',
      notice: english.sentNow,
      pausedText: english.resending,
      primary: undefined,
      can: ['submit', 'resend', 'cancel'],
    });
    expect(allowed(view({ status: 'submitting', busy: 'submit', next: [] }))).toEqual(['submit']);
    expect(allowed(view({ status: 'submitting', busy: 'submit', next: [], resendAtMs: 5 }))).toContain('resend');
    expect(allowed(view({ next: ['submit'], resendAtMs: 5 }))).not.toContain('resend');
  });

  test('says that the customer is offline, and pauses', () => {
    const offline = view({ online: false, problem: { code: 'OTP_NOT_ACCEPTED' }, misses: 1 });
    expect(screen(offline)).toMatchObject({ notice: english.offline, pausedText: english.offline, primary: undefined });
    expect(screen(view({ online: false, busy: 'resend' })).notice).toBe(english.offline);
  });

  test('answers a press that waits: an action pauses the field, a check does not', () => {
    expect(screen(view({ busy: 'cancel' }))).toMatchObject({ notice: english.wait, pausedText: english.wait });
    expect(screen(view({ busy: 'check' }))).toMatchObject({ notice: english.wait, pausedText: '', primary: 'submit' });
  });

  test('shows a problem that is no rejection as a note', () => {
    expect(screen(view({ problem: { code: 'RESEND_TOO_EARLY' } }))).toMatchObject({
      ...quiet,
      notice: english.RESEND_TOO_EARLY,
    });
  });
});

describe('the start', () => {
  const unstarted: Change = { status: 'idle', next: [], challengeUrl: undefined, reference: undefined };

  test('is quiet while nothing is known', () => {
    const shown = toViewModel(idleState, english, { ...started, isConnected: false });
    expect(screen(shown)).toEqual({ ...quiet, tone: 'busy', title: english.idle, primary: undefined, can: [] });
    expect(shown.text).toBe(english.idleText);
    expect(screen(view({ ...unstarted, busy: 'start' }))).toMatchObject({ notice: '', title: english.idle });
  });

  test('shows at once that an OTP is requested where the payment is ready', () => {
    const ready: Change = { status: 'idle', next: [] };
    expect(screen(view(ready))).toEqual({
      ...quiet,
      tone: 'busy',
      title: english.generating,
      primary: undefined,
      can: [],
    });
    expect(view(ready).text).toBe(english.generatingText);
    expect(view({ ...ready, reference: undefined }).title).toBe(english.idle);
    expect(view(ready, { isConnected: false }).title).toBe(english.idle);
    expect(screen(view({ status: 'generating', next: [], busy: 'start' }))).toMatchObject({
      ...quiet,
      title: english.generating,
    });
  });

  test('waits for its button where the page asked for that, and answers its press', () => {
    const manual = { manual: true };
    expect(screen(view(unstarted, manual))).toEqual({
      ...quiet,
      tone: 'warning',
      title: english.idle,
      primary: 'start',
      can: ['start'],
    });
    expect(screen(view({ ...unstarted, busy: 'start' }, manual))).toMatchObject({ notice: english.wait });
  });

  test('that failed may be tried again; a way to the bank’s page comes first unless another try may do', () => {
    const failed = (code: string, next: string[] = ['redirect']): ViewModel =>
      view({ status: 'idle', next, problem: { code } });
    expect(screen(failed('NATIVE_OTP_UNAVAILABLE'))).toEqual({
      ...quiet,
      tone: 'warning',
      title: english.atBank,
      primary: 'bank',
      can: [],
    });
    expect(failed('NATIVE_OTP_UNAVAILABLE').text).toBe(english.NATIVE_OTP_UNAVAILABLE);
    expect(failed('NATIVE_OTP_UNAVAILABLE').reference).toBe('NL7K-42QX');
    for (const code of ['BUSY', 'INTERNAL', 'OTP_MAYBE_NOT_SENT', 'BACKEND_UNREACHABLE']) {
      expect(screen(failed(code)), code).toMatchObject({ title: english.idle, primary: 'start', can: ['start'] });
      expect(failed(code).text).toBe((english as unknown as Record<string, string>)[code]);
    }
    expect(screen(failed('NATIVE_OTP_UNAVAILABLE', []))).toMatchObject({ primary: 'start', can: ['start'] });
    // Without words of its own, a problem leaves those of the start.
    expect(failed('PAYMENT_FAILED', []).text).toBe(english.idleText);
    expect(screen(view({ status: 'idle', next: [], problem: { code: 'BUSY' }, busy: 'start' })).notice).toBe(
      english.wait,
    );
  });

  describe('of a field that the page sent', () => {
    const adopted = { adopted: true };

    test('keeps the field in sight, and says what is awaited', () => {
      expect(screen(view(unstarted, { ...adopted, isConnected: false }))).toEqual({
        ...quiet,
        tone: 'field',
        notice: english.idleText,
        pausedText: english.idleText,
        primary: undefined,
        can: ['submit'],
      });
      expect(screen(view(unstarted, adopted))).toMatchObject({ notice: english.generating, tone: 'field' });
      expect(screen(view({ ...unstarted, status: 'generating' }, adopted))).toMatchObject({
        tone: 'field',
        pausedText: english.generating,
      });
      expect(screen(view(unstarted, { ...adopted, manual: true }))).toMatchObject({
        tone: 'field',
        notice: english.idleText,
        primary: 'start',
        can: ['submit', 'start'],
      });
    });

    test('gives way to a problem, to the end, and to a page that is over', () => {
      expect(screen(view({ ...unstarted, problem: { code: 'BUSY' } }, adopted))).toMatchObject({
        tone: 'warning',
        can: ['start'],
      });
      expect(view({ status: 'authorized', next: [] }, adopted).tone).toBe('success');
      expect(view({ ...unstarted, problem: { code: 'SESSION_EXPIRED' } }, adopted).can.submit).toBe(false);
    });
  });
});
