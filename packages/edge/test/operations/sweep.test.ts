import { describe, expect, test } from 'vitest';
import { openTill, Page, prompted, rightOtp, submitted, wrongOtp } from '../support/test-shop.ts';

describe('sweep', () => {
  test('a tab closed right after its submit, no webhook: the next sweep tells the shop', async () => {
    const { till } = await submitted();
    expect(await till.handler.sweep()).toEqual({ checked: 1, delivered: 1, stillOpen: 0 });
    expect(await till.handler.sweep()).toEqual({ checked: 0, delivered: 0, stillOpen: 0 });
  });

  test('a payment nobody touches is looked at after 1, 2, 5, 15, 60 minutes, then hourly for 72 hours, then reported', async () => {
    const till = openTill();
    await till.start(await till.order());
    const looks: number[] = [];
    for (let minute = 1; minute <= 80 * 60; minute += 1) {
      till.clock.forward(60);
      if ((await till.handler.sweep()).checked > 0) looks.push(minute);
    }
    expect(looks.slice(0, 7)).toEqual([1, 3, 8, 23, 83, 143, 203]);
    expect(looks.at(-1)).toBeGreaterThanOrEqual(72 * 60);
    expect(looks.at(-1)).toBeLessThan(74 * 60);
    expect(till.problems.filter(({ code }) => code === 'ORDER_STILL_OPEN')).toHaveLength(1);
    expect(await till.store.due(till.clock.now() + 1e12, 10)).toEqual([]);
  });

  test('a verdict the shop does not take is brought for longer than 72 hours', async () => {
    let away = true;
    const { till } = await submitted({
      onVerdict() {
        if (away) throw new Error('database away');
      },
    });
    for (let hour = 0; hour < 100; hour += 1) {
      await till.handler.sweep();
      till.clock.forward(3600);
    }
    away = false;
    expect(await till.handler.sweep()).toEqual({ checked: 1, delivered: 1, stillOpen: 0 });
  });

  test('orders that cannot be read do not stop the others', async () => {
    const one = await submitted();
    const { till } = one;
    const orderId = await till.order();
    const page = new Page(till.handler, (await till.start(orderId)).client.session);
    await page.generate();
    await page.submit(rightOtp);
    till.clock.forward(2);
    till.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404, times: 1 });
    const result = await till.handler.sweep();
    expect(result).toEqual({ checked: 2, delivered: 1, stillOpen: 1 });
    till.clock.forward(300);
    await till.handler.sweep();
    expect(till.verdicts).toHaveLength(2);
  });

  test('it looks at no more orders than told, and none after its signal', async () => {
    const { till } = await submitted();
    const page = new Page(till.handler, (await till.start(await till.order())).client.session);
    await page.generate();
    till.clock.forward(120);
    expect((await till.handler.sweep({ limit: 1 })).checked).toBe(1);
    expect((await till.handler.sweep({ signal: AbortSignal.abort() })).checked).toBe(0);
  });

  test('two sweeps at once look at each order once', async () => {
    const { till } = await prompted();
    till.clock.forward(61);
    const reads = till.calls('getOrder');
    await Promise.all([till.handler.sweep(), till.handler.sweep(), till.handler.sweep()]);
    expect(till.calls('getOrder')).toBe(reads + 1);
  });

  test('a wrong code costs the shop no verdict', async () => {
    const { till, page } = await prompted();
    await page.submit(wrongOtp);
    till.clock.forward(61);
    await till.handler.sweep();
    expect(till.verdicts).toEqual([]);
  });
});
