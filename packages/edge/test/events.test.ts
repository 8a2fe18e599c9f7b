import type { FlowEvent } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import {
  createTestShop,
  CustomerPage,
  openPage,
  rightOtp,
  startAndPrompt,
  wrongOtp,
  type TestShop,
} from './support/test-shop.ts';

const types = (shop: TestShop): FlowEvent['type'][] => shop.events.map(({ type }) => type);

describe('the steps of a customer', () => {
  test('are each emitted once, in order, with the reference, the card and the time since the start', async () => {
    const shop = createTestShop();
    const { client } = await shop.startPayment(await shop.createOrder());
    const page = new CustomerPage(shop.handler, client.session);
    await page.getView();
    await page.generate();
    await page.submit(wrongOtp);
    shop.clock.advance(60);
    await page.resend();
    await page.leave('bank');
    await page.submit(rightOtp);
    shop.clock.advance(2);
    await page.getView();
    const { reference, display } = client.view;
    const about = { reference, issuer: display?.issuer, network: display?.network };
    expect(about).toEqual({
      reference: expect.any(String) as string,
      issuer: expect.any(String) as string,
      network: expect.any(String) as string,
    });
    expect(shop.events).toEqual([
      { type: 'shown', ms: 0, ...about },
      { type: 'otpSent', ms: 0, ...about },
      { type: 'submitted', ms: 0, ...about },
      { type: 'refused', ms: 0, ...about },
      { type: 'resent', ms: 60_000, ...about },
      { type: 'leftForBank', ms: 60_000, ...about },
      { type: 'submitted', ms: 60_000, ...about },
      { type: 'verdict', ms: 62_000, outcome: 'paid', ...about },
    ]);
  });

  test('the first action shows the step too, where the page never asked for it', async () => {
    const { shop, page } = await openPage();
    await page.generate();
    await page.getView();
    expect(types(shop)).toEqual(['shown', 'otpSent']);
  });

  test('an OTP that the start requests is sent and not yet shown', async () => {
    const shop = createTestShop();
    const { client } = await shop.startPayment(await shop.createOrder(), { generate: 'now' });
    expect(types(shop)).toEqual(['otpSent']);
    await new CustomerPage(shop.handler, client.session).getView();
    expect(types(shop)).toEqual(['otpSent', 'shown']);
  });
});

describe('an OTP is refused', () => {
  const rejection = {
    operation: 'submitOtp',
    fault: 'status',
    status: 400,
    body: { code: 'INVALID_REQUEST' },
  } as const;

  test('also when it used up the attempts', async () => {
    const { shop, page } = await startAndPrompt();
    for (let attempt = 0; attempt < 3; attempt += 1) await page.submit(wrongOtp);
    expect((await page.getView()).phase).toBe('exhausted');
    expect(types(shop).filter((type) => type === 'refused')).toHaveLength(3);
  });

  test('also when only the order proves it, as its response was lost', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    await page.submit(wrongOtp);
    shop.clock.advance(2);
    expect((await page.getView()).problem).toEqual({ code: 'OTP_NOT_ACCEPTED' });
    expect(types(shop).filter((type) => type === 'refused')).toHaveLength(1);
  });

  test('also when Plural rejects it without a reason, and the order is still open', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script(rejection);
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
    expect(types(shop).slice(-2)).toEqual(['submitted', 'refused']);
  });

  test('but not when it is rejected without a reason and the order was paid by it', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ ...rejection, takesEffect: true });
    const view = await page.submit(rightOtp);
    expect(view.attempts).toEqual({ misses: 0 });
    expect(types(shop)).not.toContain('refused');
  });

  test('but not when it is rejected without a reason and its order puts it on hold', async () => {
    const { shop, page, orderId } = await startAndPrompt();
    shop.sandbox.script(rejection);
    for (const payment of shop.sandbox.state.orders.get(orderId)?.payments ?? []) {
      Object.assign(payment, { status: 'PROCESSED', amount: { value: 1, currency: 'INR' } });
    }
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
    expect(types(shop)).not.toContain('refused');
  });

  test('and no resend or generate is, whatever Plural answers', async () => {
    const { shop, page } = await openPage();
    shop.sandbox.script({ operation: 'generateOtp', fault: 'status', status: 500 });
    await page.generate();
    shop.clock.advance(60);
    shop.sandbox.script({ operation: 'resendOtp', fault: 'status', status: 422, body: {} });
    await page.resend();
    expect(types(shop)).toEqual(['shown']);
  });
});
