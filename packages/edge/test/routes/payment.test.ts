import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FrailStore } from '../support/flaky-store.ts';
import { landmark, openTill, Page, patient, prompted, rightOtp } from '../support/test-shop.ts';

describe('leaving', () => {
  test('giving up is recorded, and a success after it says that the customer had left', async () => {
    const { till, page } = await prompted();
    expect(await page.leave('cancel')).toMatchObject({ phase: 'cancelled', next: [] });
    expect((await page.submit(rightOtp)).phase).toBe('cancelled');
    expect(till.calls('submitOtp')).toBe(0);
    const [{ paymentId, orderId } = { paymentId: '', orderId: '' }] = till.sandbox.state.messages;
    await till.plural.submitOtp(paymentId, rightOtp);
    till.clock.forward(1);
    expect((await page.look()).phase).toBe('authorized');
    expect(till.verdicts).toMatchObject([{ orderId, outcome: 'paid', customerLeft: true }]);
  });

  test('giving up is not possible while a code is being confirmed', async () => {
    const { till, page } = await prompted();
    await page.submit(rightOtp);
    expect((await page.leave('cancel')).phase).toBe('confirming');
    till.clock.forward(1);
    await page.look();
    expect(till.verdicts[0]?.customerLeft).toBeUndefined();
  });

  test('going to the bank’s page is recorded once and changes nothing else', async () => {
    const { till, page } = await prompted();
    const idempotencyKey = randomUUID();
    expect(await page.leave('bank', idempotencyKey)).toMatchObject({ phase: 'awaitingOtp', leftForBank: true });
    await page.leave('bank', idempotencyKey);
    expect(till.events.filter(({ type }) => type === 'leftForBank')).toHaveLength(1);
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
  });

  test('who comes back from the bank’s page is told of its newer code, until another one is sent to this page', async () => {
    const { till, page } = await prompted();
    expect((await page.look()).leftForBank).toBeUndefined();
    await page.leave('bank');
    expect((await page.look()).leftForBank).toBe(true);
    till.clock.forward(30);
    expect((await page.resend()).leftForBank).toBeUndefined();
  });
});

describe('looking', () => {
  test('reads the order at most once in orderReadEverySeconds, and sends nothing else', async () => {
    const { till, page } = await prompted({ limits: { orderReadEverySeconds: 5 } });
    till.clock.forward(5);
    const before = till.sandbox.state.requests.length;
    await Promise.all(Array.from({ length: 20 }, () => page.look()));
    till.clock.forward(4);
    await page.look();
    expect(till.sandbox.state.requests.slice(before).map(({ operation }) => operation)).toEqual(['getOrder']);
    till.clock.forward(1);
    await page.look();
    expect(till.sandbox.state.requests.length).toBe(before + 2);
  });

  test('the first look after the start, and after a code went out, reads the order whatever the clock says', async () => {
    const till = openTill();
    const orderId = await till.order();
    const page = new Page(till.handler, (await till.start(orderId)).client.session);
    const reads = (): number => till.calls('getOrder');
    const atStart = reads();
    await page.look();
    await page.look();
    expect(reads()).toBe(atStart + 1);
    await page.generate();
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    expect((await page.look()).phase).toBe('authorized');
    expect(reads()).toBe(atStart + 2);
  });

  test('a clock that is set back keeps no page from the order', async () => {
    const { till, page } = await prompted();
    await page.look();
    await page.submit(rightOtp);
    till.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404 });
    await page.look();
    till.clock.forward(-3600);
    expect((await page.look()).phase).toBe('authorized');
  });

  test('writes nothing when the order was read just now, nor once there is a verdict', async () => {
    const store = new FrailStore();
    const { till, page } = await prompted({ store });
    till.clock.forward(1);
    await page.look();
    const saves = store.saves;
    for (let turn = 0; turn < 5; turn += 1) await page.look();
    expect(store.saves).toBe(saves);
    await page.submit(rightOtp);
    till.clock.forward(1);
    await page.look();
    const [savesPaid, reads] = [store.saves, till.calls('getOrder')];
    till.clock.forward(10);
    expect((await page.look()).phase).toBe('authorized');
    expect([store.saves, till.calls('getOrder')]).toEqual([savesPaid, reads]);
  });

  test('an order that takes too long to be read leaves the page with what the record says', async () => {
    const answered = landmark();
    let silent = false;
    const { till, page } = await prompted({
      wait: (ms, signal) => (silent && ms === 8000 ? Promise.resolve() : patient(ms, signal)),
      async network(request, send) {
        if (silent) await answered.reached;
        return send(request);
      },
    });
    await page.submit(rightOtp);
    silent = true;
    expect((await page.look()).phase).toBe('confirming');
    answered.reach();
    await expect.poll(() => till.verdicts.map(({ source }) => source)).toEqual(['status']);
  });

  test('an order that cannot be read leaves everything as it is', async () => {
    const { till, page } = await prompted();
    till.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404, times: 0 });
    till.clock.forward(2);
    expect((await page.look()).phase).toBe('awaitingOtp');
    expect(till.problems).toMatchObject([{ code: 'API_REJECTED', operation: 'getOrder' }]);
  });
});
