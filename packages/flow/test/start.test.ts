import { describe, expect, test } from 'vitest';
import type { PaymentView } from '../src/index.ts';
import {
  awaitingOtpView,
  createTestBench,
  challengeUrl,
  notAcceptedView,
  readyView,
  reference,
  flushMicrotasks,
  unreachableResult,
  view,
  viewResult,
} from './support/test-bench.ts';

describe('start', () => {
  test('before it nothing is sent and no timer runs', async () => {
    const bench = createTestBench();
    await bench.advance(600);
    expect([bench.callNames(), bench.timerCount(), bench.flow.state.status]).toEqual(['', 0, 'idle']);
  });

  test('polls first, and generates when the payment is ready', async () => {
    const bench = createTestBench();
    bench.flow.start();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment');
    await bench.respond(viewResult(readyView));
    expect(bench.callNames()).toBe('payment generate');
    expect(bench.flow.state).toMatchObject({ status: 'generating', next: ['redirect'], challengeUrl });
    await bench.respond(viewResult(awaitingOtpView));
    expect(bench.flow.state).toEqual({
      status: 'awaitingOtp',
      next: ['submit', 'resend', 'redirect'],
      misses: 0,
      online: true,
      notice: 'otpSent',
      reference,
      challengeUrl,
      resendAtMs: bench.flow.now() + 30_000,
    });
  });

  test('with a view generates at once, after showing the view', async () => {
    const bench = createTestBench({ ...readyView, display: { merchantName: 'Tea House' } });
    expect(bench.flow.state).toMatchObject({ status: 'idle', reference, display: { merchantName: 'Tea House' } });
    expect(bench.calls).toEqual([]);
    bench.flow.start();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('generate');
  });

  test('with an invalid view polls first', async () => {
    const bench = createTestBench({ phase: 'ready', next: [], revision: -4, reference: 'short' } satisfies PaymentView);
    bench.flow.start();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment');
  });

  test('twice has the effect of once', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    bench.flow.start();
    await flushMicrotasks();
    bench.flow.start();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('generate');
  });

  test('on a hidden page generates nothing until the page is visible', async () => {
    const bench = createTestBench();
    bench.flow.notify('hidden');
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult(readyView));
    await bench.advance(60);
    expect([bench.callNames(), bench.flow.state.status]).toEqual(['payment', 'idle']);
    bench.flow.notify('visible');
    await flushMicrotasks();
    await bench.respond(viewResult(readyView));
    expect(bench.callNames()).toBe('payment payment generate');
  });

  test('without native OTP generates nothing and offers the bank page', async () => {
    const bench = createTestBench();
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, problem: { code: 'NATIVE_OTP_UNAVAILABLE' } }));
    await bench.advance(60);
    expect(bench.callNames()).toBe('payment');
    expect(bench.flow.state).toMatchObject({
      status: 'idle',
      problem: { code: 'NATIVE_OTP_UNAVAILABLE' },
      next: ['redirect'],
    });
  });

  test('a generate that the bank rejected is retried only by the customer, with a new idempotency key', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, revision: 2, problem: { code: 'BUSY' } }));
    await bench.advance(120);
    expect([bench.callNames(), bench.flow.state.problem?.code]).toEqual(['generate', 'BUSY']);
    bench.flow.notify('visible');
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, revision: 2 }));
    expect(bench.flow.state).toMatchObject({ status: 'idle', problem: { code: 'BUSY' } });
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...readyView, revision: 2 }));
    expect(bench.callNames()).toBe('generate payment payment generate');
    expect(bench.calls.filter(({ name }) => name === 'generate').map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      'key-1',
      'key-2',
    ]);
  });

  test.each([
    ['generating', 'generating', 2],
    ['resending', 'resending', 2],
    ['confirming', 'confirming', 1],
    ['unresolved', 'unresolved', 30],
  ] as const)(
    'a reload in %s keeps the status and sends nothing but a poll after %s s',
    async (phase, status, seconds) => {
      const bench = createTestBench();
      bench.flow.start();
      await flushMicrotasks();
      await bench.respond(viewResult(view({ phase, revision: 4 })));
      expect(bench.flow.state).toMatchObject({ status, pollAtMs: bench.flow.now() + seconds * 1000 });
      await bench.advance(seconds - 1);
      expect(bench.callNames()).toBe('payment');
      await bench.advance(1);
      expect(bench.callNames()).toBe('payment payment');
    },
  );

  test('a reload in awaitingOtp keeps deadline and problem, and sends nothing', async () => {
    const bench = createTestBench();
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult({ ...notAcceptedView, resendInSeconds: 12 }));
    expect(bench.flow.state).toMatchObject({
      status: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      misses: 1,
      resendAtMs: bench.flow.now() + 12_000,
    });
    expect(bench.flow.state.notice).toBeUndefined();
    await bench.advance(60);
    expect(bench.callNames()).toBe('payment');
  });

  test.each(['authorized', 'failed', 'exhausted', 'superseded', 'cancelled'] as const)(
    'a reload in the final status %s keeps status and steps, and sends nothing',
    async (phase) => {
      const bench = createTestBench();
      bench.flow.start();
      await flushMicrotasks();
      await bench.respond(viewResult(view({ phase, revision: 7, next: ['payAgain'] })));
      expect(bench.flow.state).toMatchObject({ status: phase, next: ['payAgain'] });
      for (const idempotencyKey of ['start', 'resend', 'redirect', 'cancel', 'check'] as const)
        bench.flow[idempotencyKey]();
      bench.flow.submit('123456');
      bench.flow.notify('visible');
      await bench.advance(600);
      expect([bench.callNames(), bench.timerCount()]).toEqual(['payment', 0]);
    },
  );

  test('an unreachable backend is reported and polled with a backoff until it responds', async () => {
    const bench = createTestBench();
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    expect(bench.flow.state).toMatchObject({
      status: 'idle',
      next: ['check'],
      problem: { code: 'BACKEND_UNREACHABLE' },
      pollAtMs: bench.flow.now() + 1000,
    });
    for (const seconds of [1, 2, 4, 15, 15]) {
      await bench.advance(seconds);
      await bench.respond(unreachableResult);
    }
    expect(bench.calls).toHaveLength(6);
    await bench.advance(15);
    await bench.respond(viewResult(readyView));
    expect(bench.flow.state.status).toBe('generating');
    expect(bench.flow.state.problem).toBeUndefined();
  });
});
