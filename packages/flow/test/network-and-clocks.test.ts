import { describe, expect, test } from 'vitest';
import {
  createAwaitingBench,
  authorizedView,
  awaitingOtpView,
  createTestBench,
  challengeUrl,
  confirmingView,
  readyView,
  reference,
  rejectedResult,
  flushMicrotasks,
  unreachableResult,
  view,
  viewResult,
} from './support/test-bench.ts';

describe('network', () => {
  test('offline, actions and polls are ignored and the state says so; back online it polls at once', async () => {
    const bench = await createAwaitingBench();
    await bench.advance(30);
    bench.flow.notify('offline');
    expect(bench.flow.state.online).toBe(false);
    bench.flow.submit('123456');
    bench.flow.resend();
    bench.flow.redirect();
    bench.flow.cancel();
    bench.flow.check();
    bench.flow.notify('visible');
    await bench.advance(60);
    expect([bench.callNames(), bench.flow.state.status]).toEqual(['payment generate', 'awaitingOtp']);
    bench.flow.notify('online');
    await flushMicrotasks();
    expect([bench.callNames(), bench.flow.state.online]).toEqual(['payment generate payment', true]);
  });

  test('a start while offline takes effect when the network returns', async () => {
    const bench = createTestBench();
    bench.flow.notify('offline');
    bench.flow.start();
    await bench.advance(10);
    expect(bench.callNames()).toBe('');
    bench.flow.notify('online');
    await flushMicrotasks();
    await bench.respond(viewResult(readyView));
    expect(bench.callNames()).toBe('payment generate');
  });

  test('confirming continues when the network returns, and never resubmits the OTP', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    bench.flow.notify('offline');
    await bench.respond(unreachableResult);
    await bench.advance(20);
    expect([bench.callNames(), bench.flow.state.status]).toEqual(['payment generate submit', 'confirming']);
    bench.flow.notify('online');
    await flushMicrotasks();
    await bench.respond(viewResult(authorizedView));
    expect([bench.callNames(), bench.flow.state.status]).toEqual(['payment generate submit payment', 'authorized']);
  });

  test('a poll from before the page was suspended is repeated', async () => {
    const bench = createTestBench(confirmingView);
    bench.flow.start();
    await bench.advance(1);
    const old = bench.lastCall();
    await bench.advance(1);
    bench.flow.notify('restored');
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment payment');
    expect(old.signal.aborted).toBe(true);
  });

  test.each([
    ['visible', 'restored'],
    ['restored', 'visible'],
  ] as const)('a page that comes back as %s and %s polls once', async (first, second) => {
    const bench = createTestBench(confirmingView);
    bench.flow.start();
    bench.flow.notify('hidden');
    bench.flow.notify(first);
    await flushMicrotasks();
    await bench.advance(0.9);
    bench.flow.notify(second);
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment');
    expect(bench.lastCall().signal.aborted).toBe(false);
  });

  test('a poll that hangs is aborted after 15 s and repeated', async () => {
    const bench = createTestBench(confirmingView);
    bench.flow.start();
    await bench.advance(1);
    await bench.advance(15);
    expect(bench.flow.state.problem?.code).toBe('BACKEND_UNREACHABLE');
    await bench.advance(1);
    expect(bench.callNames()).toBe('payment payment');
  });

  test('a failed poll reports no problem while the customer types', async () => {
    const bench = await createAwaitingBench();
    bench.flow.notify('visible');
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    expect(bench.flow.state.problem).toBeUndefined();
    await bench.advance(1);
    await bench.respond(rejectedResult(429, 'BUSY', 7));
    expect(bench.flow.state.problem).toBeUndefined();
    expect(bench.flow.state.pollAtMs).toBe(bench.flow.now() + 7000);
  });

  test.each([
    [2, 2],
    [20, 20],
    [900, 60],
  ])('a pollAfterSeconds of %i delays the poll by %i s', async (pollAfterSeconds, seconds) => {
    const bench = createTestBench();
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...confirmingView, pollAfterSeconds: pollAfterSeconds }));
    expect(bench.flow.state.pollAtMs).toBe(bench.flow.now() + seconds * 1000);
  });
});

describe('views', () => {
  test('with a lower revision are dropped', async () => {
    const bench = await createAwaitingBench();
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult(view({ phase: 'failed', revision: 2 })));
    expect(bench.flow.state.status).toBe('awaitingOtp');
    await bench.advance(1);
    await bench.respond(viewResult(view({ phase: 'failed', revision: 3 })));
    expect(bench.flow.state.status).toBe('failed');
  });

  test('with a lower revision in response to a submit lead to confirming', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 1 }));
    expect(bench.flow.state.status).toBe('confirming');
  });

  test('that omit details keep the known ones; a problem and remaining attempts are cleared', async () => {
    const bench = await createAwaitingBench({
      display: { issuer: 'HDFC' },
      problem: { code: 'OTP_NOT_ACCEPTED' },
      attempts: { misses: 1, leftAtBank: 2 },
    });
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult(view({ phase: 'awaitingOtp', next: ['submit'], revision: 4 })));
    expect(bench.flow.state).toEqual({
      status: 'awaitingOtp',
      next: ['submit'],
      misses: 1,
      online: true,
      reference,
      challengeUrl,
      display: { issuer: 'HDFC' },
    });
  });
});

describe('clocks', () => {
  test.each([3, -3, 3600, -3600])(
    'a wall clock set by %i s leaves the deadlines unchanged and causes a poll',
    async (seconds) => {
      const bench = await createAwaitingBench();
      const { resendAtMs } = bench.flow.state;
      bench.advanceWallClock(seconds);
      await bench.advance(1);
      expect(bench.callNames()).toBe('payment generate payment');
      expect(bench.flow.state.resendAtMs).toBe(resendAtMs);
      await bench.respond(viewResult(awaitingOtpView));
      await bench.advance(10);
      expect(bench.callNames()).toBe('payment generate payment');
    },
  );

  test('a drift of less than 2 s is ignored', async () => {
    const bench = await createAwaitingBench();
    bench.advanceWallClock(1.5);
    await bench.advance(5);
    expect(bench.callNames()).toBe('payment generate');
  });

  test('one timer at a time, and none after close', async () => {
    const bench = await createAwaitingBench();
    bench.flow.check();
    bench.flow.notify('visible');
    await bench.advance(3);
    expect(bench.timerCount()).toBe(1);
    bench.flow.close();
    expect(bench.timerCount()).toBe(0);
    expect(bench.lastCall().signal.aborted).toBe(true);
    const before = bench.flow.state;
    await bench.respond(viewResult(authorizedView));
    bench.flow.start();
    expect(bench.flow.state).toBe(before);
  });
});
