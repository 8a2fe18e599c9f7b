import { describe, expect, test } from 'vitest';
import type { PaymentView } from '../src/index.ts';
import {
  awaiting,
  bench,
  challengeUrl,
  notAccepted,
  ready,
  reference,
  settled,
  unreachable,
  view,
  viewed,
} from './support/test-bench.ts';

describe('start', () => {
  test('nothing is sent and no timer runs before it', async () => {
    const it = bench();
    await it.pass(600);
    expect([it.names(), it.timers(), it.flow.state.status]).toEqual(['', 0, 'idle']);
  });

  test('it asks first, and generates when the payment is ready', async () => {
    const it = bench();
    it.flow.start();
    await settled();
    expect(it.names()).toBe('payment');
    await it.answer(viewed(ready));
    expect(it.names()).toBe('payment generate');
    expect(it.flow.state).toMatchObject({ status: 'generating', next: ['redirect'], challengeUrl });
    await it.answer(viewed(awaiting));
    expect(it.flow.state).toEqual({
      status: 'awaitingOtp',
      next: ['submit', 'resend', 'redirect'],
      misses: 0,
      online: true,
      notice: 'otpSent',
      reference,
      challengeUrl,
      resendAtMs: it.flow.now() + 30_000,
    });
  });

  test('with a view it generates at once; the view is shown before', async () => {
    const it = bench({ ...ready, display: { merchantName: 'Tea House' } });
    expect(it.flow.state).toMatchObject({ status: 'idle', reference, display: { merchantName: 'Tea House' } });
    expect(it.sent).toEqual([]);
    it.flow.start();
    await settled();
    expect(it.names()).toBe('generate');
  });

  test('with a view that is none it asks first', async () => {
    const it = bench({ phase: 'ready', next: [], revision: -4, reference: 'short' } satisfies PaymentView);
    it.flow.start();
    await settled();
    expect(it.names()).toBe('payment');
  });

  test('twice is once', async () => {
    const it = bench(ready);
    it.flow.start();
    it.flow.start();
    await settled();
    it.flow.start();
    await settled();
    expect(it.names()).toBe('generate');
  });

  test('behind a hidden page nothing is generated; once seen, it is', async () => {
    const it = bench();
    it.flow.notify('hidden');
    it.flow.start();
    await settled();
    await it.answer(viewed(ready));
    await it.pass(60);
    expect([it.names(), it.flow.state.status]).toEqual(['payment', 'idle']);
    it.flow.notify('visible');
    await settled();
    await it.answer(viewed(ready));
    expect(it.names()).toBe('payment payment generate');
  });

  test('where no native OTP exists none is asked for, and the bank page is offered', async () => {
    const it = bench();
    it.flow.start();
    await settled();
    await it.answer(viewed({ ...ready, problem: { code: 'NATIVE_OTP_UNAVAILABLE' } }));
    await it.pass(60);
    expect(it.names()).toBe('payment');
    expect(it.flow.state).toMatchObject({
      status: 'idle',
      problem: { code: 'NATIVE_OTP_UNAVAILABLE' },
      next: ['redirect'],
    });
  });

  test('a generate that failed at the bank is not repeated by itself, but by the customer as a new act', async () => {
    const it = bench(ready);
    it.flow.start();
    await settled();
    await it.answer(viewed({ ...ready, revision: 2, problem: { code: 'BUSY' } }));
    await it.pass(120);
    expect([it.names(), it.flow.state.problem?.code]).toEqual(['generate', 'BUSY']);
    it.flow.notify('visible');
    await settled();
    await it.answer(viewed({ ...ready, revision: 2 }));
    expect(it.flow.state).toMatchObject({ status: 'idle', problem: { code: 'BUSY' } });
    it.flow.start();
    await settled();
    await it.answer(viewed({ ...ready, revision: 2 }));
    expect(it.names()).toBe('generate payment payment generate');
    expect(it.sent.filter(({ name }) => name === 'generate').map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      'act-1',
      'act-2',
    ]);
  });

  test.each([
    ['generating', 'generating', 2],
    ['resending', 'resending', 2],
    ['confirming', 'confirming', 1],
    ['unresolved', 'unresolved', 30],
  ] as const)('reload in %s: the same, nothing is sent but a question after %s s', async (phase, status, seconds) => {
    const it = bench();
    it.flow.start();
    await settled();
    await it.answer(viewed(view({ phase, revision: 4 })));
    expect(it.flow.state).toMatchObject({ status, askAgainAtMs: it.flow.now() + seconds * 1000 });
    await it.pass(seconds - 1);
    expect(it.names()).toBe('payment');
    await it.pass(1);
    expect(it.names()).toBe('payment payment');
  });

  test('reload at the code: the same deadline, the last problem, nothing sent', async () => {
    const it = bench();
    it.flow.start();
    await settled();
    await it.answer(viewed({ ...notAccepted, resendInSeconds: 12 }));
    expect(it.flow.state).toMatchObject({
      status: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      misses: 1,
      resendAtMs: it.flow.now() + 12_000,
    });
    expect(it.flow.state.notice).toBeUndefined();
    await it.pass(60);
    expect(it.names()).toBe('payment');
  });

  test.each(['authorized', 'failed', 'exhausted', 'superseded', 'cancelled'] as const)(
    'reload at the end %s: the same end, with its steps, and nothing follows',
    async (phase) => {
      const it = bench();
      it.flow.start();
      await settled();
      await it.answer(viewed(view({ phase, revision: 7, next: ['payAgain'] })));
      expect(it.flow.state).toMatchObject({ status: phase, next: ['payAgain'] });
      for (const idempotencyKey of ['start', 'resend', 'redirect', 'cancel', 'check'] as const)
        it.flow[idempotencyKey]();
      it.flow.submit('123456');
      it.flow.notify('visible');
      await it.pass(600);
      expect([it.names(), it.timers()]).toEqual(['payment', 0]);
    },
  );

  test('an unreachable backend is said, asked again ever more rarely, and then all goes on', async () => {
    const it = bench();
    it.flow.start();
    await settled();
    await it.answer(unreachable);
    expect(it.flow.state).toMatchObject({
      status: 'idle',
      next: ['check'],
      problem: { code: 'BACKEND_UNREACHABLE' },
      askAgainAtMs: it.flow.now() + 1000,
    });
    for (const seconds of [1, 2, 4, 15, 15]) {
      await it.pass(seconds);
      await it.answer(unreachable);
    }
    expect(it.sent).toHaveLength(6);
    await it.pass(15);
    await it.answer(viewed(ready));
    expect(it.flow.state.status).toBe('generating');
    expect(it.flow.state.problem).toBeUndefined();
  });
});
