import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsDuring, eventually, startWorld, type World } from './support/running-shop.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const sandboxHas = (operation: string, since: number): Promise<boolean> =>
  world.sandbox.counts().then((counts) => (counts[operation] ?? 0) > since);

test('the answer to the code is lost: the order decides, and the code is sent once', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  const calls = await callsDuring(world.sandbox, async () => {
    await customer.pay('response-lost');
    await customer.enter('123456');
    expect(await customer.receipt()).toContain('Thank you, it is paid');
  });
  expect(calls).toMatchObject({ createPayment: 1, submitOtp: 1 });
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  await customer.leave();
});

test('the tab is closed right after the code, and no webhook comes: the shop knows within one sweep', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('no-webhook');
  await customer.sees('awaitingOtp');
  const before = (await world.sandbox.counts())['submitOtp'] ?? 0;
  await world.sandbox.script({ operation: 'submitOtp', fault: 'hang' });
  await customer.enter('123456');
  await eventually('the code reaches the sandbox', () => sandboxHas('submitOtp', before));
  await customer.leave();
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Not paid', verdicts: [] });

  await world.advanceShopClock(61);
  await world.merchant.lookNow();
  expect(await world.merchant.row(number)).toEqual({ standing: 'Paid', verdicts: ['paid'], sources: ['sweep'] });
});

test('the bank decides after the tab was closed: the webhook brings it', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('slow');
  await customer.enter('123456');
  await customer.sees('confirming');
  await customer.leave();
  await world.sandbox.post('/sandbox/clock', { advanceSeconds: 6 });
  await eventually('the webhook settles the order', async () => (await world.merchant.row(number)).standing === 'Paid');
  expect(await world.merchant.row(number)).toMatchObject({ verdicts: ['paid'], sources: ['webhook'] });
});

test('webhooks that come twice, or whose signature is wrong, neither double nor hide a payment', async () => {
  for (const card of ['duplicate-webhook', 'forged-webhook']) {
    const customer = await world.newCustomer();
    const number = await customer.order();
    await customer.pay(card);
    await customer.enter('123456');
    await customer.receipt();
    expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
    await customer.leave();
  }
});

test('Plural goes away while the code is on its way: nothing is guessed, and the same payment is paid later', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.sees('awaitingOtp');
  await world.sandbox.script({ operation: '*', fault: 'reset', times: 1000 });
  await customer.enter('123456');
  await customer.sees('confirming');
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Not paid', verdicts: [] });
  await world.advanceShopClock(61);
  await customer.reload();
  await customer.sees('unresolved');
  await customer.reads('cannot charge you twice');

  await fetch(`${world.sandbox.origin}/sandbox/script`, { method: 'DELETE' });
  await customer.enter('123456');
  await customer.receipt();
  expect((await world.sandbox.order(number))?.payments).toHaveLength(1);
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  await customer.leave();
});

test('the shop is killed and started again while a code is awaited: the page goes on where it was', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  const calls = await callsDuring(world.sandbox, async () => {
    await customer.pay('pays');
    await customer.sees('awaitingOtp');
    await world.restartShop();
    await customer.enter('123456');
    await customer.receipt();
  });
  expect(calls).toMatchObject({ createPayment: 1, generateOtp: 1, submitOtp: 1 });
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  await customer.leave();
});

test('the shop is killed after the code was sent and before its answer: the order decides once it is back', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('no-webhook');
  await customer.sees('awaitingOtp');
  const before = (await world.sandbox.counts())['submitOtp'] ?? 0;
  await world.sandbox.script({ operation: 'submitOtp', fault: 'hang' });
  await customer.enter('123456');
  await eventually('the code reaches the sandbox', () => sandboxHas('submitOtp', before));
  await world.restartShop();
  await customer.receipt();
  expect((await world.sandbox.counts())['submitOtp']).toBe(before + 1);
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  await customer.leave();
});

test('the shop is killed while the payment is created: the same payment goes on, and there is only one', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  const before = (await world.sandbox.counts())['createPayment'] ?? 0;
  await world.sandbox.script({ operation: 'createPayment', fault: 'hang' });
  const pressed = customer.pay('pays').catch(() => 'the page went away with the shop');
  await eventually('the payment reaches the sandbox', () => sandboxHas('createPayment', before));
  await world.restartShop();
  await pressed;

  await customer.page.goto(`${world.shop.origin}/checkout`);
  await customer.reads('We are finding out about your payment');
  await world.advanceShopClock(60);
  await Promise.all([customer.page.waitForNavigation(), customer.page.click('form.pay button')]);
  await customer.enter('123456');
  await customer.receipt();
  expect((await world.sandbox.order(number))?.payments).toHaveLength(1);
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  await customer.leave();
});

test('whether the payment began is not known: it is the same payment that goes on, whatever fails meanwhile', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  const goOn = (): Promise<unknown> =>
    Promise.all([customer.page.waitForNavigation(), customer.page.click('form.pay button')]);
  await world.sandbox.script({ operation: 'createPayment', fault: 'reset' });
  await customer.pay('pays');
  await customer.reads('We are finding out about your payment');
  expect(await customer.page.$('input[name="card"][type="radio"]')).toBeNull();

  // A read that fails says nothing about the payment: still no other card may be chosen.
  await world.sandbox.script({ operation: 'getOrder', fault: 'reset', times: 3 });
  await goOn();
  await customer.reads('The payment service does not answer');
  await customer.reads('We are finding out about your payment');

  await goOn();
  await customer.enter('123456');
  await customer.receipt();
  const references = (await world.sandbox.order(number))?.payments.map((payment) => payment.merchant_payment_reference);
  expect(references).toEqual([`${number}-1`]);
  await customer.leave();
});

test('an order that is asked for twice is one order at Plural, with one payment', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await world.sandbox.script({ operation: 'createOrder', fault: 'cut' });
  await customer.pay('pays');
  await customer.enter('123456');
  await customer.receipt();
  expect((await world.sandbox.order(number))?.payments).toHaveLength(1);
  await customer.leave();
});
