import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { callsDuring, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

const sandboxHas = (operation: string, since: number): Promise<boolean> =>
  fixtures.sandbox.counts().then((counts) => (counts[operation] ?? 0) > since);

test('when the response to a submit is lost the order decides, and the OTP is sent once', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay('response-lost');
    await customer.enterCode('123456');
    expect(await customer.waitForReceipt()).toContain('Payment received');
  });
  expect(calls).toMatchObject({ createPayment: 1, submitOtp: 1 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('a payment whose tab was closed, and whose webhook never comes, is found by the next sweep', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('no-webhook');
  await customer.waitForStatus('awaitingOtp');
  const before = (await fixtures.sandbox.counts())['submitOtp'] ?? 0;
  await fixtures.sandbox.script({ operation: 'submitOtp', fault: 'hang' });
  await customer.enterCode('123456');
  await eventually('the code reaches the sandbox', () => sandboxHas('submitOtp', before));
  await customer.close();
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Not paid', verdicts: [] });

  await fixtures.advanceShopClock(61);
  await fixtures.merchant.checkNow();
  expect(await fixtures.merchant.row(number)).toEqual({ orderStatus: 'Paid', verdicts: ['paid'], sources: ['sweep'] });
});

test('a payment that the bank decides after the tab was closed is reported by the webhook', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('slow');
  await customer.enterCode('123456');
  await customer.waitForStatus('confirming');
  await customer.close();
  await fixtures.sandbox.advance(6);
  await eventually(
    'the webhook settles the order',
    async () => (await fixtures.merchant.row(number)).orderStatus === 'Paid',
  );
  expect(await fixtures.merchant.row(number)).toMatchObject({ verdicts: ['paid'], sources: ['webhook'] });
});

test('duplicate and forged webhooks neither repeat nor hide a payment', async () => {
  for (const card of ['duplicate-webhook', 'forged-webhook']) {
    const customer = await fixtures.newCustomer();
    const number = await customer.order();
    await customer.pay(card);
    await customer.enterCode('123456');
    await customer.waitForReceipt();
    expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
    await customer.close();
  }
});

test('when Plural fails during a submit nothing is assumed, and the same payment can be paid later', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  await fixtures.sandbox.script({ operation: '*', fault: 'reset', times: 1000 });
  await customer.enterCode('123456');
  await customer.waitForStatus('confirming');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Not paid', verdicts: [] });
  await fixtures.advanceShopClock(61);
  await customer.reload();
  await customer.waitForStatus('unresolved');
  await customer.waitForText('You will not be charged twice');

  await fetch(`${fixtures.sandbox.origin}/sandbox/script`, { method: 'DELETE' });
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect((await fixtures.sandbox.order(number))?.payments).toHaveLength(1);
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('a shop killed and restarted while an OTP is awaited continues the payment', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay('pays');
    await customer.waitForStatus('awaitingOtp');
    await fixtures.restartShop();
    await customer.enterCode('123456');
    await customer.waitForReceipt();
  });
  expect(calls).toMatchObject({ createPayment: 1, generateOtp: 1, submitOtp: 1 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('a shop killed between a submit and its response reads the outcome from the order', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('no-webhook');
  await customer.waitForStatus('awaitingOtp');
  const before = (await fixtures.sandbox.counts())['submitOtp'] ?? 0;
  await fixtures.sandbox.script({ operation: 'submitOtp', fault: 'hang' });
  await customer.enterCode('123456');
  await eventually('the code reaches the sandbox', () => sandboxHas('submitOtp', before));
  await fixtures.restartShop();
  await customer.waitForReceipt();
  expect((await fixtures.sandbox.counts())['submitOtp']).toBe(before + 1);
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('a shop killed while it creates a payment continues with that payment, and creates no other', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const before = (await fixtures.sandbox.counts())['createPayment'] ?? 0;
  await fixtures.sandbox.script({ operation: 'createPayment', fault: 'hang' });
  const pressed = customer.pay('pays').catch(() => 'the page went away with the shop');
  await eventually('the payment reaches the sandbox', () => sandboxHas('createPayment', before));
  await fixtures.restartShop();
  await pressed;

  await customer.page.goto(`${fixtures.shop.origin}/checkout`);
  await customer.waitForText('Your payment is being checked');
  await fixtures.advanceShopClock(60);
  await customer.page.click('form.pay button');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect((await fixtures.sandbox.order(number))?.payments).toHaveLength(1);
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('a start with an unknown outcome continues the same payment, whatever fails meanwhile', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const pressContinue = (): Promise<void> => customer.page.click('form.pay button');
  await fixtures.sandbox.script({ operation: 'createPayment', fault: 'reset' });
  await customer.pay('pays');
  await customer.waitForText('Your payment is being checked');
  expect(await customer.page.$('select[name="card"]')).toBeNull();

  // A failed read of the order says nothing about the payment, so no other card may be offered yet.
  await fixtures.sandbox.script({ operation: 'getOrder', fault: 'reset', times: 3 });
  await pressContinue();
  await customer.waitForText('The payment service is not responding');
  await customer.waitForText('Your payment is being checked');

  await pressContinue();
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  const references = (await fixtures.sandbox.order(number))?.payments.map(
    (payment) => payment.merchant_payment_reference,
  );
  expect(references).toEqual([`${number}-1`]);
  await customer.close();
});

test('an order that is requested twice is one order at Plural, with one payment', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await fixtures.sandbox.script({ operation: 'createOrder', fault: 'cut' });
  await customer.pay('pays');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect((await fixtures.sandbox.order(number))?.payments).toHaveLength(1);
  await customer.close();
});
