import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Customer } from './support/customer.ts';
import { eventually } from './support/eventually.ts';
import { callsDuring, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

/** Calls that would send a second OTP or start a second payment. */
const neverRepeated = new Set(['generateOtp', 'resendOtp', 'createPayment', 'submitOtp']);

/** Expects that an action causes none of those calls. */
async function expectNoneDuring(action: () => Promise<unknown>): Promise<void> {
  const calls = await callsDuring(fixtures.sandbox, action);
  expect(Object.keys(calls).filter((name) => neverRepeated.has(name))).toEqual([]);
}

/** Returns a customer who has just paid and sees the receipt. */
async function createPaidCustomer(): Promise<Customer> {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  return customer;
}

test('a reload while an OTP is awaited shows the field again, and sends no second OTP', async () => {
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

test('a reload while Pay requests the OTP leads on to the same payment, and requests no second OTP', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await fixtures.sandbox.script({ operation: 'generateOtp', fault: 'delay', delayMs: 8000 });
  const calls = await callsDuring(fixtures.sandbox, async () => {
    const before = (await fixtures.sandbox.counts())['generateOtp'] ?? 0;
    const pressed = customer.pay('pays').catch(() => 'the page went away with the reload');
    await eventually('the request for an OTP reaches the sandbox', async () => {
      return ((await fixtures.sandbox.counts())['generateOtp'] ?? 0) > before;
    });
    await customer.reload();
    await pressed;
    await customer.waitForText('Your payment is being checked');
    await customer.page.click('form.pay button');
    await customer.waitForStatus('awaitingOtp');
  });
  expect(calls).toMatchObject({ createPayment: 1, generateOtp: 1 });
  await customer.close();
});

test('a reload after a wrong OTP shows the error again', async () => {
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

test('a reload while the bank decides keeps confirming, and does not submit the OTP again', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('slow');
  await customer.enterCode('123456');
  await customer.waitForStatus('confirming');
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.waitForStatus('confirming');
    await fixtures.sandbox.advance(6);
    await customer.waitForReceipt();
  });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('a reload after the third wrong OTP shows the same result, and offers another payment', async () => {
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

test('a reload after a cancellation shows the same result, and offers another order instead of a second payment', async () => {
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

test('going back from a receipt leads past the checkout to the shop, and starts nothing', async () => {
  const customer = await createPaidCustomer();
  const receiptUrl = customer.page.url();
  await expectNoneDuring(async () => {
    await Promise.all([customer.page.waitForNavigation(), customer.page.goBack()]);
    expect(await customer.page.$('#pay, plural-otp')).toBeNull();
    // The address of the checkout itself leads to the receipt.
    const number = new URL(receiptUrl).pathname.split('/').at(-1);
    await customer.page.goto(`${fixtures.shop.origin}/checkout?order=${number}`);
    expect(await customer.waitForReceipt()).toContain('Payment received');
    expect(customer.page.url()).toBe(receiptUrl);
  });
  await customer.close();
});

test('when the order fails while an OTP is awaited the shop offers another order, and no second payment', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('order-fails');
  await customer.waitForStatus('awaitingOtp');
  await fixtures.sandbox.advance(10);
  await customer.enterCode('123456');
  await customer.waitForStatus('failed');
  await customer.page.waitForSelector('#order-closed button', { visible: true });
  expect(await customer.page.$('#pay:not([hidden])')).toBeNull();
  await customer.page.goto(`${fixtures.shop.origin}/orders`);
  expect(await customer.page.$('.unfinished')).toBeNull();
  await customer.close();
});

test('a reload after a decline shows the same result, and offers another payment', async () => {
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

test('a reload after the payment, or a return to the checkout, shows the receipt', async () => {
  const customer = await createPaidCustomer();
  await expectNoneDuring(async () => {
    await customer.reload();
    await customer.waitForReceipt();
    await customer.page.goto(`${fixtures.shop.origin}/checkout`);
    expect(await customer.waitForReceipt()).toContain('Payment received');
  });
  await customer.close();
});

test('a second tab shows the same state, and requests no OTP', async () => {
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
