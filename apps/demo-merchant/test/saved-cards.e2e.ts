/** A customer in Chromium saves a card, pays by it the next time, and deletes it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsDuring, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

test('a card is saved with a payment, pays the next order by its token, and is gone once removed', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  const savedCards = (): Promise<string[]> =>
    page.$$eval('.saved-card .card-digits', (cards) => cards.map(({ textContent }) => textContent));

  await customer.order();
  expect(await savedCards()).toEqual([]);
  await page.click('input[name="save"]');
  await customer.pay('pays');
  await customer.enterCode('123456');
  expect(await customer.waitForReceipt()).toContain('Payment received');

  const number = await customer.order();
  expect(await savedCards()).toEqual([expect.stringMatching(/^VISA .*1112$/)]);
  const cardId = await page.$eval('.saved-card input', (input) => input.value);
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay(cardId);
    await customer.enterCode('123456');
    expect(await customer.waitForReceipt()).toContain('Payment received');
  });
  // No card details: Plural has none by the id of a saved card, so the order says that it takes an OTP.
  expect(calls).toMatchObject({ createOrder: 1, createPayment: 1, generateOtp: 1, submitOtp: 1 });
  expect(calls).not.toHaveProperty('getCardDetails');
  expect(await fixtures.sandbox.order(number)).toMatchObject({
    status: 'PROCESSED',
    payments: [{ payment_option: { card_data: { token_txn_type: 'ALT_TOKEN' } } }],
  });

  await customer.order();
  expect(await page.content()).not.toMatch(/token-v1-|cust-v1-/);
  await Promise.all([page.waitForNavigation(), page.click('.remove-card')]);
  expect(await savedCards()).toEqual([]);
  expect(await page.$eval('select[name="card"]', ({ value }) => value)).toBe('pays');
  await customer.close();
});

test('Enter in the form with a saved card pays, and does not remove the card', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  await customer.order();
  await page.click('input[name="save"]');
  await customer.pay('pays');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  const number = await customer.order();
  await page.focus('.saved-card input');
  await page.keyboard.press('Enter');
  await customer.waitForStatus('awaitingOtp');
  expect(await fixtures.sandbox.order(number)).toMatchObject({ payments: [{ status: 'PENDING' }] });
  await customer.close();
});

test('another browser neither sees nor pays by the card, and cannot remove it', async () => {
  const owner = await fixtures.newCustomer();
  await owner.order();
  await owner.page.click('input[name="save"]');
  await owner.pay('debit');
  await owner.enterCode('123456');
  await owner.waitForReceipt();
  await owner.order();
  const cardId = await owner.page.$eval('.saved-card input', (input) => input.value);

  const stranger = await fixtures.newCustomer();
  const number = await stranger.order();
  expect(await stranger.page.$('.saved-card')).toBeNull();
  const post = (path: string): Promise<number> =>
    stranger.page.evaluate(
      async (url, body) =>
        (await fetch(url, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' })).status,
      path,
      { order: number, attempt: '1', card: cardId, charge: 'now' },
    );
  expect(await post('/checkout/pay')).toBe(422);
  await post('/cards/delete');
  expect(await fixtures.sandbox.order(number)).toBeUndefined();
  await owner.reload();
  expect(await owner.page.$('.saved-card')).not.toBeNull();
  await stranger.close();
  await owner.close();
});
