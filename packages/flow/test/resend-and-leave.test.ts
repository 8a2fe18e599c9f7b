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
  rejectedResult,
  flushMicrotasks,
  unreachableResult,
  view,
  viewResult,
} from './support/test-bench.ts';

describe('resend', () => {
  test('before its time sends nothing; at its time it is sent and announced', async () => {
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

  test('that the backend rejected reports the problem and no notice', async () => {
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

  test('that never arrived leads back to awaitingOtp, with the problem and no notice', async () => {
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

  test('without a response for 30 s allows submit and resend', async () => {
    const bench = await createAwaitingBench();
    await bench.advance(30);
    bench.flow.resend();
    await bench.advance(30);
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'OTP_MAYBE_NOT_SENT' } });
  });
});

describe('away', () => {
  test('is reported once per call with its note, outside the machine, while an OTP is awaited', async () => {
    const bench = await createAwaitingBench();
    const { state } = bench.flow;
    bench.flow.away({ by: 'typed' });
    expect(bench.lastCall()).toMatchObject({ name: 'leave', to: 'away', entry: { by: 'typed' } });
    await bench.respond(rejectedResult(500, 'INTERNAL'));
    expect(bench.flow.state).toBe(state);
    bench.flow.submit('123456', { by: 'pasted' });
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'submit', otp: '123456', entry: { by: 'pasted' } });
    const { length } = bench.calls;
    bench.flow.away();
    bench.flow.close();
    bench.flow.away();
    expect(bench.calls).toHaveLength(length);
  });
});

describe('redirect', () => {
  test('is recorded and lasts until the page returns, then announces the newer OTP', async () => {
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

  test('polls at once after a return before the response, and ignores the late response', async () => {
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
  ] as const)('is announced from the view after a reload (view %s)', async (_, sent) => {
    const bench = createTestBench(sent && { ...sent, next: [...sent.next] });
    bench.flow.start();
    await flushMicrotasks();
    if (!sent) await bench.respond(viewResult({ ...awaitingOtpView, leftForBank: true }));
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'newerOtpPossible' });
    expect(bench.flow.state).not.toHaveProperty('leftForBank');
  });

  test('is not announced again after a rejected OTP or a resend', async () => {
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

  test('is not announced when the first view awaits no OTP or has no leftForBank', () => {
    expect(createTestBench({ ...confirmingView, leftForBank: true }).flow.state.notice).toBeUndefined();
    expect(createTestBench(awaitingOtpView).flow.state.notice).toBeUndefined();
  });

  test('lasts even without a response to its record', async () => {
    const bench = await createAwaitingBench();
    bench.flow.redirect();
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    expect(bench.flow.state.status).toBe('redirecting');
    expect(bench.flow.state.problem).toBeUndefined();
  });

  test('that did not leave the page ends with a poll after 30 s', async () => {
    const bench = await createAwaitingBench();
    bench.flow.redirect();
    await flushMicrotasks();
    await bench.respond(viewResult(awaitingOtpView));
    await bench.advance(30);
    await bench.respond(viewResult(awaitingOtpView));
    expect(bench.flow.state.status).toBe('awaitingOtp');
  });

  test('ends when the payment ended at the bank', async () => {
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

  test('from a ready payment generates nothing after the return', async () => {
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
  test('is sent while no outcome is awaited, and the backend decides', async () => {
    const bench = await createAwaitingBench();
    bench.flow.cancel();
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'leave', to: 'cancel' });
    await bench.respond(viewResult(view({ phase: 'cancelled', revision: 6 })));
    expect(bench.flow.state.status).toBe('cancelled');
  });

  test('without a response keeps the state, reports the problem and polls', async () => {
    const bench = await createAwaitingBench();
    bench.flow.cancel();
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'BACKEND_UNREACHABLE' } });
    await bench.advance(1);
    expect(bench.lastCall().name).toBe('payment');
  });

  test('in flight prevents every other action', async () => {
    const bench = createTestBench(readyView);
    bench.flow.cancel();
    bench.flow.start();
    bench.flow.cancel();
    await flushMicrotasks();
    await bench.respond(viewResult(readyView));
    expect([bench.callNames(), bench.flow.state.status]).toEqual(['leave', 'idle']);
  });

  test('is not sent while a verdict is awaited', async () => {
    const bench = createTestBench(confirmingView);
    bench.flow.cancel();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('');
  });
});
