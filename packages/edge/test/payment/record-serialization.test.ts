import { describe, expect, test } from 'vitest';
import { setStatus } from '../support/order-status.ts';
import { TestDatabase } from '../support/test-database.ts';
import { rightOtp, startAndPrompt, startAndSubmit, wrongOtp } from '../support/test-shop.ts';

const values = (store: TestDatabase): string[] => [...store.rows.values()].map(({ value }) => value);

describe('a finished record', () => {
  test('takes at most 700 bytes, with its reference at most 800', async () => {
    const store = new TestDatabase();
    const { shop, orderId } = await startAndSubmit({ store });
    const open = Math.max(...values(store).map((value) => value.length));
    await shop.handler.settle(orderId);
    const sizes = values(store).map((value) => value.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(700);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(800);
    expect(open).toBeGreaterThan(850);
  });

  test('shows the customer and the merchant what the whole record showed', async () => {
    const store = new TestDatabase();
    const { shop, page, orderId } = await startAndPrompt({ store });
    await page.submit(wrongOtp);
    await page.submit(rightOtp);
    shop.clock.advance(2);
    const view = await page.getView();
    expect(view).toMatchObject({ phase: 'authorized', attempts: { misses: 1 } });
    expect(values(store).some((value) => value.includes('"submits"'))).toBe(false);
    // Marking the verdict delivered was one more save.
    expect(await page.getView()).toEqual({ ...view, revision: view.revision + 1 });
    const opened = await shop.handler.openReference(view.reference);
    expect(opened).toMatchObject({ orderId, phase: 'authorized' });
    expect((await shop.handler.resumePayment({ orderId }))?.client.view.display).toEqual(view.display);
  });

  test('of an exhausted payment still says so', async () => {
    const store = new TestDatabase();
    const { shop, page, orderId } = await startAndPrompt({ store });
    for (let miss = 0; miss < 3; miss += 1) await page.submit(wrongOtp);
    setStatus(shop, orderId, 'FAILED');
    await shop.handler.settle(orderId);
    for (let hour = 0; hour < 100; hour += 1) {
      shop.clock.advance(3600);
      await shop.handler.sweep();
    }
    expect(values(store).some((value) => value.includes('"submits"'))).toBe(false);
    expect((await shop.handler.resumePayment({ orderId }))?.client.view.phase).toBe('exhausted');
  });

  test('takes a later verdict, and another payment', async () => {
    const store = new TestDatabase();
    const { shop, orderId, paymentId } = await startAndPrompt({ store });
    setStatus(shop, orderId, 'FAILED');
    await shop.handler.settle(orderId);
    for (let hour = 0; hour < 100; hour += 1) {
      shop.clock.advance(3600);
      await shop.handler.sweep();
    }
    expect(values(store).some((value) => value.includes('"starting"'))).toBe(false);
    const second = await shop.startPayment(orderId);
    expect(second.client.view.phase).toBe('ready');
    setStatus(shop, orderId, 'PROCESSED');
    await shop.handler.settle(orderId);
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['failed', 'paid', 'paid']);
    const first = await shop.handler.resumePayment({ orderId, paymentId });
    expect(first?.client.view.phase).toBe('authorized');
  });

  test('is kept for `keepDays`, and its reference as long', async () => {
    const { shop, orderId, page } = await startAndSubmit({ limits: { keepDays: 2 } });
    const { reference } = await page.getView();
    shop.clock.advance(2 * 86_400 - 1);
    expect(await shop.handler.openReference(reference)).toMatchObject({ orderId });
    shop.clock.advance(1);
    expect(await shop.handler.openReference(reference)).toBeUndefined();
  });
});
