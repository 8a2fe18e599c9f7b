import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Customer } from './support/customer.ts';
import { callsDuring, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

/** What would be a second code or a second payment. */
const neverRepeated = new Set(['generateOtp', 'resendOtp', 'createPayment', 'submitOtp']);

async function expectNoneDuring(action: () => Promise<unknown>): Promise<void> {
  const calls = await callsDuring(fixtures.sandbox, action);
  expect(Object.keys(calls).filter((name) => neverRepeated.has(name))).toEqual([]);
}

/** A customer who has just paid and sees the receipt. */
async function createPaidCustomer(): Promise<Customer> {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  return customer;
}

test('reloaded while a code is awaited: the field is there again, and no second code is sent', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.waitForStatus('awaitingOtp');
  });
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  await customer.close();
});

test('reloaded while the bank is still asked for the code: it is asked once', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await fixtures.sandbox.script({ operation: 'generateOtp', fault: 'delay', delayMs: 3000 });
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay('pays');
    await customer.page.waitForSelector('plural-otp:state(generating)');
    await customer.reload();
    await customer.waitForStatus('awaitingOtp');
  });
  expect(calls).toMatchObject({ generateOtp: 1 });
  await customer.close();
});

test('reloaded after a wrong code: the step remembers it', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.enterCode('111111');
  await customer.fieldError();
  await expectNoneDuring(async () => {
    await customer.reload();
    expect(await customer.fieldError()).toContain('not accepted');
  });
  await customer.close();
});

test('reloaded while the bank decides: confirming goes on, and the code is not sent again', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('slow');
  await customer.enterCode('123456');
  await customer.waitForStatus('confirming');
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.waitForStatus('confirming');
    await fixtures.sandbox.post('/sandbox/clock', { advanceSeconds: 6 });
    await customer.waitForReceipt();
  });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('reloaded after the third wrong code: the same end, with another payment on offer', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('one-attempt');
  await customer.enterCode('111111');
  await customer.waitForStatus('exhausted');
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.waitForStatus('exhausted');
    await customer.page.waitForSelector('#pay button[type="submit"]', { visible: true });
  });
  await customer.close();
});

test('given up, and reloaded: the same end, and another order on offer instead of a second payment', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  await customer.press('cancel');
  await customer.waitForStatus('cancelled');
  await expectNoneDuring(async () => {
    await customer.page.waitForSelector('#order-again button', { visible: true });
    await customer.reload();
    await customer.waitForStatus('cancelled');
    await Promise.all([customer.page.waitForNavigation(), customer.page.click('#order-again button')]);
  });
  const again = await customer.page.$eval('.page-title span', (title) => title.textContent);
  expect(again).not.toBe(number);
  await customer.pay('debit');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Not paid' });
  expect(await fixtures.merchant.row(again)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('back from the receipt: the page that asked for the card says paid, and starts nothing', async () => {
  const customer = await createPaidCustomer();
  await expectNoneDuring(async () => {
    await customer.page.evaluate(() => history.back());
    expect(await customer.waitForReceipt()).toContain('it is paid');
  });
  await customer.close();
});

test('the order fails while the code is awaited: another order is on offer at once, and no second payment', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('order-fails');
  await customer.waitForStatus('awaitingOtp');
  await fixtures.sandbox.post('/sandbox/clock', { advanceSeconds: 10 });
  await customer.enterCode('123456');
  await customer.waitForStatus('failed');
  await customer.page.waitForSelector('#order-closed button', { visible: true });
  expect(await customer.page.$('#pay:not([hidden])')).toBeNull();
  await customer.page.goto(`${fixtures.shop.origin}/orders`);
  expect(await customer.page.$('.unfinished')).toBeNull();
  await customer.close();
});

test('reloaded after a decline: the same end, with another payment on offer', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('no-funds');
  await customer.enterCode('123456');
  await customer.waitForStatus('failed');
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.waitForStatus('failed');
    await customer.page.waitForSelector('#pay button[type="submit"]', { visible: true });
  });
  await customer.close();
});

test('reloaded after the payment: the receipt, also for whoever goes back to the checkout', async () => {
  const customer = await createPaidCustomer();
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.waitForReceipt();
    await customer.page.goto(`${fixtures.shop.origin}/checkout`);
    expect(await customer.waitForReceipt()).toContain('Thank you, it is paid');
  });
  await customer.close();
});

test('a second tab stands where the first one stands, and sends no code of its own', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  await expectNoneDuring(async () => {
    const second = await customer.page.browserContext().newPage();
    await second.goto(customer.page.url());
    await second.waitForSelector('plural-otp:state(awaitingOtp)');
    await second.close();
  });
  await customer.close();
});
