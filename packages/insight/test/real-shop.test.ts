import { expect, test } from 'vitest';
import { createTestShop, CustomerPage, rightOtp, wrongOtp } from '../../edge/test/support/test-shop.ts';
import { createInsight, memoryInsight } from '../src/index.ts';
import { createRandom } from './support/planted-shop.ts';

const payments = 300;

test('300 payments through the real handler and the sandbox are counted as the sandbox counted them', async () => {
  const kept: Promise<void>[] = [];
  const shop = createTestShop({
    onEvent: (event) => {
      const work = insight.hooks.onEvent(event);
      kept.push(work);
      return work;
    },
  });
  const insight = createInsight({ store: memoryInsight(), secret: 'sixteen letters!', now: shop.clock.now });
  const random = createRandom(3);
  const told = { paid: 0, cancelled: 0, away: 0, wrong: 0, bank: 0, notSent: 0 };
  for (let index = 0; index < payments; index += 1) {
    const chance = random();
    const isBank = chance < 0.1;
    const { client } = await shop.startPayment(await shop.createOrder(), isBank ? { nativeOtp: false } : {});
    const page = new CustomerPage(shop.handler, client.session);
    await page.getView();
    if (isBank) {
      await page.leave('bank');
      told.bank += 1;
      continue;
    }
    if (chance < 0.15) {
      shop.sandbox.script({ operation: 'generateOtp', fault: 'status', status: 422, body: {} });
      await page.generate();
      told.notSent += 1;
      continue;
    }
    await page.generate();
    if (chance < 0.25) {
      await page.leave('away');
      told.away += 1;
    } else if (chance < 0.35) {
      await page.leave('cancel');
      told.cancelled += 1;
    } else {
      if (chance < 0.5) {
        await page.submit(wrongOtp);
        told.wrong += 1;
      }
      await page.submit(rightOtp);
      shop.clock.advance(2);
      await page.getView();
      told.paid += 1;
    }
  }
  await Promise.all(kept);
  shop.clock.advance(3600);
  const report = await insight.report({ range: '1d' });
  const atPlural = [...shop.sandbox.state.orders.values()].flatMap((order) => order.payments);
  const paid = atPlural.filter(({ status }) => status === 'PROCESSED').length;
  expect(paid).toBe(told.paid);
  expect([report.payments, report.orders]).toEqual([atPlural.length, payments]);
  expect([report.native.paid, report.nativePaid.hits]).toEqual([paid, paid]);
  expect(report.bank.started).toBe(told.bank);
  const lost = (end: string): number =>
    report.native.steps
      .flatMap(({ losses }) => losses)
      .reduce((sum, one) => sum + (one.end === end ? one.count : 0), 0);
  expect({ cancelled: lost('cancelled'), away: lost('away'), notSent: lost('notSent') }).toEqual({
    cancelled: told.cancelled,
    away: told.away,
    notSent: told.notSent,
  });
  const reached = (name: string): number => report.native.steps.find((step) => step.name === name)?.reached ?? 0;
  expect(reached('sent')).toBe((shop.sandbox.state.counts['generateOtp'] ?? 0) - told.notSent);
  expect(shop.sandbox.state.counts['submitOtp']).toBe(told.paid + told.wrong);
  expect(report.sources).toEqual([{ source: 'status', count: paid }]);
}, 60_000);
