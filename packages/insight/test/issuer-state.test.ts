import { describe, expect, test } from 'vitest';
import { createInsight, memoryInsight, type IssuerNow } from '../src/index.ts';
import { isHalved } from '../src/report/issuer-state.ts';
import { plantedIssuers, plantShop, usual, type Hazards } from './support/planted-shop.ts';

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const nowMs = Date.UTC(2026, 10, 29, 12);
const issuers: Record<string, Hazards> = Object.fromEntries(
  Object.keys(plantedIssuers).map((issuer) => [issuer, usual]),
);
const dead: Hazards = { ...usual, bankOnly: 0, notSent: 0, away: 1, cancelled: 0, toBank: 0 };

/** A shop of seven usual days, and then of spans before now in which HDFC has other hazards. */
async function readIssuers(
  seed: number,
  spans: readonly [minutesAgo: number, untilMinutesAgo: number, hazards: Hazards][],
  perHour = 240,
): Promise<Map<string, IssuerNow>> {
  const insight = createInsight({ store: memoryInsight(), secret: 'sixteen letters!', now: () => nowMs });
  const usualDays = plantShop(seed, 1500, [nowMs - 7 * dayMs, nowMs - 3 * hourMs], issuers);
  const recent = spans.flatMap(([from, until, hazards], index) =>
    plantShop(
      1000 + seed * 10 + index,
      Math.round(((from - until) / 60) * perHour),
      [nowMs - from * minuteMs, nowMs - until * minuteMs],
      { ...issuers, HDFC: { ...hazards, weight: 1 } },
    ),
  );
  await insight.ingest([...usualDays, ...recent].flatMap(({ events }) => events).filter(({ at }) => at <= nowMs));
  return new Map((await insight.live()).issuers.map((one) => [one.issuer, one]));
}

describe('an issuer', () => {
  test('whose OTPs stop is sick within the hour, and no other is', async () => {
    const states = await readIssuers(1, [
      [120, 60, usual],
      [60, 0, dead],
    ]);
    expect(states.get('HDFC')?.state).toBe('otpSick');
    expect([...states.values()].filter(({ state }) => state !== 'well').map(({ issuer }) => issuer)).toEqual(['HDFC']);
    expect(states.get('HDFC')?.usual).toBeGreaterThan(0.7);
  });

  test('whose OTPs are not sent is sick at once: nothing has to ripen', async () => {
    const states = await readIssuers(
      2,
      [
        [120, 8, usual],
        [8, 0, { ...usual, bankOnly: 0, notSent: 1 }],
      ],
      900,
    );
    expect(states.get('HDFC')?.state).toBe('otpSick');
  });

  test('whose own page fails too is down', async () => {
    const insight = createInsight({ store: memoryInsight(), secret: 'sixteen letters!', now: () => nowMs });
    const before = plantShop(3, 3000, [nowMs - 7 * dayMs, nowMs - 2 * hourMs], issuers);
    const lost = plantShop(4, 60, [nowMs - hourMs, nowMs - 15 * minuteMs], { HDFC: dead });
    const leaving = plantShop(5, 60, [nowMs - hourMs, nowMs - 15 * minuteMs], { HDFC: { ...usual, bankOnly: 1 } });
    const stuck = leaving.flatMap(({ events }) =>
      events.filter(({ type }) => type !== 'returned' && type !== 'verdict'),
    );
    await insight.ingest([...before, ...lost].flatMap(({ events }) => events));
    expect((await insight.live()).issuers.find(({ issuer }) => issuer === 'HDFC')?.state).toBe('otpSick');
    await insight.ingest(stuck);
    expect((await insight.live()).issuers.find(({ issuer }) => issuer === 'HDFC')?.state).toBe('down');
  });

  test('that recovered is well again', async () => {
    const states = await readIssuers(6, [
      [120, 60, dead],
      [60, 0, usual],
    ]);
    expect(states.get('HDFC')?.state).toBe('well');
  });

  test('is not sick by chance: of 100 usual issuers of 20 shops, at most one is', async () => {
    let sick = 0;
    for (let seed = 20; seed < 40; seed += 1) {
      const states = await readIssuers(seed, [[120, 0, usual]], 150);
      sick += [...states.values()].filter(({ state }) => state !== 'well').length;
    }
    expect(sick).toBeLessThanOrEqual(1);
  }, 60_000);
});

test('a sum against the usual share is sick after failures in a row, and well after successes', () => {
  const [failures, successes] = [Array.from({ length: 8 }, () => false), Array.from({ length: 12 }, () => true)];
  expect(isHalved([...successes, ...failures], 0.9)).toBe(true);
  expect(isHalved([...failures, ...successes], 0.9)).toBe(false);
  expect(isHalved([...failures, ...successes, ...failures], 0.9)).toBe(true);
  expect(isHalved([], 0.9)).toBe(false);
});
