import { describe, expect, test } from 'vitest';
import {
  authorizedView,
  challengeUrl,
  createAwaitingBench,
  createTestBench,
  flushMicrotasks,
  rejectedResult,
  view,
  viewResult,
} from './support/test-bench.ts';

const openAtBank = view({
  phase: 'exhausted',
  next: ['redirect', 'check'],
  revision: 6,
  challengeUrl,
  problem: { code: 'ATTEMPTS_USED' },
});

describe('attempts used up here while the bank’s page is open', () => {
  test('the backend hears that the customer leaves, and the return is polled: the page says paid', async () => {
    const bench = await createAwaitingBench();
    bench.flow.submit('000000');
    await flushMicrotasks();
    await bench.respond(viewResult(openAtBank));
    expect(bench.flow.state).toMatchObject({ status: 'exhausted', next: ['redirect', 'check'] });
    bench.flow.redirect();
    await flushMicrotasks();
    expect(bench.lastCall()).toMatchObject({ name: 'leave', to: 'bank' });
    await bench.respond(viewResult({ ...openAtBank, revision: 7 }));
    expect(bench.flow.state.status).toBe('redirecting');
    await bench.advance(2);
    bench.flow.notify('restored');
    await flushMicrotasks();
    expect(bench.lastCall().name).toBe('payment');
    await bench.respond(viewResult(authorizedView));
    expect(bench.flow.state.status).toBe('authorized');
    expect(bench.timerCount()).toBe(0);
  });

  test.each(['visible', 'restored'] as const)('is polled when the page is %s again', async (event) => {
    const bench = createTestBench(openAtBank);
    bench.flow.start();
    bench.flow.notify('hidden');
    bench.flow.notify(event);
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment');
  });

  test('is polled by check, and every 30 s', async () => {
    const bench = createTestBench(openAtBank);
    bench.flow.start();
    await bench.advance(29);
    expect(bench.callNames()).toBe('');
    await bench.advance(1);
    expect(bench.callNames()).toBe('payment');
    await bench.respond(viewResult(openAtBank));
    bench.flow.check();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment payment');
  });

  test('takes no code and no resend', async () => {
    const bench = createTestBench(openAtBank);
    bench.flow.start();
    bench.flow.submit('123456');
    bench.flow.resend();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('');
  });
});

test.each([
  [openAtBank.next, 'exhausted', ['redirect']],
  [['check'], 'unresolved', []],
] as const)('a session that expires with the steps %j leaves no end without a view', async (next, status, left) => {
  const bench = createTestBench({ ...openAtBank, next: [...next] });
  bench.flow.start();
  bench.flow.check();
  await flushMicrotasks();
  await bench.respond(rejectedResult(401, 'SESSION_EXPIRED'));
  expect(bench.flow.state).toMatchObject({ status, next: left, problem: { code: 'SESSION_EXPIRED' } });
});

test('attempts used up at the bank as well are an end', async () => {
  const bench = createTestBench({ ...openAtBank, next: ['payAgain'] });
  bench.flow.start();
  bench.flow.redirect();
  bench.flow.check();
  await bench.advance(120);
  expect([bench.callNames(), bench.timerCount()]).toEqual(['', 0]);
});
