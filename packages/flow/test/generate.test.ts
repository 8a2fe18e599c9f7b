import { describe, expect, test } from 'vitest';
import {
  authorizedView,
  awaitingOtpView,
  createTestBench,
  readyView,
  flushMicrotasks,
  unreachableResult,
  view,
  viewResult,
} from './support/test-bench.ts';

describe('generate', () => {
  test('without a response for 30 s allows submit and an immediate resend', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    await bench.advance(29);
    expect(bench.flow.state.status).toBe('generating');
    await bench.advance(1);
    expect(bench.flow.state).toMatchObject({
      status: 'awaitingOtp',
      problem: { code: 'OTP_MAYBE_NOT_SENT' },
      next: ['resend', 'submit', 'redirect'],
      resendAtMs: bench.flow.now(),
    });
    bench.flow.resend();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('generate resend');
    expect(bench.calls[0]?.signal.aborted).toBe(true);
  });

  test('a late response of an abandoned call is ignored', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    await bench.advance(30);
    await bench.calls[0]?.respond(viewResult(authorizedView));
    expect(bench.flow.state.status).toBe('awaitingOtp');
  });

  test('after a lost response the poll shows that an OTP was sent', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    expect(bench.flow.state).toMatchObject({ status: 'generating', problem: { code: 'BACKEND_UNREACHABLE' } });
    await bench.advance(2);
    await bench.respond(viewResult(awaitingOtpView));
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'otpSent' });
    expect(bench.flow.state.problem).toBeUndefined();
    expect(bench.callNames()).toBe('generate payment');
  });

  test('that never arrives is retried with the same idempotency key, for 30 s at most', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    const beganAtMs = bench.flow.now();
    await flushMicrotasks();
    while (bench.flow.state.status === 'generating') {
      await bench.respond(bench.lastCall().name === 'payment' ? viewResult(readyView) : unreachableResult);
      await bench.advance(1);
    }
    expect(bench.flow.now() - beganAtMs).toBeLessThanOrEqual(32_000);
    const keys = bench.calls.filter(({ name }) => name === 'generate').map(({ idempotencyKey }) => idempotencyKey);
    expect(keys.length).toBeGreaterThan(3);
    expect(new Set(keys)).toEqual(new Set(['key-1']));
    const count = bench.calls.filter(({ name }) => name === 'generate').length;
    for (let round = 0; round < 4; round += 1) {
      await bench.advance(20);
      await bench.respond(viewResult(readyView));
    }
    expect(bench.calls.filter(({ name }) => name === 'generate')).toHaveLength(count);
  });

  test('stops waiting after 30 s for a backend that stays in generating', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(viewResult(view({ phase: 'generating', revision: 2 })));
    for (let second = 0; second < 40; second += 1) {
      await bench.advance(1);
      await bench.respond(viewResult(view({ phase: 'generating', revision: 2 })));
    }
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'OTP_MAYBE_NOT_SENT' } });
  });

  test('in flight allows leaving for the bank page', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    await flushMicrotasks();
    bench.flow.redirect();
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'leave', to: 'bank' });
    expect(bench.flow.state.status).toBe('redirecting');
    expect(bench.calls[0]?.signal.aborted).toBe(true);
  });
});
