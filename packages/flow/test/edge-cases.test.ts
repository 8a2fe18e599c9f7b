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

describe('a view that is old news', () => {
  test('of an act that changed nothing is believed: the code is out, and nothing is wrong', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...awaitingOtpView, revision: readyView.revision }));
    expect(bench.flow.state.status).toBe('awaitingOtp');
    expect(bench.flow.state.problem).toBeUndefined();
  });

  test('that still waits for the bank is no reason to speak of the network', async () => {
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

  test('counts a miss all the same: the code was heard, and not accepted', async () => {
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

  test('that the customer went to the bank is said on a page loaded anew, and not on one that has seen a view', async () => {
    const left = { ...awaitingOtpView, leftForBank: true as const };
    const anew = createTestBench();
    anew.flow.start();
    await flushMicrotasks();
    await anew.respond(viewResult(left));
    expect(anew.flow.state.notice).toBe('newerOtpPossible');

    const before = createTestBench(view({ phase: 'awaitingOtp', next: ['submit'], revision: 0 }));
    before.flow.check();
    await flushMicrotasks();
    await before.respond(viewResult(left));
    expect(before.flow.state.notice).toBeUndefined();
  });
});

describe('a question', () => {
  test('without an answer takes nothing away that may be done', async () => {
    const bench = createTestBench({ ...awaitingOtpView, revision: 0 });
    bench.flow.start();
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    expect(bench.flow.state.next).toEqual(awaitingOtpView.next);
    expect(bench.flow.state.problem).toBeUndefined();
  });

  test('refused because of a rush keeps the good news, and says nothing at the code', async () => {
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

  test('by hand behind a hidden page does not make it a page that is seen', async () => {
    const bench = createTestBench(view({ phase: 'unresolved', next: ['check'] }));
    bench.flow.start();
    bench.flow.notify('hidden');
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult(view({ phase: 'unresolved', next: ['check'] })));
    const asked = bench.calls.length;
    await bench.advance(120);
    expect(bench.calls).toHaveLength(asked);
  });

  test('is asked anew when the page is seen again; an act under way is left alone', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    bench.flow.notify('visible');
    await flushMicrotasks();
    expect(bench.lastCall().name).toBe('submit');
    expect(bench.lastCall().signal.aborted).toBe(false);
  });

  test('after a flow was started on revision 0 is not asked first: the view is known', async () => {
    const bench = createTestBench({ ...readyView, revision: 0 });
    bench.flow.start();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('generate');
  });
});

describe('no code is asked for', () => {
  test('when the session has run out', async () => {
    const bench = createTestBench();
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, problem: { code: 'SESSION_EXPIRED' } }));
    await bench.advance(60);
    expect(bench.callNames()).toBe('payment');
    expect(bench.flow.state.problem).toEqual({ code: 'SESSION_EXPIRED' });
  });

  test('when the step began at a code that is out, whatever comes later', async () => {
    const bench = createTestBench(awaitingOtpView);
    bench.flow.start();
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, revision: 9 }));
    await bench.advance(5);
    expect(bench.callNames()).toBe('payment');
  });

  test('and none is waited for behind a ready payment that nobody started', async () => {
    const bench = createTestBench(readyView);
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, pollAfterSeconds: 1 }));
    await bench.advance(60);
    expect(bench.callNames()).toBe('payment');
  });
});

describe('the bank’s page', () => {
  test('is told of once, however often the link is pressed', async () => {
    const bench = await createAwaitingBench({ challengeUrl });
    bench.flow.redirect();
    bench.flow.redirect();
    await flushMicrotasks();
    expect(bench.calls.filter(({ name }) => name === 'leave')).toHaveLength(1);
  });
});

describe('a transport of the page’s own', () => {
  test.each([
    ['nothing', undefined],
    ['a view that is none', { kind: 'view' }],
    ['a view without steps', { kind: 'view', view: { phase: 'authorized', revision: 9 } }],
  ])('that brings %s has brought no answer', async (_, result) => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(result as unknown as TransportResult);
    expect(bench.flow.state).toMatchObject({ status: 'confirming', problem: { code: 'BACKEND_UNREACHABLE' } });
  });

  test('that hands on its backend’s words unread brings into the state what the contract names, and no more', async () => {
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
  test('has a clock of its own that tells the time of day', () => {
    const flow = createOtpFlow({ transport: fetchTransport({ endpoint: '/plural', session: 'seal' }) });
    const dayMs = 86_400_000;
    expect(Math.abs(flow.now() - Date.now())).toBeLessThan(dayMs);
    flow.close();
  });

  test('begins with nothing to do', () => {
    expect(createTestBench().flow.state).toEqual({ status: 'idle', next: [], misses: 0, online: true });
  });

  test('asks when its clocks part, and only then', async () => {
    const bench = await createAwaitingBench();
    const asked = bench.calls.length;
    bench.advanceWallClock(2);
    await bench.advance(1);
    expect(bench.calls).toHaveLength(asked);
    bench.advanceWallClock(3);
    await bench.advance(1);
    expect(bench.calls.slice(asked).map(({ name }) => name)).toEqual(['payment']);
  });
});
