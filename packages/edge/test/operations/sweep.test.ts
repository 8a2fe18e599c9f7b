import { describe, expect, test } from 'vitest';
import {
  createTestShop,
  CustomerPage,
  startAndPrompt,
  rightOtp,
  startAndSubmit,
  wrongOtp,
} from '../support/test-shop.ts';
import { dueKeys } from '../support/due-keys.ts';

describe('sweep', () => {
  test('a tab closed right after its submit, without a webhook: the next sweep delivers the verdict', async () => {
    const { shop } = await startAndSubmit();
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0, more: false });
    expect(await shop.handler.sweep()).toMatchObject({ checked: 0, delivered: 0, stillOpen: 0, more: false });
  });

  test('an abandoned payment is checked after 1, 2, 5, 15, 60 minutes, 3, 8, 24, 48 and 72 hours, then reported', async () => {
    const shop = createTestShop();
    await shop.startPayment(await shop.createOrder());
    const looks: number[] = [];
    for (let minute = 1; minute <= 80 * 60; minute += 1) {
      shop.clock.advance(60);
      if ((await shop.handler.sweep()).checked > 0) looks.push(minute);
    }
    expect(looks).toEqual([1, 2, 5, 15, 60, 180, 480, 1440, 2880, 4320]);
    expect(shop.problems.filter(({ code }) => code === 'ORDER_STILL_OPEN')).toHaveLength(1);
    expect(await dueKeys(shop.store, shop.clock.now() + 1e12, 10)).toEqual([]);
  });

  test('a verdict that onVerdict rejects is retried for longer than 72 hours', async () => {
    let away = true;
    const { shop } = await startAndSubmit({
      onVerdict() {
        if (away) throw new Error('database away');
      },
    });
    for (let hour = 0; hour < 100; hour += 1) {
      await shop.handler.sweep();
      shop.clock.advance(3600);
    }
    away = false;
    shop.clock.advance(24 * 3600);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 0, more: false });
  });

  test('orders that cannot be read do not stop the others', async () => {
    const one = await startAndSubmit();
    const { shop } = one;
    const orderId = await shop.createOrder();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(orderId)).client.session);
    await page.generate();
    await page.submit(rightOtp);
    shop.clock.advance(2);
    shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404, times: 1 });
    const result = await shop.handler.sweep();
    expect(result).toMatchObject({ checked: 2, delivered: 1, stillOpen: 1, more: false });
    shop.clock.advance(300);
    await shop.handler.sweep();
    expect(shop.verdicts).toHaveLength(2);
  });

  test('once its signal is aborted it checks nothing, and says that more is left', async () => {
    const { shop } = await startAndPrompt();
    shop.clock.advance(120);
    expect(await shop.handler.sweep({ signal: AbortSignal.abort() })).toMatchObject({ checked: 0, more: true });
  });

  test('parallel sweeps check each order once', async () => {
    const { shop } = await startAndPrompt();
    shop.clock.advance(61);
    const reads = shop.callCount('getOrder');
    await Promise.all([shop.handler.sweep(), shop.handler.sweep(), shop.handler.sweep()]);
    expect(shop.callCount('getOrder')).toBe(reads + 1);
  });

  test('a rejected OTP produces no verdict', async () => {
    const { shop, page } = await startAndPrompt();
    await page.submit(wrongOtp);
    shop.clock.advance(61);
    await shop.handler.sweep();
    expect(shop.verdicts).toEqual([]);
  });
});
