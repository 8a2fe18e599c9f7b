import axe from 'axe-core';
import type { HTTPRequest, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { callsDuring, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

/** Customer whose browser runs no script. */
interface PlainBrowser {
  readonly page: Page;
  readonly consoleErrors: string[];
  /** Requests of all navigations, with their URLs, bodies and headers. */
  readonly navigations: HTTPRequest[];
  /** Orders from the front page and pays with a card. Returns the order number. */
  pay(card: string): Promise<string>;
  /** Presses the only button or link with this text, and waits for the next page. */
  press(text: string): Promise<void>;
  enterCode(code: string): Promise<void>;
  /** Waits until the page contains the text. */
  waitForText(text: string): Promise<void>;
  text(): Promise<string>;
  close(): Promise<void>;
}

async function openPlainBrowser(): Promise<PlainBrowser> {
  const context = await fixtures.browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(25_000);
  await page.setJavaScriptEnabled(false);
  const complaints: string[] = [];
  const navigations: HTTPRequest[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => request.isNavigationRequest() && navigations.push(request));

  const withNavigation = async (action: () => Promise<unknown>): Promise<void> => {
    await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), action()]);
  };
  const press = async (label: string): Promise<void> => {
    // Names and amounts stand in directional isolates, which nobody sees.
    const shownText = `translate(normalize-space(), "\u2066\u2067\u2068\u2069", "")`;
    const buttons = await page.$$(`::-p-xpath(//*[self::button or self::a][${shownText}="${label}"])`);
    const shown = await Promise.all(buttons.map(async (button) => ((await button.isVisible()) ? [button] : [])));
    const [button, another] = shown.flat();
    if (!button || another)
      throw new Error(`${shown.flat().length} times "${label}" on:\n${await getVisibleText(page)}`);
    await withNavigation(() => button.click());
  };
  return {
    page,
    consoleErrors: complaints,
    navigations,
    press,
    async pay(card) {
      await page.goto(`${fixtures.shop.origin}/`);
      await withNavigation(() => page.click('.tea h3 a'));
      await withNavigation(() => page.click('.buy button'));
      const number = await page.$eval('.page-title span', (title) => title.textContent);
      await page.select('select[name="card"]', card);
      await withNavigation(() => page.click('#card-form button[type="submit"]'));
      return number;
    },
    async enterCode(code) {
      await page.type('#otp', code);
      await withNavigation(() => page.keyboard.press('Enter'));
    },
    async waitForText(text) {
      let last = '';
      await eventually(`the text "${text}"`, async () => {
        // A page that redirects may be gone while it is read.
        last = await getVisibleText(page).catch(() => last);
        return last.includes(text);
      }).catch((error: unknown) => {
        throw new Error(`${String(error)} on:\n${last}`, { cause: error });
      });
    },
    text: () => getVisibleText(page),
    close: () => context.close(),
  };
}

const getVisibleText = (page: Page): Promise<string> => page.evaluate(() => document.body.innerText);

test('without scripts the right OTP pays, and the session is in no URL or header', async () => {
  const plain = await openPlainBrowser();
  let number = '';
  const calls = await callsDuring(fixtures.sandbox, async () => {
    number = await plain.pay('pays');
    expect(await plain.text()).not.toContain('Pay again');
    await plain.press('Get OTP');
    await plain.waitForText('OTP sent');
    await plain.enterCode('१२३ ४५६');
    await plain.waitForText('Payment received');
  });
  expect(calls).toMatchObject({ createPayment: 1, generateOtp: 1, submitOtp: 1 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });

  const sessions = plain.navigations.flatMap((sent) => {
    const session = new URLSearchParams(sent.postData() ?? '').get('session');
    return session === null ? [] : [session];
  });
  expect(sessions.length).toBeGreaterThan(1);
  const addressesAndHeaders = plain.navigations
    .map((sent) => `${sent.url()} ${JSON.stringify(sent.headers())}`)
    .join('\n');
  for (const session of sessions) expect(addressesAndHeaders).not.toContain(session.slice(3, 60));
  expect(addressesAndHeaders).not.toContain('123456');
  expect(plain.consoleErrors).toEqual([]);
  await plain.close();
});

test('without scripts a reload after a wrong OTP submits nothing again', async () => {
  const plain = await openPlainBrowser();
  const number = await plain.pay('pays');
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await plain.press('Get OTP');
    await plain.enterCode('111111');
    await plain.waitForText('This OTP was not accepted.');
    expect(await plain.page.title()).toMatch(/^This OTP was not accepted/);
    expect(await plain.page.$eval(':focus', (node) => node.className)).toBe('errors');
    await plain.page.reload();
    await plain.waitForText('You had already sent this form.');
    expect(await plain.page.$eval('#otp', (input) => (input as HTMLInputElement).value)).toBe('');
    await plain.enterCode('123456');
    await plain.waitForText('Payment received');
  });
  expect(calls).toMatchObject({ generateOtp: 1, submitOtp: 2 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid' });
  await plain.close();
});

test('without scripts a double click submits once', async () => {
  const plain = await openPlainBrowser();
  await plain.pay('pays');
  await plain.press('Get OTP');
  await plain.page.type('#otp', '123456');
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await plain.page.click('form:has(#otp) button', { count: 2 });
    await plain.waitForText('Payment received');
  });
  expect(calls).toMatchObject({ submitOtp: 1 });
  await plain.close();
});

test('without scripts a resend is available after its delay, and its OTP pays', async () => {
  const plain = await openPlainBrowser();
  await plain.pay('quick-resend');
  await plain.press('Get OTP');
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await eventually('a new code is sent', async () => {
      await plain.press('Resend OTP');
      return (await plain.text()).includes('A new OTP is on its way.');
    });
    await plain.enterCode('123456');
    await plain.waitForText('Payment received');
  });
  expect(calls).toMatchObject({ resendOtp: 1, submitOtp: 1 });
  await plain.close();
});

test('without scripts a customer can pay on the bank’s page, and a verified return brings them back paid', async () => {
  const plain = await openPlainBrowser();
  const number = await plain.pay('pays');
  await plain.press('Get OTP');
  await plain.press('Use HDFC Bank’s page instead');
  await eventually('the bank’s page', async () => plain.page.url().startsWith(fixtures.sandbox.origin));
  await plain.page.waitForSelector('button[value="confirm"]');
  const arrival = plain.navigations.find((sent) => sent.url().startsWith(fixtures.sandbox.origin));
  expect(arrival?.headers()['referer']).toBeUndefined();
  await plain.page.type('#otp', '123456');
  await Promise.all([plain.page.waitForNavigation(), plain.page.click('button[value="confirm"]')]);
  // The bank's page returns by a script, and without scripts by a button.
  if (plain.page.url().startsWith(fixtures.sandbox.origin)) {
    await Promise.all([plain.page.waitForNavigation(), plain.page.click('form button')]);
  }
  await plain.waitForText('Payment received');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  expect(await fixtures.merchant.activity()).toContain('leftForBank');
  await plain.close();
});

test('without scripts a customer who returns from the bank’s page undecided can enter the OTP, and no new one is requested', async () => {
  const plain = await openPlainBrowser();
  await plain.pay('pays');
  await plain.press('Get OTP');
  await plain.press('Use HDFC Bank’s page instead');
  await eventually('the bank’s page', async () => plain.page.url().startsWith(fixtures.sandbox.origin));
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await plain.page.goto(`${fixtures.shop.origin}/checkout`);
    await plain.press('Confirm your payment');
    await plain.waitForText('Your bank may have sent another OTP.');
    await plain.enterCode('123456');
    await plain.waitForText('Payment received');
  });
  expect(calls).not.toHaveProperty('generateOtp');
  expect(calls).not.toHaveProperty('resendOtp');
  await plain.close();
});

test('without scripts a cancelled order cannot be paid twice, and can be placed again', async () => {
  const plain = await openPlainBrowser();
  const number = await plain.pay('pays');
  await plain.press('Get OTP');
  await plain.press('Cancel');
  await plain.waitForText('You cancelled this payment');
  await plain.press('Back to Nilgiri Leaf’s site');
  await plain.press('Order again');
  expect(await plain.page.$eval('.page-title span', (title) => title.textContent)).not.toBe(number);
  await plain.close();
});

test('without scripts three wrong OTPs end the payment, and another card pays the same order', async () => {
  const plain = await openPlainBrowser();
  const number = await plain.pay('pays');
  await plain.press('Get OTP');
  for (const code of ['111111', '222222', '333333']) await plain.enterCode(code);
  await plain.waitForText('The OTP was wrong too many times. The payment was not made.');
  await plain.press('Pay again');
  await plain.page.select('select[name="card"]', 'debit');
  await Promise.all([plain.page.waitForNavigation(), plain.page.click('#card-form button[type="submit"]')]);
  await plain.press('Get OTP');
  await plain.enterCode('123456');
  await plain.waitForText('Payment received');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['failed', 'paid'] });
  await plain.close();
});

test('if the component’s file does not load, the plain page accepts the OTP', async () => {
  const customer = await fixtures.newCustomer();
  await customer.page.setRequestInterception(true);
  customer.page.on('request', (request) => {
    void (request.url().endsWith('/plural-otp.min.js') ? request.abort() : request.continue());
  });
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForText('could not be loaded');
  await Promise.all([customer.page.waitForNavigation(), customer.page.click('.otp-unavailable form button')]);
  await customer.page.type('#otp', '123456');
  await customer.page.keyboard.press('Enter');
  expect(await customer.waitForReceipt()).toContain('Payment received');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid' });
  await customer.close();
});

test('axe finds no violation on any page of the step, light and dark, and each page fits 320 px', async () => {
  const plain = await openPlainBrowser();
  const { page } = plain;
  await page.setViewport({ width: 320, height: 640 });
  const fits = async (what: string): Promise<void> => {
    const [wide, lowest] = await page.evaluate(() => {
      const targets = [...document.querySelectorAll<HTMLElement>('main button, main .button, #otp')];
      const heights = targets.map(({ offsetHeight }) => offsetHeight).filter((height) => height > 0);
      return [document.documentElement.scrollWidth, Math.min(...heights)] as const;
    });
    expect(wide, what).toBeLessThanOrEqual(320);
    expect(lowest, what).toBeGreaterThanOrEqual(44);
  };
  const check = async (what: string): Promise<void> => {
    await fits(what);
    // Scripts are enabled only for axe: the page itself was parsed without them.
    await page.setJavaScriptEnabled(true);
    await page.evaluate(axe.source);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      const { passes, violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
      const found = violations.map(({ id, nodes }) => `${what}, ${scheme}: ${id} at ${nodes[0]?.html}`);
      expect(found).toEqual([]);
      expect(passes.map(({ id }) => id)).toContain('color-contrast');
    }
    await page.setJavaScriptEnabled(false);
  };
  await plain.pay('pays');
  await fits('the way to the step');
  await plain.press('Get OTP');
  await check('the field');
  await plain.enterCode('111111');
  await check('a wrong code');
  await plain.enterCode('222222');
  await check('the second wrong code');
  await plain.press('Cancel');
  await check('cancelled');
  await page.goto(`${fixtures.shop.origin}/plural/page`);
  await plain.waitForText('This page could not be opened');
  await check('a refusal');
  await plain.close();
});
