import { describe, expect, test } from 'vitest';
import { createSessionSealer } from '../../src/session/sealed-session.ts';
import { createSessionKey, exampleSession } from '../support/session-fixtures.ts';
import {
  createTestShop,
  CustomerPage,
  openPage,
  rightOtp,
  shopOrigin,
  startAndPrompt,
  startAndSubmit,
} from '../support/test-shop.ts';

describe('a customer who leaves', () => {
  test('cancels before an OTP is requested, while it is awaited, and once its outcome is unknown', async () => {
    const fresh = await openPage();
    expect(await fresh.page.leave('cancel')).toMatchObject({ phase: 'cancelled', next: [] });
    const awaited = await startAndPrompt();
    expect(await awaited.page.leave('cancel')).toMatchObject({ phase: 'cancelled', next: [] });
    const unknown = await startAndPrompt();
    unknown.shop.sandbox.script({ operation: 'submitOtp', fault: 'reset' });
    unknown.shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 422, times: 0 });
    await unknown.page.submit(rightOtp);
    unknown.shop.clock.advance(61);
    expect((await unknown.page.getView()).phase).toBe('unresolved');
    const view = await unknown.page.leave('cancel');
    expect(view).toMatchObject({ phase: 'cancelled', next: [] });
    expect(view).not.toHaveProperty('problem');
  });

  test('and cancels takes the problem of an older action along', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'rateLimit' });
    expect((await page.submit(rightOtp)).problem).toEqual({ code: 'BUSY' });
    expect(await page.leave('cancel')).not.toHaveProperty('problem');
  });

  test('changes nothing once the payment has its verdict', async () => {
    const { shop, page } = await startAndSubmit();
    const { revision } = await page.getView();
    for (const to of ['bank', 'cancel'] as const) {
      const view = await page.leave(to);
      expect(view.phase).toBe('authorized');
      expect(view.revision).toBeLessThanOrEqual(revision + 1);
      expect(view).not.toHaveProperty('leftForBank');
    }
    expect(shop.events.map(({ type }) => type)).not.toContain('leftForBank');
    expect(shop.verdicts[0]).not.toHaveProperty('customerLeft');
  });

  test('for the bank is believed to have made the order ATTEMPTED: a lost OTP stays unknown', async () => {
    const { shop, page } = await startAndPrompt();
    await page.leave('bank');
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    await page.submit('000000');
    shop.clock.advance(2);
    expect(await page.getView()).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
  });
});

describe('a session is renewed', () => {
  const renewedAt = async (seconds: number): Promise<boolean> => {
    const { shop, page } = await openPage({ limits: { activeMinutes: 10, maxMinutes: 12 } });
    const before = page.session;
    shop.clock.advance(seconds);
    await page.getView();
    return page.session !== before;
  };

  test.each([
    ['not in the first half of its time', 300, false],
    ['in the second half', 300.001, true],
    ['until its time is over', 600, true],
    ['and not after it', 600.001, false],
  ])('%s', async (_title, seconds, expected) => {
    expect(await renewedAt(seconds)).toBe(expected);
  });

  test('up to `maxMinutes` after the start, and then no more', async () => {
    const { shop, page } = await openPage({ limits: { activeMinutes: 10, maxMinutes: 12 } });
    shop.clock.advance(6 * 60);
    await page.getView();
    const last = page.session;
    shop.clock.advance(5 * 60);
    expect((await page.getView()).session).toBeUndefined();
    expect(page.session).toBe(last);
    shop.clock.advance(60);
    expect((await page.generate()).phase).toBe('awaitingOtp');
    shop.clock.advance(0.001);
    expect((await page.submit(rightOtp)).problem).toEqual({ code: 'SESSION_EXPIRED' });
    expect(shop.callCount('submitOtp')).toBe(0);
  });
});

describe('a seal', () => {
  const seals = createSessionSealer([createSessionKey()], shopOrigin);

  test('of 4 KiB opens, and a longer one does not', async () => {
    const sealOf = (length: number): Promise<string> => seals.seal({ ...exampleSession, orderId: 'x'.repeat(length) });
    const base = (await sealOf(0)).length;
    const fits = await sealOf(Math.floor(((4096 - base) * 3) / 4));
    expect(fits.length).toBeLessThanOrEqual(4096);
    expect(fits.length).toBeGreaterThan(4090);
    expect(await seals.open(fits)).toBeDefined();
    expect(await seals.open(await sealOf(3100))).toBeUndefined();
  });

  test('that opened is opened once, and nobody can change what it holds', async () => {
    const text = await seals.seal(exampleSession);
    const session = await seals.open(text);
    expect(await seals.open(text)).toBe(session);
    expect(Object.isFrozen(session)).toBe(true);
  });

  test('cannot be made without a key', async () => {
    await expect(createSessionSealer([], shopOrigin).seal(exampleSession)).rejects.toThrow('no session key');
    expect(await createSessionSealer([], shopOrigin).open(await seals.seal(exampleSession))).toBeUndefined();
  });
});

test('a read-only session resumes nothing: its view has no URL of the bank’s page', async () => {
  const shop = createTestShop();
  const { client } = await shop.startPayment(await shop.createOrder());
  const opened = await shop.handler.openReference(client.view.reference);
  const view = await new CustomerPage(shop.handler, opened?.client.session ?? '').getView();
  expect(view).not.toHaveProperty('challengeUrl');
  expect(view.next).toEqual(['check']);
});
