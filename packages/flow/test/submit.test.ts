import { describe, expect, test } from 'vitest';
import {
  createAwaitingBench,
  authorizedView,
  awaitingOtpView,
  createTestBench,
  confirmingView,
  notAcceptedView,
  readyView,
  rejectedResult,
  flushMicrotasks,
  unreachableResult,
  view,
  viewResult,
} from './support/test-bench.ts';

describe('submit', () => {
  test('an accepted OTP leads to confirming, and only a verdict to authorized', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('012345');
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'submit', otp: '012345', idempotencyKey: 'key-2' });
    expect(bench.flow.state).toMatchObject({ status: 'submitting', next: [] });
    expect(bench.flow.state.notice).toBeUndefined();
    await bench.respond(viewResult(confirmingView));
    expect(bench.flow.state.status).toBe('confirming');
    await bench.advance(1);
    await bench.respond(viewResult(authorizedView));
    expect(bench.flow.state.status).toBe('authorized');
  });

  test('a rejected OTP leads back to awaitingOtp, with problem and count', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('999999');
    await flushMicrotasks();
    await bench.respond(viewResult({ ...notAcceptedView, attempts: { misses: 1, leftAtBank: 2 } }));
    expect(bench.flow.state).toMatchObject({
      status: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      misses: 1,
      leftAtBank: 2,
    });
  });

  test.each(['', '123', '123456789', '12a4', '१२३४५६', ' 123456', '123456\n'])(
    'anything but 4 to 8 ASCII digits is not sent: %j',
    async (otp) => {
      const bench = await createAwaitingBench();
      bench.flow.submit(otp);
      await flushMicrotasks();
      expect([bench.callNames(), bench.flow.state.status]).toEqual(['payment generate', 'awaitingOtp']);
    },
  );

  test('a second submit while the first is in flight is not sent', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    bench.flow.submit('123456');
    bench.flow.resend();
    bench.flow.cancel();
    bench.flow.redirect();
    bench.flow.start();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment generate submit');
  });

  test('replaces a poll in flight, whose response is ignored', async () => {
    const bench = await createAwaitingBench();
    bench.flow.check();
    await flushMicrotasks();
    const question = bench.lastCall();
    bench.flow.submit('123456');
    await flushMicrotasks();
    expect(question.signal.aborted).toBe(true);
    await question.respond(viewResult(awaitingOtpView));
    expect(bench.flow.state.status).toBe('submitting');
  });

  test.each([unreachableResult, rejectedResult(502, 'INTERNAL'), rejectedResult(500, 'INTERNAL')])(
    'with an unknown outcome leads to confirming, polls after 1, 2, 4 and 8 s and then every 15 s, and never resubmits (%j)',
    async (outcome) => {
      const bench = await createAwaitingBench();
      bench.flow.submit('123456');
      await flushMicrotasks();
      await bench.respond(outcome);
      expect(bench.flow.state).toMatchObject({ status: 'confirming', next: ['check'] });
      const beganAtMs = bench.flow.now();
      const askedAtSeconds: number[] = [];
      for (let second = 1; second <= 59; second += 1) {
        const before = bench.calls.length;
        await bench.advance(1);
        if (bench.calls.length > before) {
          askedAtSeconds.push((bench.flow.now() - beganAtMs) / 1000);
          await bench.respond(viewResult(confirmingView));
        }
      }
      expect(askedAtSeconds).toEqual([1, 2, 4, 8, 23, 38, 53]);
      expect(bench.calls.filter(({ name }) => name === 'submit')).toHaveLength(1);
    },
  );

  test('without a response for 30 s leads to confirming, and the call is aborted', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    const submit = await bench.advance(30).then(() => bench.lastCall());
    expect([submit.name, bench.flow.state.status]).toEqual(['submit', 'confirming']);
    await bench.advance(1);
    expect(bench.lastCall().name).toBe('payment');
    expect(bench.flow.state.pollAtMs).toBeUndefined();
    expect(submit.signal.aborted).toBe(true);
  });

  test('60 s after the submit with the payment open leads to unresolved, with three ways on', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(viewResult(confirmingView));
    for (let second = 0; second < 60; second += 1) {
      await bench.advance(1);
      if (bench.lastCall().name === 'payment') await bench.respond(viewResult(confirmingView));
    }
    expect(bench.flow.state).toMatchObject({
      status: 'unresolved',
      problem: { code: 'OUTCOME_UNKNOWN' },
      next: ['check', 'submit', 'redirect'],
    });
    const before = bench.calls.length;
    await bench.advance(30);
    expect(bench.calls).toHaveLength(before + 1);
    await bench.respond(viewResult(confirmingView));
    expect(bench.flow.state.status).toBe('unresolved');
    bench.flow.submit('123456');
    await flushMicrotasks();
    expect(bench.flow.state.status).toBe('submitting');
    await bench.respond(viewResult({ ...confirmingView, revision: 6 }));
    expect(bench.flow.state.status).toBe('confirming');
    await bench.advance(1);
    await bench.respond(viewResult(authorizedView));
    expect(bench.flow.state.status).toBe('authorized');
  });

  test('unresolved polls only on a visible page, and at once when it becomes visible', async () => {
    const bench = createTestBench(view({ phase: 'unresolved', next: ['check', 'submit'] }));
    bench.flow.start();
    bench.flow.notify('hidden');
    await bench.advance(300);
    expect(bench.callNames()).toBe('');
    bench.flow.notify('visible');
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment');
  });

  test('that never arrived leads back to awaitingOtp at the second poll, with the problem', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    await bench.advance(1);
    await bench.respond(viewResult(awaitingOtpView));
    expect(bench.flow.state.status).toBe('confirming');
    await bench.advance(1);
    await bench.respond(viewResult(awaitingOtpView));
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'BACKEND_UNREACHABLE' } });
    expect(bench.callNames()).toBe('payment generate submit payment payment');
  });

  test('with a lost response leads back at once when the order proves the rejection', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    await bench.advance(1);
    await bench.respond(viewResult(notAcceptedView));
    expect(bench.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'OTP_NOT_ACCEPTED' }, misses: 1 });
  });

  test.each([
    [503, 'BACKEND_UNREACHABLE'],
    [429, 'BUSY'],
    [400, 'INTERNAL'],
  ] as const)('rejected with %i keeps the state, reports %s and retries nothing', async (status, code) => {
    const bench = await createAwaitingBench();
    const { notice: _, ...before } = bench.flow.state;
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(rejectedResult(status, code, 5));
    expect(bench.flow.state).toEqual({ ...before, problem: { code }, pollAtMs: bench.flow.now() + 5000 });
    await bench.advance(5);
    expect(bench.callNames()).toBe('payment generate submit payment');
    await bench.respond(viewResult(awaitingOtpView));
    bench.flow.submit('123456');
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'submit', idempotencyKey: 'key-3' });
  });

  test('rejected with 401 leads back to awaitingOtp with the bank page only', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    await flushMicrotasks();
    await bench.respond(rejectedResult(401, 'SESSION_EXPIRED'));
    expect(bench.flow.state).toMatchObject({
      status: 'awaitingOtp',
      problem: { code: 'SESSION_EXPIRED' },
      next: ['redirect'],
    });
    bench.flow.notify('visible');
    await bench.advance(600);
    expect([bench.callNames(), bench.timerCount()]).toEqual(['payment generate submit', 0]);
  });

  test('is not sent when the backend does not allow it', async () => {
    const bench = await createAwaitingBench({ next: ['redirect'], problem: { code: 'SESSION_EXPIRED' } });
    bench.flow.submit('123456');
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment generate');
  });

  test('no state ever contains the OTP', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('80417263');
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    await bench.advance(90);
    expect(JSON.stringify([bench.states, bench.flow.state])).not.toContain('80417263');
  });
});

describe('an expired session while waiting', () => {
  test.each([
    ['generating', 'awaitingOtp'],
    ['resending', 'awaitingOtp'],
    ['confirming', 'unresolved'],
    ['unresolved', 'unresolved'],
    ['awaitingOtp', 'awaitingOtp'],
  ] as const)('%s ends in %s, and polling stops', async (phase, status) => {
    const bench = createTestBench(view({ phase, next: ['check', 'redirect'] }));
    bench.flow.start();
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(rejectedResult(401, 'SESSION_EXPIRED'));
    expect(bench.flow.state).toMatchObject({ status, problem: { code: 'SESSION_EXPIRED' }, next: ['redirect'] });
    await bench.advance(300);
    expect([bench.callNames(), bench.timerCount()]).toEqual(['payment', 0]);
  });

  test('a 401 means an expired session, whatever its problem code', async () => {
    const bench = createTestBench(readyView);
    bench.flow.start();
    await flushMicrotasks();
    await bench.respond(rejectedResult(401, 'INTERNAL'));
    expect(bench.flow.state).toMatchObject({
      status: 'idle',
      problem: { code: 'SESSION_EXPIRED' },
      next: ['redirect'],
    });
  });
});
