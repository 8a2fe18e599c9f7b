import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildApps, buildServer, frameworks } from './apps.ts';
import { startTestShop, type TestShop } from './shop.ts';
import { launchBrowser, openPage, type PageVisit } from './visit.ts';

let shop: TestShop;
let browser: Browser;
let visit: PageVisit;

beforeAll(async () => {
  const [opened, launched, files] = await Promise.all([startTestShop(), launchBrowser(), buildApps()]);
  [shop, browser] = [opened, launched];
  for (const [name, code] of files) shop.file(`/${name}`, code);
});
afterEach(async () => {
  await visit?.page.close();
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

const getSubmits = (): string[] => visit.requests.filter((path) => path === '/plural/otp/submit');
/** Returns the problems of the page, without Lit's notice about its development build. */
const getProblems = (): string[] => visit.problems.filter((each) => !each.startsWith('Lit is in dev mode'));

describe.each(frameworks)('in %s', (name) => {
  async function open(): Promise<void> {
    shop.page(`/${name}`, `<body><script type="module" src="/${name}.js"></script>`);
    visit = await openPage(browser, `${shop.origin}/${name}`);
  }

  test('session and view are set as properties, a number as a number, and an event ends the payment', async () => {
    await open();
    const step = await visit.page.waitForSelector('plural-otp');
    const given = await step?.evaluate((step) => [typeof step.session, step.view?.phase, step.otpLength]);
    expect(given).toEqual(['string', 'ready', 6]);
    expect(await step?.evaluate((step) => [step.hasAttribute('session'), step.hasAttribute('view')])).toEqual([
      false,
      false,
    ]);
    await visit.enterCode('123456');
    const end = await visit.page.waitForSelector('#end');
    expect(await end?.evaluate(({ textContent }) => textContent)).toMatch(/^paid \S{8,}/);
    expect(getProblems()).toEqual([]);
  });

  test('a rerender around the step keeps the typed digits and the focus', async () => {
    await open();
    const input = await visit.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('123');
    await visit.page.evaluate(() => document.getElementById('note')?.click());
    await visit.page.waitForFunction(() => document.getElementById('note')?.textContent.includes('1'));
    const readInput = (input: HTMLInputElement): unknown => [input.value, document.activeElement === input];
    expect(await input?.evaluate(readInput)).toEqual(['123', true]);
    expect(getProblems()).toEqual([]);
  });

  test('unmounted while a submit is in flight, the step is silent and sends nothing more', async () => {
    await open();
    const submit = shop.blockResponse('/plural/otp/submit');
    await visit.enterCode('123456');
    await submit.arrived;
    await visit.page.click('#leave');
    await visit.page.waitForSelector('#end');
    submit.release();
    await visit.page.evaluate(() => fetch('/pay').then((response) => response.text()));
    expect(await visit.page.$eval('#end', ({ textContent }) => textContent)).toBe('left');
    expect(getSubmits()).toHaveLength(1);
    expect(visit.requests.at(-1)).toBe('/pay');
    expect(getProblems()).toEqual([]);
  });
});

describe('server-rendered by React, with the script tag first', () => {
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
    visit = await openPage(browser, `${shop.origin}/served`);
    await app.arrived;
    return app;
  }

  test('a code typed before hydration is kept, without a console message, and React’s event ends the payment', async () => {
    const app = await open();
    const input = await visit.page.waitForSelector('input#code');
    await input?.type('12456');
    await visit.page.evaluate(() => document.querySelector<HTMLInputElement>('#code')?.setSelectionRange(2, 2));
    app.release();
    await visit.page.waitForFunction(() =>
      Object.keys(document.querySelector('main') ?? {}).some((key) => key.startsWith('__reactFiber')),
    );
    const readInput = (input: HTMLInputElement): unknown => [
      input.value,
      input.selectionStart,
      document.activeElement === input,
      input.isConnected,
    ];
    expect(await input?.evaluate(readInput)).toEqual(['12456', 2, true, true]);
    await visit.waitForStatus('awaitingOtp');
    await visit.page.keyboard.type('3');
    await visit.page.keyboard.press('Enter');
    await visit.page.waitForFunction(() => document.getElementById('end')?.textContent.startsWith('paid'));
    expect(getProblems()).toEqual([]);
  });
});

describe.each(frameworks)('server-rendered by %s', (name) => {
  test('hydrated: client, messages and length arrive as properties, the session is in no markup, and an event ends the payment', async () => {
    const client = await shop.start();
    const { render, head = '' } = await buildServer(name);
    const html = await render(client);
    expect(html).toMatch(/<plural-otp [^>]*class="step"[^>]*><\/plural-otp>/);
    expect(html).not.toContain(client.session);
    shop.page(
      `/served-by-${name}`,
      `<head>${head}</head><body><script type="application/json" id="client">${JSON.stringify(client)}</script>
      <div id="root">${html}</div><script type="module" src="/${name}-hydrated.js"></script>`,
    );
    visit = await openPage(browser, `${shop.origin}/served-by-${name}`);
    await visit.enterCode('123456');
    await visit.page.waitForFunction(() => document.getElementById('end')?.textContent.startsWith('paid'));
    const given = await visit.page.$eval('plural-otp', (step) => [
      step.client?.session,
      step.otpLength,
      step.messages?.titlePlain,
      step.outerHTML,
    ]);
    expect(given.slice(0, 3)).toEqual([client.session, 6, 'OTP']);
    expect(given[3]).not.toContain(client.session);
    expect(visit.requests.filter((request) => request.startsWith('/plural/'))[0]).toBe('/plural/otp/generate');
    expect(getProblems()).toEqual([]);
  });
});
