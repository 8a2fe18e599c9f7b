import { describe, expect, test } from 'vitest';
import { createInsight, memoryInsight, type InsightStore } from '../src/index.ts';
import { parseEvent } from '../src/parse-event.ts';
import { skipPauses } from './support/pauses.ts';
import { plantShop } from './support/planted-shop.ts';

const nowMs = 1_790_000_000_000;
const good = { type: 'shown', reference: 'NL7K-42QX', order: 'o', attempt: 1, at: nowMs, ms: 10, issuer: 'hdfc' };
const secret = 'sixteen letters!';
const open = (store: InsightStore = memoryInsight(), more = {}) =>
  createInsight({ store, secret, now: () => nowMs, ...more });

describe('an event that cannot be kept', () => {
  test.each([
    ['null', null, 'invalid'],
    ['a text', 'shown', 'invalid'],
    ['without a reference', { ...good, reference: undefined }, 'invalid'],
    ['with a reference that is too long', { ...good, reference: 'x'.repeat(65) }, 'invalid'],
    ['with a time that is no number', { ...good, at: '1' }, 'invalid'],
    ['with no end of time', { ...good, ms: Number.POSITIVE_INFINITY }, 'invalid'],
    ['of an unknown type', { ...good, type: 'toString' }, 'unknownType'],
    ['from the future', { ...good, at: nowMs + 3_600_000 }, 'fromTheFuture'],
    ['older than what is kept', { ...good, at: nowMs - 200 * 86_400_000 }, 'tooOld'],
    ['of a payment that was restored', { ...good, restored: true }, 'restored'],
    ['of a verdict without an outcome', { ...good, type: 'verdict' }, 'invalid'],
  ] as const)('%s is counted', async (_what, event, reason) => {
    expect(parseEvent(event, nowMs, 180)).toBe(reason);
    const insight = open();
    await insight.ingest([event, good]);
    expect(insight.losses()).toMatchObject({ kept: 1, losses: { [reason]: 1 } });
  });

  test.each([
    ['NONE', 'UNKNOWN'],
    ['', 'UNKNOWN'],
    [undefined, 'UNKNOWN'],
    [7, 'UNKNOWN'],
    [' hdfc ', 'HDFC'],
    ['a|b', 'UNKNOWN'],
  ])('an issuer %j is kept as %s', (issuer, name) => {
    expect(parseEvent({ ...good, issuer }, nowMs, 180)).toMatchObject({ known: { issuer: name } });
  });

  test('a clock that was set back makes no negative time', () => {
    expect(parseEvent({ ...good, ms: -500 }, nowMs, 180)).toMatchObject({ known: { shown_ms: 0, started_ms: nowMs } });
  });
});

describe('a store', () => {
  test('that keeps failing costs its rows alone, which are counted and reported once a minute', async () => {
    skipPauses();
    const problems: unknown[] = [];
    const store = { ...memoryInsight(), merge: () => Promise.reject(new Error('disk')) };
    const insight = open(store, { onProblem: (problem: unknown) => problems.push(problem) });
    await expect(insight.hooks.onEvent(good as never)).resolves.toBeUndefined();
    await insight.ingest([{ ...good, reference: 'NL7K-42QY' }]);
    expect(insight.losses()).toMatchObject({ kept: 0, losses: { storeFailed: 2 } });
    expect(problems).toMatchObject([{ code: 'INSIGHT_FAILED', lost: 1 }]);
  });

  test('that hangs bounds the memory: further payments are counted as too many at once', async () => {
    const store = { ...memoryInsight(), merge: () => new Promise<void>(() => undefined) };
    const insight = open(store);
    void insight.ingest([good]);
    const later = Array.from({ length: 10_050 }, (_, index) => insight.ingest([{ ...good, reference: `R-${index}` }]));
    await new Promise((done) => setTimeout(done, 0));
    while (!insight.losses().losses.overflow) await new Promise((done) => setTimeout(done, 5));
    expect(later).toHaveLength(10_050);
    expect(insight.losses().losses).toEqual({ overflow: expect.any(Number) as number });
  }, 30_000);
});

describe('a payment', () => {
  test('is found by its reference, forgotten by it, and leads to nobody without the secret', async () => {
    const store = memoryInsight();
    const insight = open(store);
    await insight.ingest([good]);
    expect(await insight.payment(' NL7K-42QX ')).toMatchObject({ shown_ms: 10, issuer: 'HDFC' });
    const rows = await store.read(0, nowMs * 2);
    expect(JSON.stringify(rows)).not.toContain('NL7K');
    expect(rows[0]?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(await open(store, { secret: 'another secret of the shop' }).payment('NL7K-42QX')).toBeUndefined();
    await insight.forget('NL7K-42QX');
    expect(await insight.payment('NL7K-42QX')).toBeUndefined();
  });

  test('is removed after keepDays, and its day’s counts stay', async () => {
    let now = nowMs;
    const store = memoryInsight();
    const insight = open(store, { keepDays: 10, now: () => now });
    await insight.ingest(
      plantShop(3, 50, [nowMs - 86_400_000, nowMs])
        .flatMap(({ events }) => events)
        .filter(({ at }) => at <= nowMs),
    );
    now += 12 * 86_400_000;
    await insight.sweep();
    expect(await store.read(0, now)).toEqual([]);
  });

  test('has no card, OTP, address or free text in its row, whatever an event carries', async () => {
    const canaries = ['4012001037141112', '482913', '203.0.113.9', 'asha@example.com', 'Declined: call 1800'];
    const store = memoryInsight();
    const insight = open(store);
    const [pan, otp, ip, mail, text] = canaries;
    await insight.ingest([
      { ...good, pan, otp, ip, mail, network: 'VISA', code: text, source: mail, entry: { by: otp, otp } },
      { ...good, type: 'submitted', nth: 1, entry: { by: mail, firstKeySeconds: otp } },
      { ...good, type: 'otpNotSent', code: text },
      { ...good, type: 'verdict', outcome: 'failed', advice: text, source: ip },
      { ...good, method: pan, because: text, amount: { value: otp } },
    ]);
    const kept = JSON.stringify(await store.read(0, nowMs * 2));
    for (const canary of canaries) expect(kept).not.toContain(canary);
  });
});

test('the options are checked at once', () => {
  expect(() => open(memoryInsight(), { secret: 'short' })).toThrow('secret: set at least 16 characters');
  expect(() => open(memoryInsight(), { keepDays: 0 })).toThrow('keepDays');
});
