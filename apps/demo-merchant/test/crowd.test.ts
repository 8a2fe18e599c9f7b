import { memoryStore } from '@plural-otp/edge';
import { createInsight, memoryInsight } from '@plural-otp/insight';
import { describe, expect, test } from 'vitest';
import { createCrowd } from '../src/crowd/create-crowd.ts';
import { plantedTrouble, planCrowd } from '../src/crowd/plan.ts';
import { createMemoryOverview } from '../src/merchant/memory-overview.ts';
import { createMemoryRepository } from '../src/memory-repository.ts';
import { parseSettings } from '../src/settings.ts';

const nowMs = Date.UTC(2026, 10, 29, 12);
const settings = parseSettings({
  PLURAL_BASE_URL: 'http://127.0.0.1:3001',
  PLURAL_CLIENT_ID: 'sandbox-client',
  PLURAL_CLIENT_SECRET: 'sandbox-secret',
  PLURAL_RETURN_SECRET_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  PLURAL_WEBHOOK_SECRET: 'abc1234',
});
const file = { name: 'x', url: '/assets/x', integrity: 'sha384-x' };
const files = {
  component: { more: [], element: file, styles: file },
  own: {},
  api: [],
  assets: {},
};

interface Order {
  readonly status: string;
  readonly amount: unknown;
  readonly createdAtMs: number;
}

async function runCrowd(count: number) {
  const repository = createMemoryRepository();
  const [overview, insightStore] = [createMemoryOverview(repository), memoryInsight()];
  const store = memoryStore();
  const crowd = await createCrowd({
    settings,
    repository,
    overview,
    insightStore,
    store,
    files,
    seed: 3,
    count,
    nowMs,
  });
  const insight = createInsight({ store: insightStore, secret: 'sixteen letters!', now: () => nowMs });
  return { crowd, sums: await overview.sum(0), report: await insight.report({ range: '7d' }) };
}

describe('a crowd', () => {
  test('is counted by the shop and by insight as the sandbox counts it, and marked as simulated', async () => {
    const { crowd, sums, report } = await runCrowd(40);
    expect(crowd.customers).toBe(40);
    expect(sums.placedCount).toBe(40);
    expect(crowd.paidAtPlural).toBeGreaterThan(15);
    const refunded = sums.refundedPaise === 0 ? 0 : expect.any(Number);
    expect(sums).toMatchObject({ refundedPaise: refunded, paidCount: crowd.paidAtPlural });
    expect(report.nativePaid.hits + report.bankPaid.hits).toBe(sums.paidCount + sums.reservedCount);
    expect(report.simulated).toBe(report.payments);
    expect(report.orders).toBe(sums.triedCount);
  }, 60_000);

  test('ends in the same way for the same seed', async () => {
    const readOrders = async (): Promise<unknown> => {
      const { state } = JSON.parse((await runCrowd(12)).crowd.sandboxState) as { state: { orders: [string, Order][] } };
      return state.orders.map(([, { status, amount, createdAtMs }]) => [status, amount, createdAtMs]);
    };
    expect(await readOrders()).toEqual(await readOrders());
  }, 60_000);

  test('comes in the order of time, and meets the planted trouble', () => {
    const plan = planCrowd(7, 600, nowMs);
    const times = plan.map(({ startMs }) => startMs);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(Math.max(...times)).toBeLessThan(nowMs);
    const { fromMs, untilMs } = plantedTrouble(nowMs);
    const lost = plan.filter(({ cardIds }) => cardIds[0] === 'sms-lost');
    expect(lost.length).toBeGreaterThan(5);
    expect(lost.every(({ startMs }) => startMs >= fromMs && startMs < untilMs)).toBe(true);
    expect(planCrowd(8, 600, nowMs)).not.toEqual(plan);
  });
});
