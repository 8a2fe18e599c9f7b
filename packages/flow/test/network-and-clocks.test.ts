import { describe, expect, test } from 'vitest';
import {
  atTheCode,
  authorized,
  awaiting,
  bench,
  challengeUrl,
  confirming,
  ready,
  reference,
  refused,
  settled,
  unreachable,
  view,
  viewed,
} from './support/test-bench.ts';

describe('network', () => {
  test('offline: acts and questions are held back and it is said; back online it asks at once', async () => {
    const it = await atTheCode();
    await it.pass(30);
    it.flow.notify('offline');
    expect(it.flow.state.online).toBe(false);
    it.flow.submit('123456');
    it.flow.resend();
    it.flow.redirect();
    it.flow.cancel();
    it.flow.check();
    it.flow.notify('visible');
    await it.pass(60);
    expect([it.names(), it.flow.state.status]).toEqual(['payment generate', 'awaitingOtp']);
    it.flow.notify('online');
    await settled();
    expect([it.names(), it.flow.state.online]).toEqual(['payment generate payment', true]);
  });

  test('offline at the start: it starts when the network is back', async () => {
    const it = bench();
    it.flow.notify('offline');
    it.flow.start();
    await it.pass(10);
    expect(it.names()).toBe('');
    it.flow.notify('online');
    await settled();
    await it.answer(viewed(ready));
    expect(it.names()).toBe('payment generate');
  });

  test('confirming goes on when the network is back, and never sends the code again', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    it.flow.notify('offline');
    await it.answer(unreachable);
    await it.pass(20);
    expect([it.names(), it.flow.state.status]).toEqual(['payment generate submit', 'confirming']);
    it.flow.notify('online');
    await settled();
    await it.answer(viewed(authorized));
    expect([it.names(), it.flow.state.status]).toEqual(['payment generate submit payment', 'authorized']);
  });

  test('a question from before the page was put away is asked anew', async () => {
    const it = bench(confirming);
    it.flow.start();
    await it.pass(1);
    const old = it.last();
    it.flow.notify('restored');
    await settled();
    expect(it.names()).toBe('payment payment');
    expect(old.signal.aborted).toBe(true);
  });

  test('a question that hangs is given up after 15 s and asked again', async () => {
    const it = bench(confirming);
    it.flow.start();
    await it.pass(1);
    await it.pass(15);
    expect(it.flow.state.problem?.code).toBe('BACKEND_UNREACHABLE');
    await it.pass(1);
    expect(it.names()).toBe('payment payment');
  });

  test('a question that fails while the customer types does not disturb', async () => {
    const it = await atTheCode();
    it.flow.notify('visible');
    await settled();
    await it.answer(unreachable);
    expect(it.flow.state.problem).toBeUndefined();
    await it.pass(1);
    await it.answer(refused(429, 'BUSY', 7));
    expect(it.flow.state.problem).toBeUndefined();
    expect(it.flow.state.askAgainAtMs).toBe(it.flow.now() + 7000);
  });

  test.each([
    [2, 2],
    [20, 20],
    [900, 60],
  ])('the backend asks to be left alone for %i s: it is, for %i s', async (pollAfterSeconds, seconds) => {
    const it = bench();
    it.flow.start();
    await settled();
    await it.answer(viewed({ ...confirming, pollAfterSeconds: pollAfterSeconds }));
    expect(it.flow.state.askAgainAtMs).toBe(it.flow.now() + seconds * 1000);
  });
});

describe('views', () => {
  test('one with a lower revision is dropped', async () => {
    const it = await atTheCode();
    it.flow.check();
    await settled();
    await it.answer(viewed(view({ phase: 'failed', revision: 2 })));
    expect(it.flow.state.status).toBe('awaitingOtp');
    await it.pass(1);
    await it.answer(viewed(view({ phase: 'failed', revision: 3 })));
    expect(it.flow.state.status).toBe('failed');
  });

  test('one with a lower revision as the answer to submit leads to confirming', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    await it.answer(viewed({ ...awaiting, revision: 1 }));
    expect(it.flow.state.status).toBe('confirming');
  });

  test('what one leaves out of the description stays; a problem and tries left do not', async () => {
    const it = await atTheCode({
      display: { issuer: 'HDFC' },
      problem: { code: 'OTP_NOT_ACCEPTED' },
      attempts: { misses: 1, leftAtBank: 2 },
    });
    it.flow.check();
    await settled();
    await it.answer(viewed(view({ phase: 'awaitingOtp', next: ['submit'], revision: 4 })));
    expect(it.flow.state).toEqual({
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
    'a wall clock that moves by %i s: deadlines stay, the backend is asked',
    async (seconds) => {
      const it = await atTheCode();
      const { resendAtMs } = it.flow.state;
      it.setWall(seconds);
      await it.pass(1);
      expect(it.names()).toBe('payment generate payment');
      expect(it.flow.state.resendAtMs).toBe(resendAtMs);
      await it.answer(viewed(awaiting));
      await it.pass(10);
      expect(it.names()).toBe('payment generate payment');
    },
  );

  test('clocks that part by less than 2 s are left alone', async () => {
    const it = await atTheCode();
    it.setWall(1.5);
    await it.pass(5);
    expect(it.names()).toBe('payment generate');
  });

  test('one timer at a time, and none after close', async () => {
    const it = await atTheCode();
    it.flow.check();
    it.flow.notify('visible');
    await it.pass(3);
    expect(it.timers()).toBe(1);
    it.flow.close();
    expect(it.timers()).toBe(0);
    expect(it.last().signal.aborted).toBe(true);
    const before = it.flow.state;
    await it.answer(viewed(authorized));
    it.flow.start();
    expect(it.flow.state).toBe(before);
  });
});
