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
  test('an accepted code leads to confirming, never to authorized; a verdict does', async () => {
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

  test('a code that was not accepted leads back, with its problem and its count', async () => {
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
    'what is not 4 to 8 ASCII digits is not sent: %j',
    async (otp) => {
      const bench = await createAwaitingBench();
      bench.flow.submit(otp);
      await flushMicrotasks();
      expect([bench.callNames(), bench.flow.state.status]).toEqual(['payment generate', 'awaitingOtp']);
    },
  );

  test('a second one while the first is under way is not sent', async () => {
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

  test('it takes the place of a question under way, whose answer is then ignored', async () => {
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
    'of unclear outcome leads to confirming, asks 1, 2, 4 and 8 s later and then every 15 s, and never sends the code again (%j)',
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

  test('unanswered for 30 s leads to confirming, and the call is given up', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('123456');
    const submit = await bench.advance(30).then(() => bench.lastCall());
    expect([submit.name, bench.flow.state.status]).toEqual(['submit', 'confirming']);
    await bench.advance(1);
    expect(bench.lastCall().name).toBe('payment');
    expect(bench.flow.state.pollAtMs).toBeUndefined();
    expect(submit.signal.aborted).toBe(true);
  });

  test('60 s after the act with the payment open leads to unresolved, from where all three ways lead on', async () => {
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

  test('unresolved asks while the page is seen only, and at once when it is seen again', async () => {
    const bench = createTestBench(view({ phase: 'unresolved', next: ['check', 'submit'] }));
    bench.flow.start();
    bench.flow.notify('hidden');
    await bench.advance(300);
    expect(bench.callNames()).toBe('');
    bench.flow.notify('visible');
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment');
  });

  test('that the backend never heard of leads back to the code at the second look, and says so', async () => {
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

  test('whose answer was lost leads back at once when the order proves the refusal', async () => {
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
  ] as const)('refused with %i keeps everything, says %s, and sends nothing again', async (status, code) => {
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

  test('refused with 401 leads back, and only the bank page is left', async () => {
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

  test('is not possible when the backend does not offer it', async () => {
    const bench = await createAwaitingBench({ next: ['redirect'], problem: { code: 'SESSION_EXPIRED' } });
    bench.flow.submit('123456');
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment generate');
  });

  test('no state ever holds the code', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('80417263');
    await flushMicrotasks();
    await bench.respond(unreachableResult);
    await bench.advance(90);
    expect(JSON.stringify([bench.states, bench.flow.state])).not.toContain('80417263');
  });
});

describe('session expired while waiting', () => {
  test.each([
    ['generating', 'awaitingOtp'],
    ['resending', 'awaitingOtp'],
    ['confirming', 'unresolved'],
    ['unresolved', 'unresolved'],
    ['awaitingOtp', 'awaitingOtp'],
  ] as const)('%s ends in %s, and asking stops', async (phase, status) => {
    const bench = createTestBench(view({ phase, next: ['check', 'redirect'] }));
    bench.flow.start();
    bench.flow.check();
    await flushMicrotasks();
    await bench.respond(rejectedResult(401, 'SESSION_EXPIRED'));
    expect(bench.flow.state).toMatchObject({ status, problem: { code: 'SESSION_EXPIRED' }, next: ['redirect'] });
    await bench.advance(300);
    expect([bench.callNames(), bench.timerCount()]).toEqual(['payment', 0]);
  });

  test('a 401 means the session, whatever its problem says', async () => {
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
