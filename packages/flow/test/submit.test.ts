import { describe, expect, test } from 'vitest';
import {
  atTheCode,
  authorized,
  awaiting,
  bench,
  confirming,
  notAccepted,
  ready,
  refused,
  settled,
  unreachable,
  view,
  viewed,
} from './support/test-bench.ts';

describe('submit', () => {
  test('an accepted code leads to confirming, never to authorized; a verdict does', async () => {
    const it = await atTheCode();
    it.flow.submit('012345');
    await settled();
    expect(it.last()).toMatchObject({ name: 'submit', otp: '012345', idempotencyKey: 'act-2' });
    expect(it.flow.state).toMatchObject({ status: 'submitting', next: [] });
    expect(it.flow.state.notice).toBeUndefined();
    await it.answer(viewed(confirming));
    expect(it.flow.state.status).toBe('confirming');
    await it.pass(1);
    await it.answer(viewed(authorized));
    expect(it.flow.state.status).toBe('authorized');
  });

  test('a code that was not accepted leads back, with its problem and its count', async () => {
    const it = await atTheCode();
    it.flow.submit('999999');
    await settled();
    await it.answer(viewed({ ...notAccepted, attempts: { misses: 1, leftAtBank: 2 } }));
    expect(it.flow.state).toMatchObject({
      status: 'awaitingOtp',
      problem: { code: 'OTP_NOT_ACCEPTED' },
      misses: 1,
      leftAtBank: 2,
    });
  });

  test.each(['', '123', '123456789', '12a4', '१२३४५६', ' 123456', '123456\n'])(
    'what is not 4 to 8 ASCII digits is not sent: %j',
    async (otp) => {
      const it = await atTheCode();
      it.flow.submit(otp);
      await settled();
      expect([it.names(), it.flow.state.status]).toEqual(['payment generate', 'awaitingOtp']);
    },
  );

  test('a second one while the first is under way is not sent', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    it.flow.submit('123456');
    it.flow.resend();
    it.flow.cancel();
    it.flow.redirect();
    it.flow.start();
    await settled();
    expect(it.names()).toBe('payment generate submit');
  });

  test('it takes the place of a question under way, whose answer is then ignored', async () => {
    const it = await atTheCode();
    it.flow.check();
    await settled();
    const question = it.last();
    it.flow.submit('123456');
    await settled();
    expect(question.signal.aborted).toBe(true);
    await question.answer(viewed(awaiting));
    expect(it.flow.state.status).toBe('submitting');
  });

  test.each([unreachable, refused(502, 'INTERNAL'), refused(500, 'INTERNAL')])(
    'of unclear outcome leads to confirming, asks 1, 2, 4 and 8 s later and then every 15 s, and never sends the code again (%j)',
    async (outcome) => {
      const it = await atTheCode();
      it.flow.submit('123456');
      await settled();
      await it.answer(outcome);
      expect(it.flow.state).toMatchObject({ status: 'confirming', next: ['check'] });
      const beganAtMs = it.flow.now();
      const askedAtSeconds: number[] = [];
      for (let second = 1; second <= 59; second += 1) {
        const before = it.sent.length;
        await it.pass(1);
        if (it.sent.length > before) {
          askedAtSeconds.push((it.flow.now() - beganAtMs) / 1000);
          await it.answer(viewed(confirming));
        }
      }
      expect(askedAtSeconds).toEqual([1, 2, 4, 8, 23, 38, 53]);
      expect(it.sent.filter(({ name }) => name === 'submit')).toHaveLength(1);
    },
  );

  test('unanswered for 30 s leads to confirming, and the call is given up', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    const submit = await it.pass(30).then(() => it.last());
    expect([submit.name, it.flow.state.status]).toEqual(['submit', 'confirming']);
    await it.pass(1);
    expect(it.last().name).toBe('payment');
    expect(it.flow.state.askAgainAtMs).toBeUndefined();
    expect(submit.signal.aborted).toBe(true);
  });

  test('60 s after the act with the payment open leads to unresolved, from where all three ways lead on', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    await it.answer(viewed(confirming));
    for (let second = 0; second < 60; second += 1) {
      await it.pass(1);
      if (it.last().name === 'payment') await it.answer(viewed(confirming));
    }
    expect(it.flow.state).toMatchObject({
      status: 'unresolved',
      problem: { code: 'OUTCOME_UNKNOWN' },
      next: ['check', 'submit', 'redirect'],
    });
    const before = it.sent.length;
    await it.pass(30);
    expect(it.sent).toHaveLength(before + 1);
    await it.answer(viewed(confirming));
    expect(it.flow.state.status).toBe('unresolved');
    it.flow.submit('123456');
    await settled();
    expect(it.flow.state.status).toBe('submitting');
    await it.answer(viewed({ ...confirming, revision: 6 }));
    expect(it.flow.state.status).toBe('confirming');
    await it.pass(1);
    await it.answer(viewed(authorized));
    expect(it.flow.state.status).toBe('authorized');
  });

  test('unresolved asks while the page is seen only, and at once when it is seen again', async () => {
    const it = bench(view({ phase: 'unresolved', next: ['check', 'submit'] }));
    it.flow.start();
    it.flow.notify('hidden');
    await it.pass(300);
    expect(it.names()).toBe('');
    it.flow.notify('visible');
    await settled();
    expect(it.names()).toBe('payment');
  });

  test('that the backend never heard of leads back to the code at the second look, and says so', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    await it.answer(unreachable);
    await it.pass(1);
    await it.answer(viewed(awaiting));
    expect(it.flow.state.status).toBe('confirming');
    await it.pass(1);
    await it.answer(viewed(awaiting));
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'BACKEND_UNREACHABLE' } });
    expect(it.names()).toBe('payment generate submit payment payment');
  });

  test('whose answer was lost leads back at once when the order proves the refusal', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    await it.answer(unreachable);
    await it.pass(1);
    await it.answer(viewed(notAccepted));
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'OTP_NOT_ACCEPTED' }, misses: 1 });
  });

  test.each([
    [503, 'BACKEND_UNREACHABLE'],
    [429, 'BUSY'],
    [400, 'INTERNAL'],
  ] as const)('refused with %i keeps everything, says %s, and sends nothing again', async (status, code) => {
    const it = await atTheCode();
    const { notice: _, ...before } = it.flow.state;
    it.flow.submit('123456');
    await settled();
    await it.answer(refused(status, code, 5));
    expect(it.flow.state).toEqual({ ...before, problem: { code }, askAgainAtMs: it.flow.now() + 5000 });
    await it.pass(5);
    expect(it.names()).toBe('payment generate submit payment');
    await it.answer(viewed(awaiting));
    it.flow.submit('123456');
    await settled();
    expect(it.last()).toMatchObject({ name: 'submit', idempotencyKey: 'act-3' });
  });

  test('refused with 401 leads back, and only the bank page is left', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    await it.answer(refused(401, 'SESSION_EXPIRED'));
    expect(it.flow.state).toMatchObject({
      status: 'awaitingOtp',
      problem: { code: 'SESSION_EXPIRED' },
      next: ['redirect'],
    });
    it.flow.notify('visible');
    await it.pass(600);
    expect([it.names(), it.timers()]).toEqual(['payment generate submit', 0]);
  });

  test('is not possible when the backend does not offer it', async () => {
    const it = await atTheCode({ next: ['redirect'], problem: { code: 'SESSION_EXPIRED' } });
    it.flow.submit('123456');
    await settled();
    expect(it.names()).toBe('payment generate');
  });

  test('no state ever holds the code', async () => {
    const it = await atTheCode();
    it.flow.submit('80417263');
    await settled();
    await it.answer(unreachable);
    await it.pass(90);
    expect(JSON.stringify([it.seen, it.flow.state])).not.toContain('80417263');
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
    const it = bench(view({ phase, next: ['check', 'redirect'] }));
    it.flow.start();
    it.flow.check();
    await settled();
    await it.answer(refused(401, 'SESSION_EXPIRED'));
    expect(it.flow.state).toMatchObject({ status, problem: { code: 'SESSION_EXPIRED' }, next: ['redirect'] });
    await it.pass(300);
    expect([it.names(), it.timers()]).toEqual(['payment', 0]);
  });

  test('a 401 means the session, whatever its problem says', async () => {
    const it = bench(ready);
    it.flow.start();
    await settled();
    await it.answer(refused(401, 'INTERNAL'));
    expect(it.flow.state).toMatchObject({ status: 'idle', problem: { code: 'SESSION_EXPIRED' }, next: ['redirect'] });
  });
});
