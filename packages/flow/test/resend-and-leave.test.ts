import { describe, expect, test } from 'vitest';
import {
  createAwaitingBench,
  authorizedView,
  awaitingOtpView,
  createTestBench,
  challengeUrl,
  confirmingView,
  notAcceptedView,
  readyView,
  flushMicrotasks,
  unreachableResult,
  view,
  viewResult,
} from './support/test-bench.ts';

describe('resend', () => {
  test('before its time nothing is sent; at its time it is, and says so', async () => {
    const bench = await createAwaitingBench();
    await bench.advance(29.999);
    bench.flow.resend();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment generate');
    await bench.advance(0.001);
    bench.flow.resend();
    await flushMicrotasks();
    expect(bench.flow.state).toMatchObject({ status: 'resending', next: ['redirect'] });
    expect(bench.lastCall()).toMatchObject({ name: 'resend', idempotencyKey: 'key-2' });
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 4, resendInSeconds: 60 }));
    expect(bench.flow.state).toMatchObject({
      status: 'awaitingOtp',
      notice: 'otpResent',
      resendAtMs: bench.flow.now() + 60_000,
    });
  });

  test('that the backend refused says why and no good news', async () => {
    const bench = await createAwaitingBench();
    await bench.advance(30);
    bench.flow.resend();
    await flushMicrotasks();
    await bench.respond(
      viewResult({ ...awaitingOtpView, next: ['submit'], revision: 4, problem: { code: 'RESEND_LIMIT' } }),
    );
    expect(bench.flow.state.problem?.code).toBe('RESEND_LIMIT');
    expect(bench.flow.state.notice).toBeUndefined();
    bench.flow.resend();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment generate resend');
  });

  test('never heard by the backend: back to the code, with the problem and no good news', async () => {
    const bench = await createAwaitingBench();
    await bench.advance(30);
    bench.flow.resend();
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    await bench.advance(2);
    await bench.respond(viewResult({ ...awaitingOtpView, resendInSeconds: 0 }));
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'BACKEND_UNREACHABLE' } });
    expect(bench.flow.state.notice).toBeUndefined();
  });

  test('unanswered for 30 s: the code may be typed, another may be asked for', async () => {
    const bench = await createAwaitingBench();
    await bench.advance(30);
    bench.flow.resend();
    await bench.advance(30);
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'OTP_MAYBE_NOT_SENT' } });
  });
});

describe('redirect', () => {
  test('is recorded, and holds until the page is back: then the newer code is mentioned', async () => {
    const bench = await createAwaitingBench();
    bench.flow.redirect();
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'leave', to: 'bank' });
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 4 }));
    expect(bench.flow.state.status).toBe('redirecting');
    bench.flow.notify('restored');
    await flushMicrotasks();
    await bench.respond(viewResult({ ...notAcceptedView, revision: 5 }));
    expect(bench.flow.state).toMatchObject({
      status: 'awaitingOtp',
      notice: 'newerOtpPossible',
      problem: { code: 'OTP_NOT_ACCEPTED' },
    });
  });

  test('back from the bank before the way there was answered: asks at once, and the late answer changes nothing', async () => {
    const bench = await createAwaitingBench();
    bench.flow.redirect();
    await flushMicrotasks();
    const onTheWay = bench.lastCall();
    bench.flow.notify('restored');
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'payment' });
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 5 }));
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'newerOtpPossible' });
    await onTheWay.respond(viewResult({ ...awaitingOtpView, revision: 6 }));
    await flushMicrotasks();
    expect(bench.flow.state.status).toBe('awaitingOtp');
  });

  test.each([
    ['asked for', undefined],
    ['sent with the page', { ...awaitingOtpView, leftForBank: true }],
  ] as const)('that a reload forgot is known from the view: the newer code is mentioned (view %s)', async (_, sent) => {
    const bench = createTestBench(sent && { ...sent, next: [...sent.next] });
    bench.flow.start();
    await flushMicrotasks();
    if (!sent) await bench.respond(viewResult({ ...awaitingOtpView, leftForBank: true }));
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'newerOtpPossible' });
    expect(bench.flow.state).not.toHaveProperty('leftForBank');
  });

  test('of long ago is not mentioned again: not after a refused code, nor over the news of a resend', async () => {
    const bench = createTestBench({ ...awaitingOtpView, resendInSeconds: 0, leftForBank: true });
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(viewResult({ ...notAcceptedView, revision: 6, leftForBank: true }));
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 7, resendInSeconds: 0, leftForBank: true }));
    expect(bench.flow.state.notice).toBeUndefined();
    bench.flow.resend();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 8, leftForBank: true }));
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 8, leftForBank: true }));
    expect(bench.flow.state.notice).toBe('otpResent');
  });

  test('is not mentioned where the first view waits for no code, or says nothing of the bank', () => {
    expect(createTestBench({ ...confirmingView, leftForBank: true }).flow.state.notice).toBeUndefined();
    expect(createTestBench(awaitingOtpView).flow.state.notice).toBeUndefined();
  });

  test('whose record was not answered holds all the same', async () => {
    const bench = await createAwaitingBench();
    bench.flow.redirect();
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    expect(bench.flow.state.status).toBe('redirecting');
    expect(bench.flow.state.problem).toBeUndefined();
  });

  test('that led nowhere is left after 30 s by asking', async () => {
    const bench = await createAwaitingBench();
    bench.flow.redirect();
    await flushMicrotasks();
    await bench.respond(viewResult(awaitingOtpView));
    await bench.advance(30);
    await bench.respond(viewResult(awaitingOtpView));
    expect(bench.flow.state.status).toBe('awaitingOtp');
  });

  test('the payment that ended at the bank ends here', async () => {
    const bench = await createAwaitingBench();
    bench.flow.redirect();
    await flushMicrotasks();
    await bench.respond(viewResult(authorizedView));
    expect(bench.flow.state.status).toBe('authorized');
  });

  test.each([
    ['is not offered', { next: ['submit'], challengeUrl }],
    ['has no address', { next: ['submit', 'redirect'] }],
  ] as const)('does nothing when the bank page %s', async (_, members) => {
    const bench = createTestBench(view({ phase: 'awaitingOtp', ...members, next: [...members.next] }));
    bench.flow.redirect();
    await flushMicrotasks();
    expect([bench.callNames(), bench.flow.state.status]).toEqual(['', 'awaitingOtp']);
  });

  test('from a payment that was ready generates nothing on the way back', async () => {
    const bench = createTestBench(readyView);
    bench.flow.notify('hidden');
    bench.flow.start();
    bench.flow.redirect();
    await flushMicrotasks();
    await bench.respond(viewResult(readyView));
    bench.flow.notify('restored');
    await flushMicrotasks();
    await bench.respond(viewResult(readyView));
    expect([bench.callNames(), bench.flow.state.status]).toEqual(['leave payment', 'idle']);
  });
});

describe('cancel', () => {
  test('is sent where the customer waits for nothing, and the backend decides', async () => {
    const bench = await createAwaitingBench();
    bench.flow.cancel();
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'leave', to: 'cancel' });
    await bench.respond(viewResult(view({ phase: 'cancelled', revision: 6 })));
    expect(bench.flow.state.status).toBe('cancelled');
  });

  test('unanswered keeps everything, says so, and asks', async () => {
    const bench = await createAwaitingBench();
    bench.flow.cancel();
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'BACKEND_UNREACHABLE' } });
    await bench.advance(1);
    expect(bench.lastCall().name).toBe('payment');
  });

  test('under way holds every other act back', async () => {
    const bench = createTestBench(readyView);
    bench.flow.cancel();
    bench.flow.start();
    bench.flow.cancel();
    await flushMicrotasks();
    await bench.respond(viewResult(readyView));
    expect([bench.callNames(), bench.flow.state.status]).toEqual(['leave', 'idle']);
  });

  test('is not sent while a verdict is waited for', async () => {
    const bench = createTestBench(confirmingView);
    bench.flow.cancel();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('');
  });
});
