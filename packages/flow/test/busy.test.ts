import { describe, expect, test } from 'vitest';
import {
  awaitingOtpView,
  confirmingView,
  createAwaitingBench,
  createTestBench,
  flushMicrotasks,
  readyView,
  unreachableResult,
  view,
  viewResult,
} from './support/test-bench.ts';

const unresolvedView = view({ phase: 'unresolved', next: ['check', 'submit'], revision: 6 });

describe('busy', () => {
  test('names the first request and the request for the first OTP as start', async () => {
    const bench = createTestBench();
    expect(bench.flow.state.busy).toBeUndefined();
    bench.flow.start();
    expect(bench.flow.state).toMatchObject({ status: 'idle', busy: 'start' });
    await flushMicrotasks();
    await bench.respond(viewResult(readyView));
    expect(bench.flow.state).toMatchObject({ status: 'generating', busy: 'start' });
    await bench.respond(viewResult(awaitingOtpView));
    expect(bench.flow.state.busy).toBeUndefined();
  });

  test.each([
    ['submit', (bench) => bench.flow.submit('123456')],
    ['resend', (bench) => bench.flow.resend()],
    ['redirect', (bench) => bench.flow.redirect()],
    ['cancel', (bench) => bench.flow.cancel()],
    ['check', (bench) => bench.flow.check()],
  ] satisfies [string, (bench: Awaited<ReturnType<typeof createAwaitingBench>>) => void][])(
    'names %s until its response',
    async (action, press) => {
      const bench = await createAwaitingBench({ resendInSeconds: 0 });
      press(bench);
      expect(bench.flow.state.busy).toBe(action);
      await flushMicrotasks();
      await bench.respond(unreachableResult);
      expect(bench.flow.state.busy).toBeUndefined();
    },
  );

  test('names a check that ends where it began', async () => {
    const bench = createTestBench(unresolvedView);
    bench.flow.start();
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult(unresolvedView));
    expect(bench.states.map(({ busy }) => busy).filter(Boolean)).toEqual(['check']);
    expect(bench.flow.state.busy).toBeUndefined();
  });

  test('names a check that finds a poll in flight', async () => {
    const bench = createTestBench(confirmingView);
    bench.flow.start();
    await bench.advance(1);
    expect(bench.callNames()).toBe('payment');
    expect(bench.flow.state.busy).toBeUndefined();
    bench.flow.check();
    expect(bench.flow.state.busy).toBe('check');
    await bench.respond(viewResult(confirmingView));
    expect(bench.flow.state.busy).toBeUndefined();
    expect(bench.callNames()).toBe('payment');
  });

  test('is absent during polls of the flow itself, by time, return or drift of the clocks', async () => {
    const bench = createTestBench(unresolvedView);
    bench.flow.start();
    await bench.advance(30);
    bench.flow.notify('visible');
    await flushMicrotasks();
    await bench.respond(viewResult(unresolvedView));
    bench.advanceWallClock(60);
    await bench.advance(1);
    await bench.respond(viewResult(unresolvedView));
    expect(bench.calls.length).toBeGreaterThan(1);
    expect(bench.states.filter(({ busy }) => busy)).toEqual([]);
  });

  test('is absent offline, where nothing is sent', async () => {
    const bench = createTestBench(unresolvedView);
    bench.flow.start();
    bench.flow.notify('offline');
    bench.flow.check();
    expect(bench.flow.state.busy).toBeUndefined();
    bench.flow.notify('online');
    expect(bench.flow.state.busy).toBeUndefined();
  });

  test('a check during an action leaves the action named', async () => {
    const bench = await createAwaitingBench();
    bench.flow.cancel();
    bench.flow.check();
    expect(bench.flow.state.busy).toBe('cancel');
    await flushMicrotasks();
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 4 }));
    bench.flow.notify('visible');
    await flushMicrotasks();
    expect(bench.lastCall().name).toBe('payment');
    expect(bench.flow.state.busy).toBeUndefined();
  });
});

describe('the bank’s page in another tab', () => {
  test('is recorded, keeps the status and the steps, and announces the newer code', async () => {
    const bench = await createAwaitingBench();
    bench.flow.redirect({ inTab: true });
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'leave', to: 'bank' });
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', next: awaitingOtpView.next, busy: 'redirect' });
    await bench.respond(viewResult({ ...awaitingOtpView, revision: 4, leftForBank: true }));
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'newerOtpPossible' });
    bench.flow.submit('123456');
    await flushMicrotasks();
    expect(bench.lastCall().name).toBe('submit');
  });

  test('is recorded once, in whichever way the link is pressed again', async () => {
    const bench = await createAwaitingBench();
    bench.flow.redirect({ inTab: true });
    bench.flow.redirect();
    bench.flow.redirect({ inTab: true });
    await flushMicrotasks();
    expect(bench.calls.filter(({ name }) => name === 'leave')).toHaveLength(1);
  });
});

describe('news', () => {
  test('that an OTP was sent needs a view newer than the action', async () => {
    const bench = createTestBench({ ...readyView, revision: 3 });
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult(awaitingOtpView));
    expect(bench.flow.state.status).toBe('awaitingOtp');
    expect(bench.flow.state.notice).toBeUndefined();
  });

  test.each([
    [30, 31, 30],
    [30, 32, 30],
    [30, 28, 28],
    [30, 33, 33],
    [30, 20, 20],
  ])('a resend time of %i s that comes again as %i s counts as %i s', async (first, second, counted) => {
    const bench = await createAwaitingBench({ resendInSeconds: first });
    const startMs = bench.flow.now();
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...awaitingOtpView, resendInSeconds: second }));
    expect(bench.flow.state.resendAtMs).toBe(startMs + counted * 1000);
  });
});
