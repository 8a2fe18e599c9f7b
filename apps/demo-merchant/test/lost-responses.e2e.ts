import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsDuring, eventually, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

const sandboxHas = (operation: string, since: number): Promise<boolean> =>
  fixtures.sandbox.counts().then((counts) => (counts[operation] ?? 0) > since);

test('the answer to the code is lost: the order decides, and the code is sent once', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay('response-lost');
    await customer.enterCode('123456');
    expect(await customer.waitForReceipt()).toContain('Thank you, it is paid');
  });
  expect(calls).toMatchObject({ createPayment: 1, submitOtp: 1 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('the tab is closed right after the code, and no webhook comes: the shop knows within one sweep', async () => {
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

test('the bank decides after the tab was closed: the webhook brings it', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('slow');
  await customer.enterCode('123456');
  await customer.waitForStatus('confirming');
  await customer.close();
  await fixtures.sandbox.post('/sandbox/clock', { advanceSeconds: 6 });
  await eventually(
    'the webhook settles the order',
    async () => (await fixtures.merchant.row(number)).orderStatus === 'Paid',
  );
  expect(await fixtures.merchant.row(number)).toMatchObject({ verdicts: ['paid'], sources: ['webhook'] });
});

test('webhooks that come twice, or whose signature is wrong, neither double nor hide a payment', async () => {
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

test('Plural goes away while the code is on its way: nothing is guessed, and the same payment is paid later', async () => {
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
  await customer.waitForText('cannot charge you twice');

  await fetch(`${fixtures.sandbox.origin}/sandbox/script`, { method: 'DELETE' });
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect((await fixtures.sandbox.order(number))?.payments).toHaveLength(1);
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('the shop is killed and started again while a code is awaited: the page goes on where it was', async () => {
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

test('the shop is killed after the code was sent and before its answer: the order decides once it is back', async () => {
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

test('the shop is killed while the payment is created: the same payment goes on, and there is only one', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const before = (await fixtures.sandbox.counts())['createPayment'] ?? 0;
  await fixtures.sandbox.script({ operation: 'createPayment', fault: 'hang' });
  const pressed = customer.pay('pays').catch(() => 'the page went away with the shop');
  await eventually('the payment reaches the sandbox', () => sandboxHas('createPayment', before));
  await fixtures.restartShop();
  await pressed;

  await customer.page.goto(`${fixtures.shop.origin}/checkout`);
  await customer.waitForText('We are finding out about your payment');
  await fixtures.advanceShopClock(60);
  await Promise.all([customer.page.waitForNavigation(), customer.page.click('form.pay button')]);
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect((await fixtures.sandbox.order(number))?.payments).toHaveLength(1);
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('whether the payment began is not known: it is the same payment that goes on, whatever fails meanwhile', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const goOn = (): Promise<unknown> =>
    Promise.all([customer.page.waitForNavigation(), customer.page.click('form.pay button')]);
  await fixtures.sandbox.script({ operation: 'createPayment', fault: 'reset' });
  await customer.pay('pays');
  await customer.waitForText('We are finding out about your payment');
  expect(await customer.page.$('input[name="card"][type="radio"]')).toBeNull();

  // A read that fails says nothing about the payment: still no other card may be chosen.
  await fixtures.sandbox.script({ operation: 'getOrder', fault: 'reset', times: 3 });
  await goOn();
  await customer.waitForText('The payment service does not answer');
  await customer.waitForText('We are finding out about your payment');

  await goOn();
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  const references = (await fixtures.sandbox.order(number))?.payments.map(
    (payment) => payment.merchant_payment_reference,
  );
  expect(references).toEqual([`${number}-1`]);
  await customer.close();
});

test('an order that is asked for twice is one order at Plural, with one payment', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await fixtures.sandbox.script({ operation: 'createOrder', fault: 'cut' });
  await customer.pay('pays');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect((await fixtures.sandbox.order(number))?.payments).toHaveLength(1);
  await customer.close();
});
