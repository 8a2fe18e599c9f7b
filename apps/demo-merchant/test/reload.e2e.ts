import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Customer } from './support/customer.ts';
import { callsDuring, startWorld, type World } from './support/running-shop.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** What would be a second code or a second payment. */
const never = new Set(['generateOtp', 'resendOtp', 'createPayment', 'submitOtp']);

async function expectNoneDuring(act: () => Promise<unknown>): Promise<void> {
  const calls = await callsDuring(world.sandbox, act);
  expect(Object.keys(calls).filter((name) => never.has(name))).toEqual([]);
}

/** A customer who has just paid and sees the receipt. */
async function paidCustomer(): Promise<Customer> {
  const customer = await world.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.enter('123456');
  await customer.receipt();
  return customer;
}

test('reloaded while a code is awaited: the field is there again, and no second code is sent', async () => {
  const customer = await world.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.sees('awaitingOtp');
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.sees('awaitingOtp');
  });
  await customer.enter('123456');
  await customer.receipt();
  await customer.leave();
});

test('reloaded while the bank is still asked for the code: it is asked once', async () => {
  const customer = await world.newCustomer();
  await customer.order();
  await world.sandbox.script({ operation: 'generateOtp', fault: 'delay', delayMs: 3000 });
  const calls = await callsDuring(world.sandbox, async () => {
    await customer.pay('pays');
    await customer.page.waitForSelector('plural-otp:state(generating)');
    await customer.reload();
    await customer.sees('awaitingOtp');
  });
  expect(calls).toMatchObject({ generateOtp: 1 });
  await customer.leave();
});

test('reloaded after a wrong code: the step remembers it', async () => {
  const customer = await world.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.enter('111111');
  await customer.fieldError();
  await expectNoneDuring(async () => {
    await customer.reload();
    expect(await customer.fieldError()).toContain('not accepted');
  });
  await customer.leave();
});

test('reloaded while the bank decides: confirming goes on, and the code is not sent again', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('slow');
  await customer.enter('123456');
  await customer.sees('confirming');
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.sees('confirming');
    await world.sandbox.post('/sandbox/clock', { advanceSeconds: 6 });
    await customer.receipt();
  });
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  await customer.leave();
});

test('reloaded after the third wrong code: the same end, with another payment on offer', async () => {
  const customer = await world.newCustomer();
  await customer.order();
  await customer.pay('one-attempt');
  await customer.enter('111111');
  await customer.sees('exhausted');
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.sees('exhausted');
    await customer.page.waitForSelector('#pay button[type="submit"]', { visible: true });
  });
  await customer.leave();
});

test('given up, and reloaded: the same end, and another order on offer instead of a second payment', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.sees('awaitingOtp');
  await customer.press('cancel');
  await customer.sees('cancelled');
  await expectNoneDuring(async () => {
    await customer.page.waitForSelector('#order-again button', { visible: true });
    await customer.reload();
    await customer.sees('cancelled');
    await Promise.all([customer.page.waitForNavigation(), customer.page.click('#order-again button')]);
  });
  const again = await customer.page.$eval('.page-title span', (title) => title.textContent);
  expect(again).not.toBe(number);
  await customer.pay('debit');
  await customer.enter('123456');
  await customer.receipt();
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Not paid' });
  expect(await world.merchant.row(again)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  await customer.leave();
});

test('back from the receipt: the page that asked for the card says paid, and starts nothing', async () => {
  const customer = await paidCustomer();
  await expectNoneDuring(async () => {
    await customer.page.evaluate(() => history.back());
    expect(await customer.receipt()).toContain('it is paid');
  });
  await customer.leave();
});

test('the order fails while the code is awaited: another order is on offer at once, and no second payment', async () => {
  const customer = await world.newCustomer();
  await customer.order();
  await customer.pay('order-fails');
  await customer.sees('awaitingOtp');
  await world.sandbox.post('/sandbox/clock', { advanceSeconds: 10 });
  await customer.enter('123456');
  await customer.sees('failed');
  await customer.page.waitForSelector('#order-closed button', { visible: true });
  expect(await customer.page.$('#pay:not([hidden])')).toBeNull();
  await customer.page.goto(`${world.shop.origin}/orders`);
  expect(await customer.page.$('.unfinished')).toBeNull();
  await customer.leave();
});

test('reloaded after a decline: the same end, with another payment on offer', async () => {
  const customer = await world.newCustomer();
  await customer.order();
  await customer.pay('no-funds');
  await customer.enter('123456');
  await customer.sees('failed');
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.sees('failed');
    await customer.page.waitForSelector('#pay button[type="submit"]', { visible: true });
  });
  await customer.leave();
});

test('reloaded after the payment: the receipt, also for whoever goes back to the checkout', async () => {
  const customer = await paidCustomer();
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.receipt();
    await customer.page.goto(`${world.shop.origin}/checkout`);
    expect(await customer.receipt()).toContain('Thank you, it is paid');
  });
  await customer.leave();
});

test('a second tab stands where the first one stands, and sends no code of its own', async () => {
  const customer = await world.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.sees('awaitingOtp');
  await expectNoneDuring(async () => {
    const second = await customer.page.browserContext().newPage();
    await second.goto(customer.page.url());
    await second.waitForSelector('plural-otp:state(awaitingOtp)');
    await second.close();
  });
  await customer.leave();
});
