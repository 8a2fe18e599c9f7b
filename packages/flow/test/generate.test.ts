import { describe, expect, test } from 'vitest';
import { authorized, awaiting, bench, ready, settled, unreachable, view, viewed } from './support/test-bench.ts';

describe('generate', () => {
  test('unanswered for 30 s: the code may be typed, another may be asked for at once', async () => {
    const it = bench(ready);
    it.flow.start();
    await it.pass(29);
    expect(it.flow.state.status).toBe('generating');
    await it.pass(1);
    expect(it.flow.state).toMatchObject({
      status: 'awaitingOtp',
      problem: { code: 'OTP_MAYBE_NOT_SENT' },
      next: ['resend', 'submit', 'redirect'],
      resendAtMs: it.flow.now(),
    });
    it.flow.resend();
    await settled();
    expect(it.names()).toBe('generate resend');
    expect(it.sent[0]?.signal.aborted).toBe(true);
  });

  test('a late answer of a call that was given up is ignored', async () => {
    const it = bench(ready);
    it.flow.start();
    await it.pass(30);
    await it.sent[0]?.answer(viewed(authorized));
    expect(it.flow.state.status).toBe('awaitingOtp');
  });

  test('its answer lost, the backend knows: a code was sent', async () => {
    const it = bench(ready);
    it.flow.start();
    await settled();
    await it.answer(unreachable);
    expect(it.flow.state).toMatchObject({ status: 'generating', problem: { code: 'BACKEND_UNREACHABLE' } });
    await it.pass(2);
    await it.answer(viewed(awaiting));
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'otpSent' });
    expect(it.flow.state.problem).toBeUndefined();
    expect(it.names()).toBe('generate payment');
  });

  test('never heard by the backend: told again as the same act, and no longer than the 30 s', async () => {
    const it = bench(ready);
    it.flow.start();
    const beganAtMs = it.flow.now();
    await settled();
    while (it.flow.state.status === 'generating') {
      await it.answer(it.last().name === 'payment' ? viewed(ready) : unreachable);
      await it.pass(1);
    }
    expect(it.flow.now() - beganAtMs).toBeLessThanOrEqual(32_000);
    const acts = it.sent.filter(({ name }) => name === 'generate').map(({ idempotencyKey }) => idempotencyKey);
    expect(acts.length).toBeGreaterThan(3);
    expect(new Set(acts)).toEqual(new Set(['act-1']));
    const count = it.sent.filter(({ name }) => name === 'generate').length;
    for (let round = 0; round < 4; round += 1) {
      await it.pass(20);
      await it.answer(viewed(ready));
    }
    expect(it.sent.filter(({ name }) => name === 'generate')).toHaveLength(count);
  });

  test('a backend that says generating for ever does not keep the customer for more than 30 s', async () => {
    const it = bench(ready);
    it.flow.start();
    await settled();
    await it.answer(viewed(view({ phase: 'generating', revision: 2 })));
    for (let second = 0; second < 40; second += 1) {
      await it.pass(1);
      await it.answer(viewed(view({ phase: 'generating', revision: 2 })));
    }
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', problem: { code: 'OTP_MAYBE_NOT_SENT' } });
  });

  test('while it is under way the customer may go to the bank page', async () => {
    const it = bench(ready);
    it.flow.start();
    await settled();
    it.flow.redirect();
    await settled();
    expect(it.last()).toMatchObject({ name: 'leave', to: 'bank' });
    expect(it.flow.state.status).toBe('redirecting');
    expect(it.sent[0]?.signal.aborted).toBe(true);
  });
});
