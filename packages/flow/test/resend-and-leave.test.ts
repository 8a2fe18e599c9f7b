import { describe, expect, test } from 'vitest';
import {
  atTheCode,
  authorized,
  awaiting,
  bench,
  challengeUrl,
  confirming,
  notAccepted,
  ready,
  settled,
  unreachable,
  view,
  viewed,
} from './support/test-bench.ts';

describe('resend', () => {
  test('before its time nothing is sent; at its time it is, and says so', async () => {
    const it = await atTheCode();
    await it.pass(29.999);
    it.flow.resend();
    await settled();
    expect(it.names()).toBe('payment generate');
    await it.pass(0.001);
    it.flow.resend();
    await settled();
    expect(it.flow.state).toMatchObject({ status: 'resending', next: ['redirect'] });
    expect(it.last()).toMatchObject({ name: 'resend', idempotencyKey: 'act-2' });
    await it.answer(viewed({ ...awaiting, revision: 4, resendInSeconds: 60 }));
    expect(it.flow.state).toMatchObject({
      status: 'awaitingOtp',
      notice: 'otpResent',
      resendAtMs: it.flow.now() + 60_000,
    });
  });

  test('that the backend refused says why and no good news', async () => {
    const it = await atTheCode();
    await it.pass(30);
    it.flow.resend();
    await settled();
    await it.answer(viewed({ ...awaiting, next: ['submit'], revision: 4, problem: { code: 'RESEND_LIMIT' } }));
    expect(it.flow.state.problem?.code).toBe('RESEND_LIMIT');
    expect(it.flow.state.notice).toBeUndefined();
    it.flow.resend();
    await settled();
    expect(it.names()).toBe('payment generate resend');
  });

  test('never heard by the backend: back to the code, with the problem and no good news', async () => {
    const it = await atTheCode();
    await it.pass(30);
    it.flow.resend();
    await settled();
    await it.answer(unreachable);
    await it.pass(2);
    await it.answer(viewed({ ...awaiting, resendInSeconds: 0 }));
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'BACKEND_UNREACHABLE' } });
    expect(it.flow.state.notice).toBeUndefined();
  });

  test('unanswered for 30 s: the code may be typed, another may be asked for', async () => {
    const it = await atTheCode();
    await it.pass(30);
    it.flow.resend();
    await it.pass(30);
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'OTP_MAYBE_NOT_SENT' } });
  });
});

describe('redirect', () => {
  test('is recorded, and holds until the page is back: then the newer code is mentioned', async () => {
    const it = await atTheCode();
    it.flow.redirect();
    await settled();
    expect(it.last()).toMatchObject({ name: 'leave', to: 'bank' });
    await it.answer(viewed({ ...awaiting, revision: 4 }));
    expect(it.flow.state.status).toBe('redirecting');
    it.flow.notify('restored');
    await settled();
    await it.answer(viewed({ ...notAccepted, revision: 5 }));
    expect(it.flow.state).toMatchObject({
      status: 'awaitingOtp',
      notice: 'newerOtpPossible',
      problem: { code: 'OTP_NOT_ACCEPTED' },
    });
  });

  test('back from the bank before the way there was answered: asks at once, and the late answer changes nothing', async () => {
    const it = await atTheCode();
    it.flow.redirect();
    await settled();
    const onTheWay = it.last();
    it.flow.notify('restored');
    await settled();
    expect(it.last()).toMatchObject({ name: 'payment' });
    await it.answer(viewed({ ...awaiting, revision: 5 }));
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'newerOtpPossible' });
    await onTheWay.answer(viewed({ ...awaiting, revision: 6 }));
    await settled();
    expect(it.flow.state.status).toBe('awaitingOtp');
  });

  test.each([
    ['asked for', undefined],
    ['sent with the page', { ...awaiting, leftForBank: true }],
  ] as const)('that a reload forgot is known from the view: the newer code is mentioned (view %s)', async (_, sent) => {
    const it = bench(sent && { ...sent, next: [...sent.next] });
    it.flow.start();
    await settled();
    if (!sent) await it.answer(viewed({ ...awaiting, leftForBank: true }));
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'newerOtpPossible' });
    expect(it.flow.state).not.toHaveProperty('leftForBank');
  });

  test('of long ago is not mentioned again: not after a refused code, nor over the news of a resend', async () => {
    const it = bench({ ...awaiting, resendInSeconds: 0, leftForBank: true });
    it.flow.submit('123456');
    await settled();
    await it.answer(viewed({ ...notAccepted, revision: 6, leftForBank: true }));
    it.flow.check();
    await settled();
    await it.answer(viewed({ ...awaiting, revision: 7, resendInSeconds: 0, leftForBank: true }));
    expect(it.flow.state.notice).toBeUndefined();
    it.flow.resend();
    await settled();
    await it.answer(viewed({ ...awaiting, revision: 8, leftForBank: true }));
    it.flow.check();
    await settled();
    await it.answer(viewed({ ...awaiting, revision: 8, leftForBank: true }));
    expect(it.flow.state.notice).toBe('otpResent');
  });

  test('is not mentioned where the first view waits for no code, or says nothing of the bank', () => {
    expect(bench({ ...confirming, leftForBank: true }).flow.state.notice).toBeUndefined();
    expect(bench(awaiting).flow.state.notice).toBeUndefined();
  });

  test('whose record was not answered holds all the same', async () => {
    const it = await atTheCode();
    it.flow.redirect();
    await settled();
    await it.answer(unreachable);
    expect(it.flow.state.status).toBe('redirecting');
    expect(it.flow.state.problem).toBeUndefined();
  });

  test('that led nowhere is left after 30 s by asking', async () => {
    const it = await atTheCode();
    it.flow.redirect();
    await settled();
    await it.answer(viewed(awaiting));
    await it.pass(30);
    await it.answer(viewed(awaiting));
    expect(it.flow.state.status).toBe('awaitingOtp');
  });

  test('the payment that ended at the bank ends here', async () => {
    const it = await atTheCode();
    it.flow.redirect();
    await settled();
    await it.answer(viewed(authorized));
    expect(it.flow.state.status).toBe('authorized');
  });

  test.each([
    ['is not offered', { next: ['submit'], challengeUrl }],
    ['has no address', { next: ['submit', 'redirect'] }],
  ] as const)('does nothing when the bank page %s', async (_, members) => {
    const it = bench(view({ phase: 'awaitingOtp', ...members, next: [...members.next] }));
    it.flow.redirect();
    await settled();
    expect([it.names(), it.flow.state.status]).toEqual(['', 'awaitingOtp']);
  });

  test('from a payment that was ready generates nothing on the way back', async () => {
    const it = bench(ready);
    it.flow.notify('hidden');
    it.flow.start();
    it.flow.redirect();
    await settled();
    await it.answer(viewed(ready));
    it.flow.notify('restored');
    await settled();
    await it.answer(viewed(ready));
    expect([it.names(), it.flow.state.status]).toEqual(['leave payment', 'idle']);
  });
});

describe('cancel', () => {
  test('is sent where the customer waits for nothing, and the backend decides', async () => {
    const it = await atTheCode();
    it.flow.cancel();
    await settled();
    expect(it.last()).toMatchObject({ name: 'leave', to: 'cancel' });
    await it.answer(viewed(view({ phase: 'cancelled', revision: 6 })));
    expect(it.flow.state.status).toBe('cancelled');
  });

  test('unanswered keeps everything, says so, and asks', async () => {
    const it = await atTheCode();
    it.flow.cancel();
    await settled();
    await it.answer(unreachable);
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'BACKEND_UNREACHABLE' } });
    await it.pass(1);
    expect(it.last().name).toBe('payment');
  });

  test('under way holds every other act back', async () => {
    const it = bench(ready);
    it.flow.cancel();
    it.flow.start();
    it.flow.cancel();
    await settled();
    await it.answer(viewed(ready));
    expect([it.names(), it.flow.state.status]).toEqual(['leave', 'idle']);
  });

  test('is not sent while a verdict is waited for', async () => {
    const it = bench(confirming);
    it.flow.cancel();
    await settled();
    expect(it.names()).toBe('');
  });
});
