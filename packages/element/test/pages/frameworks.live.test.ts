import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildApps } from './apps.ts';
import { startTestShop, type TestShop } from './shop.ts';
import { launchBrowser, openPage, type PageVisit } from './visit.ts';

let shop: TestShop;
let browser: Browser;
let there: PageVisit;

beforeAll(async () => {
  const [opened, launched, files] = await Promise.all([startTestShop(), launchBrowser(), buildApps()]);
  [shop, browser] = [opened, launched];
  for (const [name, code] of files) shop.file(`/${name}`, code);
});
afterEach(async () => {
  await there?.page.close();
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

const submits = (): string[] => there.requests.filter((path) => path === '/plural/otp/submit');
/** What the page said, but for Lit’s word on its development build. */
const problems = (): string[] => there.problems.filter((each) => !each.startsWith('Lit is in dev mode'));

describe.each(['react', 'vue', 'svelte'])('in %s', (name) => {
  async function open(): Promise<void> {
    shop.page(`/${name}`, `<body><script type="module" src="/${name}.js"></script>`);
    there = await openPage(browser, `${shop.origin}/${name}`);
  }

  test('session and view as properties, a number as it is, and its event ends the payment', async () => {
    await open();
    const step = await there.page.waitForSelector('plural-otp');
    const given = await step?.evaluate((step) => [typeof step.session, step.view?.phase, step.otpLength]);
    expect(given).toEqual(['string', 'ready', 6]);
    expect(await step?.evaluate((step) => [step.hasAttribute('session'), step.hasAttribute('view')])).toEqual([
      false,
      false,
    ]);
    await there.enterCode('123456');
    const end = await there.page.waitForSelector('#end');
    expect(await end?.evaluate(({ textContent }) => textContent)).toMatch(/^paid \S{8,}/);
    expect(problems()).toEqual([]);
  });

  test('drawn anew around the step, it keeps what was typed and the focus', async () => {
    await open();
    const input = await there.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('123');
    await there.page.evaluate(() => document.getElementById('note')?.click());
    await there.page.waitForFunction(() => document.getElementById('note')?.textContent.includes('1'));
    const kept = (input: HTMLInputElement): unknown => [input.value, document.activeElement === input];
    expect(await input?.evaluate(kept)).toEqual(['123', true]);
    expect(problems()).toEqual([]);
  });

  test('unmounted while a code is on its way: silent, and nothing is sent any more', async () => {
    await open();
    const submit = shop.blockResponse('/plural/otp/submit');
    await there.enterCode('123456');
    await submit.arrived;
    await there.page.click('#leave');
    await there.page.waitForSelector('#end');
    submit.release();
    await there.page.evaluate(() => fetch('/pay').then((answer) => answer.text()));
    expect(await there.page.$eval('#end', ({ textContent }) => textContent)).toBe('left');
    expect(submits()).toHaveLength(1);
    expect(there.requests.at(-1)).toBe('/pay');
    expect(problems()).toEqual([]);
  });
});

describe('rendered by React on a server, with the script tag first', () => {
  async function open(): Promise<{ release: () => void }> {
    const { session } = await shop.start();
    const path: string = './react/Served.tsx';
    const { Served } = (await import(path)) as { Served: (props: { session: string }) => null };
    const html = renderToString(createElement(Served, { session }));
    shop.page(
      '/served',
      `<head><script type="module" src="/element/plural-otp.min.js"></script></head><body>
      <div id="root" data-session="${session}">${html}</div><script type="module" src="/hydrate.js"></script>`,
    );
    const app = shop.blockResponse('/hydrate.js');
    there = await openPage(browser, `${shop.origin}/served`);
    await app.arrived;
    return app;
  }

  test('a code typed before React came is kept, without a word in the console, and React’s event ends the payment', async () => {
    const app = await open();
    const input = await there.page.waitForSelector('input#code');
    await input?.type('12456');
    await there.page.evaluate(() => document.querySelector<HTMLInputElement>('#code')?.setSelectionRange(2, 2));
    app.release();
    await there.page.waitForFunction(() =>
      Object.keys(document.querySelector('main') ?? {}).some((key) => key.startsWith('__reactFiber')),
    );
    const kept = (input: HTMLInputElement): unknown => [
      input.value,
      input.selectionStart,
      document.activeElement === input,
      input.isConnected,
    ];
    expect(await input?.evaluate(kept)).toEqual(['12456', 2, true, true]);
    await there.waitForStatus('awaitingOtp');
    await there.page.keyboard.type('3');
    await there.page.keyboard.press('Enter');
    await there.page.waitForFunction(() => document.getElementById('end')?.textContent.startsWith('paid'));
    expect(problems()).toEqual([]);
  });
});
