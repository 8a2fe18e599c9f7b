import { describe, expect, test } from 'vitest';
import { createOtpFlow, fetchTransport, type TransportResult } from '../src/index.ts';
import {
  createAwaitingBench,
  awaitingOtpView,
  createTestBench,
  challengeUrl,
  confirmingView,
  readyView,
  rejectedResult,
  flushMicrotasks,
  unreachableResult,
  view,
  viewResult,
} from './support/test-bench.ts';

describe('a view with the revision of the action', () => {
  test('is applied when it is the response to the action itself', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...awaitingOtpView, revision: readyView.revision }));
    expect(bench.flow.state.status).toBe('awaitingOtp');
    expect(bench.flow.state.problem).toBeUndefined();
  });

  test('in a waiting phase reports no network problem', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    for (const seconds of [1, 1, 2, 4]) {
      await bench.advance(seconds);
      expect(bench.lastCall().name).toBe('payment');
      await bench.respond(viewResult({ ...confirmingView, revision: awaitingOtpView.revision }));
    }
    expect(bench.flow.state).toMatchObject({ status: 'confirming' });
    expect(bench.flow.state.problem).toBeUndefined();
  });

  test('with one more miss means that the OTP was rejected', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('000000');
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    await bench.advance(1);
    await bench.respond(
      viewResult({ ...awaitingOtpView, attempts: { misses: 1 }, problem: { code: 'OTP_NOT_ACCEPTED' } }),
    );
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', misses: 1, problem: { code: 'OTP_NOT_ACCEPTED' } });
  });

  test('with leftForBank shows the notice after a reload only', async () => {
    const left = { ...awaitingOtpView, leftForBank: true as const };
    const reloaded = createTestBench();
    reloaded.flow.start();
    await flushMicrotasks();
    await reloaded.respond(viewResult(left));
    expect(reloaded.flow.state.notice).toBe('newerOtpPossible');

    const before = createTestBench(view({ phase: 'awaitingOtp', next: ['submit'], revision: 0 }));
    before.flow.check();
    await flushMicrotasks();
    await before.respond(viewResult(left));
    expect(before.flow.state.notice).toBeUndefined();
  });
});

describe('a poll', () => {
  test('without a response keeps the allowed steps', async () => {
    const bench = createTestBench({ ...awaitingOtpView, revision: 0 });
    bench.flow.start();
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    expect(bench.flow.state.next).toEqual(awaitingOtpView.next);
    expect(bench.flow.state.problem).toBeUndefined();
  });

  test('rejected by a rate limit keeps the notice and reports no problem while an OTP is awaited', async () => {
    const bench = createTestBench({ ...awaitingOtpView, resendInSeconds: 0 });
    bench.flow.resend();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 4 }));
    expect(bench.flow.state.notice).toBe('otpResent');
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(rejectedResult(429, 'BUSY'));
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'otpResent' });
    expect(bench.flow.state.problem).toBeUndefined();
  });

  test('on a hidden page does not count as visible', async () => {
    const bench = createTestBench(view({ phase: 'unresolved', next: ['check'] }));
    bench.flow.start();
    bench.flow.notify('hidden');
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult(view({ phase: 'unresolved', next: ['check'] })));
    const callCount = bench.calls.length;
    await bench.advance(120);
    expect(bench.calls).toHaveLength(callCount);
  });

  test('is repeated when the page becomes visible; an action in flight is not', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    bench.flow.notify('visible');
    await flushMicrotasks();
    expect(bench.lastCall().name).toBe('submit');
    expect(bench.lastCall().signal.aborted).toBe(false);
  });

  test('is skipped at the start when a view of revision 0 is known', async () => {
    const bench = createTestBench({ ...readyView, revision: 0 });
    bench.flow.start();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('generate');
  });
});

describe('no OTP is generated', () => {
  test('when the session may only read', async () => {
    const problem = { code: 'SESSION_READ_ONLY' } as const;
    const readOnlyView = view({ phase: 'ready', next: ['check'], problem });
    const bench = createTestBench(readOnlyView);
    bench.flow.start();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('');
    expect(bench.flow.state).toMatchObject({ status: 'idle', next: ['check'], problem });
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult(readOnlyView));
    await bench.advance(3600);
    expect(bench.callNames()).toBe('payment');
    expect(bench.flow.state.problem).toEqual(problem);
  });

  test('when the session has expired', async () => {
    const bench = createTestBench();
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, problem: { code: 'SESSION_EXPIRED' } }));
    await bench.advance(60);
    expect(bench.callNames()).toBe('payment');
    expect(bench.flow.state.problem).toEqual({ code: 'SESSION_EXPIRED' });
  });

  test('when the step began with a pending OTP, whatever follows', async () => {
    const bench = createTestBench(awaitingOtpView);
    bench.flow.start();
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, revision: 9 }));
    await bench.advance(5);
    expect(bench.callNames()).toBe('payment');
  });

  test('for a ready payment that was not started', async () => {
    const bench = createTestBench(readyView);
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, pollAfterSeconds: 1 }));
    await bench.advance(60);
    expect(bench.callNames()).toBe('payment');
  });
});

describe('the bank’s page', () => {
  test('is recorded once, however often the link is pressed', async () => {
    const bench = await createAwaitingBench({ challengeUrl });
    bench.flow.redirect();
    bench.flow.redirect();
    await flushMicrotasks();
    expect(bench.calls.filter(({ name }) => name === 'leave')).toHaveLength(1);
  });
});

describe('a custom transport', () => {
  test.each([
    ['nothing', undefined],
    ['a view that is none', { kind: 'view' }],
    ['a view without steps', { kind: 'view', view: { phase: 'authorized', revision: 9 } }],
  ])('that returns %s counts as no response', async (_, result) => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(result as unknown as TransportResult);
    expect(bench.flow.state).toMatchObject({ status: 'confirming', problem: { code: 'BACKEND_UNREACHABLE' } });
  });

  test('with unchecked JSON adds only members of the contract to the state', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    const unread = { ...confirmingView, otp: '123456', status: 'authorized', challengeUrl: 'javascript:0' };
    await bench.respond(viewResult(unread));
    expect(bench.flow.state.status).toBe('confirming');
    expect(bench.flow.state.challengeUrl).toBe(challengeUrl);
    expect(JSON.stringify(bench.flow.state)).not.toContain('123456');
  });
});

describe('a flow', () => {
  test('has a clock close to the time of day', () => {
    const flow = createOtpFlow({ transport: fetchTransport({ endpoint: '/plural', session: 'seal' }) });
    const dayMs = 86_400_000;
    expect(Math.abs(flow.now() - Date.now())).toBeLessThan(dayMs);
    flow.close();
  });

  test('starts in idle without steps', () => {
    expect(createTestBench().flow.state).toEqual({ status: 'idle', next: [], misses: 0, online: true });
  });

  test('polls when its clocks drift, and only then', async () => {
    const bench = await createAwaitingBench();
    const callCount = bench.calls.length;
    bench.advanceWallClock(2);
    await bench.advance(1);
    expect(bench.calls).toHaveLength(callCount);
    bench.advanceWallClock(3);
    await bench.advance(1);
    expect(bench.calls.slice(callCount).map(({ name }) => name)).toEqual(['payment']);
  });
});
