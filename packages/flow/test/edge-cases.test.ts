import { describe, expect, test } from 'vitest';
import { createOtpFlow, fetchTransport, type TransportResult } from '../src/index.ts';
import {
  atTheCode,
  awaiting,
  bench,
  challengeUrl,
  confirming,
  ready,
  refused,
  settled,
  unreachable,
  view,
  viewed,
} from './support/test-bench.ts';

describe('a view that is old news', () => {
  test('of an act that changed nothing is believed: the code is out, and nothing is wrong', async () => {
    const it = bench(ready);
    it.flow.start();
    await settled();
    await it.answer(viewed({ ...awaiting, revision: ready.revision }));
    expect(it.flow.state.status).toBe('awaitingOtp');
    expect(it.flow.state.problem).toBeUndefined();
  });

  test('that still waits for the bank is no reason to speak of the network', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    await it.answer(unreachable);
    for (const seconds of [1, 1, 2, 4]) {
      await it.pass(seconds);
      expect(it.last().name).toBe('payment');
      await it.answer(viewed({ ...confirming, revision: awaiting.revision }));
    }
    expect(it.flow.state).toMatchObject({ status: 'confirming' });
    expect(it.flow.state.problem).toBeUndefined();
  });

  test('counts a miss all the same: the code was heard, and not accepted', async () => {
    const it = await atTheCode();
    it.flow.submit('000000');
    await settled();
    await it.answer(unreachable);
    await it.pass(1);
    await it.answer(viewed({ ...awaiting, attempts: { misses: 1 }, problem: { code: 'OTP_NOT_ACCEPTED' } }));
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', misses: 1, problem: { code: 'OTP_NOT_ACCEPTED' } });
  });

  test('that the customer went to the bank is said on a page loaded anew, and not on one that has seen a view', async () => {
    const left = { ...awaiting, leftForBank: true as const };
    const anew = bench();
    anew.flow.start();
    await settled();
    await anew.answer(viewed(left));
    expect(anew.flow.state.notice).toBe('newerOtpPossible');

    const before = bench(view({ phase: 'awaitingOtp', next: ['submit'], revision: 0 }));
    before.flow.check();
    await settled();
    await before.answer(viewed(left));
    expect(before.flow.state.notice).toBeUndefined();
  });
});

describe('a question', () => {
  test('without an answer takes nothing away that may be done', async () => {
    const it = bench({ ...awaiting, revision: 0 });
    it.flow.start();
    it.flow.check();
    await settled();
    await it.answer(unreachable);
    expect(it.flow.state.next).toEqual(awaiting.next);
    expect(it.flow.state.problem).toBeUndefined();
  });

  test('refused because of a rush keeps the good news, and says nothing at the code', async () => {
    const it = bench({ ...awaiting, resendInSeconds: 0 });
    it.flow.resend();
    await settled();
    await it.answer(viewed({ ...awaiting, revision: 4 }));
    expect(it.flow.state.notice).toBe('otpResent');
    it.flow.check();
    await settled();
    await it.answer(refused(429, 'BUSY'));
    expect(it.flow.state).toMatchObject({ status: 'awaitingOtp', notice: 'otpResent' });
    expect(it.flow.state.problem).toBeUndefined();
  });

  test('by hand behind a hidden page does not make it a page that is seen', async () => {
    const it = bench(view({ phase: 'unresolved', next: ['check'] }));
    it.flow.start();
    it.flow.notify('hidden');
    it.flow.check();
    await settled();
    await it.answer(viewed(view({ phase: 'unresolved', next: ['check'] })));
    const asked = it.sent.length;
    await it.pass(120);
    expect(it.sent).toHaveLength(asked);
  });

  test('is asked anew when the page is seen again; an act under way is left alone', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    it.flow.notify('visible');
    await settled();
    expect(it.last().name).toBe('submit');
    expect(it.last().signal.aborted).toBe(false);
  });

  test('after a flow was started on revision 0 is not asked first: the view is known', async () => {
    const it = bench({ ...ready, revision: 0 });
    it.flow.start();
    await settled();
    expect(it.names()).toBe('generate');
  });
});

describe('no code is asked for', () => {
  test('when the session has run out', async () => {
    const it = bench();
    it.flow.start();
    await settled();
    await it.answer(viewed({ ...ready, problem: { code: 'SESSION_EXPIRED' } }));
    await it.pass(60);
    expect(it.names()).toBe('payment');
    expect(it.flow.state.problem).toEqual({ code: 'SESSION_EXPIRED' });
  });

  test('when the step began at a code that is out, whatever comes later', async () => {
    const it = bench(awaiting);
    it.flow.start();
    it.flow.check();
    await settled();
    await it.answer(viewed({ ...ready, revision: 9 }));
    await it.pass(5);
    expect(it.names()).toBe('payment');
  });

  test('and none is waited for behind a ready payment that nobody started', async () => {
    const it = bench(ready);
    it.flow.check();
    await settled();
    await it.answer(viewed({ ...ready, pollAfterSeconds: 1 }));
    await it.pass(60);
    expect(it.names()).toBe('payment');
  });
});

describe('the bank’s page', () => {
  test('is told of once, however often the link is pressed', async () => {
    const it = await atTheCode({ challengeUrl });
    it.flow.redirect();
    it.flow.redirect();
    await settled();
    expect(it.sent.filter(({ name }) => name === 'leave')).toHaveLength(1);
  });
});

describe('a transport of the page’s own', () => {
  test.each([
    ['nothing', undefined],
    ['a view that is none', { kind: 'view' }],
    ['a view without steps', { kind: 'view', view: { phase: 'authorized', revision: 9 } }],
  ])('that brings %s has brought no answer', async (_, result) => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    await it.answer(result as unknown as TransportResult);
    expect(it.flow.state).toMatchObject({ status: 'confirming', problem: { code: 'BACKEND_UNREACHABLE' } });
  });

  test('that hands on its backend’s words unread brings into the state what the contract names, and no more', async () => {
    const it = await atTheCode();
    it.flow.submit('123456');
    await settled();
    const unread = { ...confirming, otp: '123456', status: 'authorized', challengeUrl: 'javascript:0' };
    await it.answer(viewed(unread));
    expect(it.flow.state.status).toBe('confirming');
    expect(it.flow.state.challengeUrl).toBe(challengeUrl);
    expect(JSON.stringify(it.flow.state)).not.toContain('123456');
  });
});

describe('a flow', () => {
  test('has a clock of its own that tells the time of day', () => {
    const flow = createOtpFlow({ transport: fetchTransport({ endpoint: '/plural', session: 'seal' }) });
    const dayMs = 86_400_000;
    expect(Math.abs(flow.now() - Date.now())).toBeLessThan(dayMs);
    flow.close();
  });

  test('begins with nothing to do', () => {
    expect(bench().flow.state).toEqual({ status: 'idle', next: [], misses: 0, online: true });
  });

  test('asks when its clocks part, and only then', async () => {
    const it = await atTheCode();
    const asked = it.sent.length;
    it.setWall(2);
    await it.pass(1);
    expect(it.sent).toHaveLength(asked);
    it.setWall(3);
    await it.pass(1);
    expect(it.sent.slice(asked).map(({ name }) => name)).toEqual(['payment']);
  });
});
