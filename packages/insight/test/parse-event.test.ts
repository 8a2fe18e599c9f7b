import type { FlowEvent } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { createInsight, memoryInsight, type InsightStore } from '../src/index.ts';
import { meterEvents } from '../src/otel/index.ts';
import { createInsightPage } from '../src/page/index.ts';
import { parseEvent } from '../src/parse-event.ts';
import { createSidecar } from '../src/sidecar.ts';
import { skipPauses } from './support/pauses.ts';
import { plantShop } from './support/planted-shop.ts';

const nowMs = 1_790_000_000_000;
const good = { type: 'shown', reference: 'NL7K-42QX', order: 'o', attempt: 1, at: nowMs, ms: 10, issuer: 'hdfc' };
const secret = 'sixteen letters!';
const pan = '4012001037141112';
const freeText = 'Declined: call 1800';
const canaries = [pan, '4012 0010-3714 1112', '٤٠١٢٠٠١٠٣٧١٤١١١٢', '482913', '4829', '+91 98450 12345', '203.0.113.9'];
canaries.push('asha@example.com', 'card 4012001037141112 of Asha', freeText);
/** Every type of an event, and every member that one may have, with those of its parts. */
const types = Object.keys({
  started: true,
  shown: true,
  otpSent: true,
  otpNotSent: true,
  submitted: true,
  accepted: true,
  refused: true,
  resent: true,
  leftForBank: true,
  returned: true,
  cancelled: true,
  away: true,
  verdict: true,
} satisfies Record<FlowEvent['type'], true>);
type Member = Exclude<keyof FlowEvent, 'type' | 'at' | 'ms' | 'restored' | 'entry' | 'amount'>;
const members = [
  ...Object.keys({
    reference: true,
    order: true,
    attempt: true,
    method: true,
    because: true,
    issuer: true,
    network: true,
    nth: true,
    code: true,
    outcome: true,
    advice: true,
    source: true,
  } satisfies Record<Member, true>),
  ...['by', 'edited', 'firstKeySeconds', 'hiddenSeconds', 'usableMs', 'otp'].map((name) => `entry.${name}`),
  ...['value', 'currency'].map((name) => `amount.${name}`),
  'pan',
];

/** Plants a value as a member, or as a part of one. */
function plant(name: string, value: unknown): object {
  const [member = '', part] = name.split('.');
  return { [member]: part === undefined ? value : { by: 'typed', [part]: value } };
}

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
    [pan, 'UNKNOWN'],
    ['asha@example.com', 'UNKNOWN'],
    ['HDFC 4012-0010-3714-1112', 'UNKNOWN'],
    ['4829', 'UNKNOWN'],
    ['Bank 21', 'BANK 21'],
    ['भारतीय स्टेट बैंक', 'भारतीय स्टेट बैंक'],
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

  test.each(types)('has no card, OTP, address or free text of any member of %s, by the sidecar too', async (type) => {
    const store = memoryInsight();
    const insight = open(store);
    const page = createInsightPage(insight, { authorize: 'local' });
    const serve = createSidecar(insight, page, { token: 'the token of a shop' });
    const metered: string[] = [];
    const count = { add: (_value: number, more?: object) => void metered.push(JSON.stringify(more)) };
    const meter = meterEvents({
      createCounter: () => count,
      createHistogram: () => ({ record: (_value: number, more?: object) => void metered.push(JSON.stringify(more)) }),
      createObservableGauge: () => ({ addCallback: () => undefined }),
    });
    const base = { ...good, type, nth: 1, outcome: 'failed' };
    const events = [...canaries, Number(pan)].flatMap((canary, index) =>
      members
        .filter((name) => canary !== freeText || !['issuer', 'network'].includes(name))
        .map((name) => ({ ...base, reference: `NL7K-${index}`, ...plant(name, canary) })),
    );
    await insight.ingest(events);
    const body = events.map((event) => JSON.stringify(event)).join('\n');
    const headers = { authorization: 'Bearer the token of a shop' };
    await serve(new Request('http://localhost/events', { method: 'POST', headers, body }));
    for (const event of events) meter(event as never);
    await insight.sweep();
    const rows = await store.read(0, nowMs * 2);
    expect(rows.length).toBeGreaterThan(canaries.length);
    const kept = JSON.stringify([rows, await store.readDays(0, 99_999), metered, insight.losses()]);
    const drawn = await (await page.fetch(new Request('http://localhost/insight?range=90d'))).text();
    // Hashes and random ids may have any digits.
    const told = (kept + drawn).replaceAll(/[0-9a-f-]{32,}/g, '').toUpperCase();
    expect(canaries.filter((canary) => told.includes(canary.toUpperCase()))).toEqual([]);
  });
});

test('the options are checked at once', () => {
  expect(() => open(memoryInsight(), { secret: 'short' })).toThrow('secret: set at least 16 characters');
  expect(() => open(memoryInsight(), { keepDays: 0 })).toThrow('keepDays');
});
