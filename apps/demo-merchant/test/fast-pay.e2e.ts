/** From Pay to the field: one round trip, with nothing left to load. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseCard } from './support/customer.ts';
import { callsDuring, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

test('from Pay to the field the page sends one request, which requests the OTP, and loads nothing', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  await customer.order();
  await page.waitForFunction(() => customElements.get('plural-otp') !== undefined);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.method()} ${new URL(request.url()).pathname}`));
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await page.click('#card-form button[type="submit"]');
    await page.waitForFunction(() => performance.getEntriesByName('plural-otp:usable').length > 0);
  });
  // The phone of the demo asks for its message once the field is there.
  expect(sent.filter((request) => request !== 'GET /demo/messages')).toEqual(['POST /checkout/pay']);
  expect(calls).toMatchObject({ createPayment: 1, generateOtp: 1 });
  await page.waitForSelector('plural-otp input:focus');
  await customer.close();
});

test('everything that the checkout loads is compressed, and all but the page is immutable under a hashed address', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  const loaded: { path: string; encoding: string | undefined; cache: string | undefined }[] = [];
  page.on('response', (response) => {
    const { 'content-encoding': encoding, 'cache-control': cache } = response.headers();
    const { pathname } = new URL(response.url());
    if (response.status() === 200) loaded.push({ path: pathname, encoding, cache });
  });
  await customer.order();
  const files = loaded.filter(({ path }) => path.startsWith('/assets/'));
  expect(files.map(({ path }) => path.split('/').at(-1))).toEqual(
    expect.arrayContaining(['checkout.js', 'plural-otp.min.js', 'plural-otp.css', 'styles.css']),
  );
  for (const { path, encoding, cache } of files) {
    expect(path).toMatch(/^\/assets\/[\da-f]{16}\//);
    expect([path, encoding, cache]).toEqual([path, 'br', 'public, max-age=31536000, immutable']);
  }
  for (const { path, encoding } of loaded.filter(({ path }) => !path.startsWith('/assets/')))
    expect([path, encoding]).toEqual([path, 'gzip']);
  await customer.close();
});

test('a card number that is no test card is refused in the browser, and is in no request', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  await customer.order();
  const bodies: string[] = [];
  page.on('request', (request) => bodies.push(`${request.url()} ${request.postData() ?? ''}`));
  const retype = async (number: string): Promise<void> => {
    await page.click('#card-number', { count: 3 });
    await page.type('#card-number', number);
  };
  await retype('4242424242424242');
  await page.keyboard.press('Enter');
  await customer.waitForText('The demo takes no real card: the number was not sent.');
  expect(await page.$eval('#card-number', (input) => document.activeElement === input)).toBe(true);
  // Without the page's checks, the form has no field that would post it.
  const fields = await page.$eval('#card-form', (form) => [...new FormData(form as HTMLFormElement).keys()]);
  expect(fields.sort()).toEqual(['attempt', 'charge', 'device', 'order']);
  expect(bodies.filter((body) => body.includes('/checkout/pay'))).toEqual([]);

  await retype('5555555555554444');
  expect(await page.$eval('#card-number', (input) => (input as HTMLInputElement).value)).toBe('5555 5555 5555 4444');
  await page.keyboard.press('Enter');
  await customer.waitForStatus('awaitingOtp');
  expect(bodies.find((body) => body.includes('/checkout/pay'))).toContain('"card":"debit"');
  expect(bodies.join('\n')).not.toMatch(/5555 ?5555|4242/);
  await customer.close();
});

test('the bank’s message slides in, names the shop and the amount of the step, and its OTP can be copied', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  await page
    .browserContext()
    .overridePermissions(fixtures.shop.origin, ['clipboard-read', 'clipboard-sanitized-write']);
  await customer.order();
  await customer.pay('pays');
  await page.waitForSelector('#phone', { visible: true });
  expect(await page.$eval('.phone-text', ({ textContent }) => textContent)).toContain('Rs 640.00 at');
  // A locator waits until the message has slid in and stands still.
  await page.locator('.phone-copy').click();
  await page.waitForFunction(() => document.querySelector('.phone-copy')?.textContent === 'Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('123456');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  await customer.close();
});

test('on a phone the bank’s message covers nothing of the step, and leaves the foot of the page to the keyboard', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true });
  await customer.order();
  await customer.pay('pays');
  await page.waitForSelector('#phone', { visible: true });
  await page.waitForFunction(() =>
    document
      .querySelector('#phone')!
      .getAnimations()
      .every(({ playState }) => playState === 'finished'),
  );
  const readBoxes = () =>
    page.evaluate(() => {
      const [phone, step] = ['#phone', 'plural-otp'].map((name) =>
        document.querySelector(name)!.getBoundingClientRect(),
      ) as [DOMRect, DOMRect];
      return { phoneTop: phone.top, phoneBottom: phone.bottom, stepBottom: step.bottom };
    });
  const { phoneTop, phoneBottom, stepBottom } = await readBoxes();
  expect(phoneTop).toBeGreaterThanOrEqual(stepBottom);
  expect(phoneBottom).toBeLessThanOrEqual(844);
  // A keyboard makes the visual viewport smaller, and nothing else. Chromium on a desktop has none to open.
  await page.evaluate(() => {
    Object.defineProperty(visualViewport!, 'height', { value: innerHeight - 336 });
    visualViewport!.dispatchEvent(new Event('resize'));
  });
  await expect.poll(async () => (await readBoxes()).phoneBottom).toBeLessThan(844 - 336);
  await customer.close();
});

test('the language of the step changes in place, keeps what was typed, and stays chosen', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  await page.type('plural-otp input', '12');
  await page.select('#language', 'hi');
  await customer.waitForText('भुगतान');
  expect(await page.$eval('plural-otp input', (input) => input.value)).toBe('12');
  await customer.reload();
  await customer.waitForText('भुगतान');
  await customer.close();
});

test('the drawer of test cards is searched and used with the keyboard alone', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  await customer.order();
  await page.focus('.field-note [data-open="test-cards"]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#test-cards[open]');
  await page.focus('#card-search');
  await page.keyboard.type('insufficient');
  const shown = await page.$$eval('#test-cards li:not([hidden]) button', (all) =>
    all.map(({ dataset }) => dataset['card']),
  );
  expect(shown).toEqual(['no-funds']);
  await page.focus('#test-cards li:not([hidden]) button');
  await page.keyboard.press('Enter');
  expect(await page.$eval('#test-tag', ({ textContent }) => textContent)).toBe('Test card: Insufficient funds');
  expect(await page.evaluate(() => document.activeElement?.matches('#card-form button[type="submit"]'))).toBe(true);
  // Escape closes it without a choice.
  await chooseCard(page, 'pays');
  await page.focus('.field-note [data-open="test-cards"]');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  expect(await page.$('#test-cards[open]')).toBeNull();
  await customer.close();
});
