/** The ways between the shop and the sandbox's page. */

import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomer } from './support/customer.ts';
import { type Fixtures, startFixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

/** Opens a link in the tab that it names, by keyboard. */
async function follow(page: Page, selector: string): Promise<Page> {
  await page.bringToFront();
  const opened = page.browserContext().waitForTarget((target) => target.opener() === page.target());
  await page.focus(selector);
  await page.keyboard.press('Enter');
  const tab = await (await opened).page();
  if (tab === null) throw new Error(`${selector} opened no tab`);
  tab.setDefaultTimeout(25_000);
  await tab.bringToFront();
  await tab.waitForFunction(() => document.readyState === 'complete');
  return tab;
}

test('a card on the sandbox’s page leads to the checkout with that card, before and after an order is paid', async () => {
  const { page } = await fixtures.newCustomer();
  for (const [card, title] of [
    ['fee', 'Fee on top'],
    ['pays', 'Pays'],
  ] as const) {
    await page.goto(`${fixtures.sandbox.origin}/sandbox/`);
    await page.$eval('#cards', (cards) => ((cards as HTMLDetailsElement).open = true));
    const tab = await follow(page, `#cards a[href$="card=${card}"]`);
    expect(await tab.$eval('main', (main) => main.innerText)).toContain(`the test card ${title}`);
    await tab.focus('button[name="tea"][value="kitchen-masala"]');
    await Promise.all([tab.waitForNavigation(), tab.keyboard.press('Enter')]);
    expect(await tab.$eval('#card-form', (form) => form.textContent.replaceAll(/\s+/g, ' '))).toContain(
      `Test card: ${title}`,
    );
    const customer = createCustomer(tab, fixtures.shop.origin);
    await customer.pay(card);
    await customer.enterCode('123456');
    await customer.waitForReceipt();
    await tab.close();
  }
  await page.browserContext().close();
});

test('the demo bar leads to the customer’s phone on the sandbox’s page, with the bank’s message in it', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  const tab = await follow(customer.page, '.demo-bar a[href$="#phone"]');
  expect(new URL(tab.url()).hash).toBe('#phone');
  const phone = await tab.$eval(':target', ({ id, textContent }) => ({ id, text: textContent }));
  expect(phone).toMatchObject({ id: 'phone', text: expect.stringContaining('at NILGIRI LEAF') });
  expect(await tab.$eval('#orders', (orders) => orders.textContent)).toContain(number);
  const box = await tab.$eval(':target', (shown) => shown.getBoundingClientRect().toJSON() as DOMRect);
  expect(box.top).toBeLessThan(await tab.evaluate(() => innerHeight));
  await customer.close();
});

test('a card that does not exist is no way to a checkout, and its text is not run', async () => {
  const { page } = await fixtures.newCustomer();
  await page.goto(`${fixtures.shop.origin}/checkout?card=${encodeURIComponent('"><img src=x onerror=alert(1)>')}`);
  expect(await page.$eval('main', (main) => main.innerText)).toContain('Your basket is empty');
  expect(await page.$('main img')).toBeNull();
  await page.browserContext().close();
});

test('what shows a shared link, and a home screen, finds a picture at the address that the page names', async () => {
  const page = await (await fetch(`${fixtures.shop.origin}/teas/winter-frost`)).text();
  const shared = /property="og:image" content="([^"]+)"/.exec(page)?.[1] ?? '';
  const icon = /rel="apple-touch-icon" href="([^"]+)"/.exec(page)?.[1] ?? '';
  for (const address of [shared, `${fixtures.shop.origin}${icon}`]) {
    const response = await fetch(address);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(
      Buffer.from(await response.arrayBuffer())
        .toString('latin1')
        .slice(1, 4),
    ).toBe('PNG');
  }
});
