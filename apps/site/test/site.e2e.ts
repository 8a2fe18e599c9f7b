import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { base } from './support/base.ts';
import { type BuiltSite, expectQuietTab, openSite, visit, type Visitor } from './support/built-site.ts';

let site: BuiltSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site.close();
});

describe('the home page, with component, handler and sandbox in the tab', () => {
  test('pays with the OTP of the message, and requests nothing but files of the site', async () => {
    const visitor = await visit(site);
    await visitor.waitForStatus('awaitingOtp');
    expect(await visitor.page.$eval('[data-stage="messages"]', (list) => list.textContent)).toContain('NILGIRI LEAF');
    await visitor.fillAndPay();
    await visitor.waitForStatus('authorized');
    await visitor.waitForVerdict('paid, found by ');
    expect(await visitor.calls('submitOtp')).toEqual(['200']);
    expectQuietTab(site, visitor);
  });

  test('a wrong OTP is rejected with 422, and the right one still pays', async () => {
    const visitor = await visit(site);
    await visitor.choose('wrong');
    await visitor.fillAndPay();
    await visitor.page.waitForSelector('plural-otp > [slot="error"]:not(:empty)');
    expect(await visitor.calls('submitOtp')).toEqual(['422']);
    await visitor.page.$eval('plural-otp input', (input) => {
      input.focus();
      input.select();
    });
    await visitor.page.keyboard.type('123456');
    await visitor.press('submit');
    await visitor.waitForStatus('authorized');
    expect(await visitor.calls('submitOtp')).toEqual(['422', '200']);
    expectQuietTab(site, visitor);
  });

  test('where no OTP arrives, the bank’s page opens in a frame, sends one, and brings the customer back paid', async () => {
    const visitor = await visit(site);
    await visitor.choose('lost-sms');
    expect(await visitor.page.$$('[data-stage="messages"] li')).toEqual([]);
    await visitor.press('bank');
    const frame = await (await visitor.page.waitForSelector('[data-stage="bank"] iframe'))?.contentFrame();
    await frame?.waitForSelector('#otp');
    await visitor.page.waitForSelector('[data-stage="messages"] li');
    expect(await axeViolations(visitor.page)).toEqual([]);
    await frame?.type('#otp', '123456');
    await frame?.click('button[value="confirm"]');
    await visitor.waitForStatus('authorized');
    await visitor.page.waitForFunction(() =>
      document.querySelector('[data-stage="verdict"]')?.textContent?.startsWith('paid'),
    );
    expect(await visitor.calls('submitOtp')).toEqual([]);
    expectQuietTab(site, visitor);
  });

  test('a lost response is not sent again: the order says that it is paid', async () => {
    const visitor = await visit(site);
    await visitor.choose('response-lost');
    await visitor.fillAndPay();
    await visitor.waitForStatus('authorized');
    expect(await visitor.calls('submitOtp')).toEqual(['lost']);
    expectQuietTab(site, visitor);
  });

  test('a tab that closes with its OTP in flight leaves the shop without a verdict, until the sweep finds it', async () => {
    const visitor = await visit(site);
    await visitor.choose('tab-closed');
    await visitor.fillAndPay();
    await visitor.page.waitForSelector('[data-stage="tab-closed"]:not([hidden])');
    expect(await visitor.page.$('plural-otp')).toBeNull();
    await visitor.page.waitForFunction(() =>
      [...document.querySelectorAll('.operation')].some((call) => call.textContent === 'submitOtp'),
    );
    expect(await visitor.page.$eval('[data-stage="verdict"]', (output) => output.textContent)).toBe('');
    await visitor.page.click('[data-stage="pass-time"]');
    await visitor.waitForVerdict('paid, found by sweep');
    expect(await visitor.calls('submitOtp')).toEqual(['200']);
    expectQuietTab(site, visitor);
  });

  test('keeps the focus of the keyboard on a call while others arrive, also when that call gets its status', async () => {
    const visitor = await visit(site);
    await visitor.waitForStatus('awaitingOtp');
    await visitor.page.$eval('[data-stage="calls"] summary', (summary) => {
      summary.focus();
      (summary.parentElement as HTMLDetailsElement).open = true;
    });
    const count = await visitor.page.$$eval('[data-stage="calls"] .call', ({ length }) => length);
    await visitor.page.$eval('plural-otp', (step) => {
      const field = step.querySelector('input') as HTMLInputElement;
      field.value = '123456';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      step.submit();
    });
    await visitor.waitForVerdict('paid');
    expect(await visitor.page.$$eval('[data-stage="calls"] .call', ({ length }) => length)).toBeGreaterThan(count);
    const focused = await visitor.page.evaluate(() => {
      const details = document.activeElement?.closest('details');
      return [document.activeElement?.tagName, details?.dataset['number'], details?.open];
    });
    expect(focused).toEqual(['SUMMARY', '1', true]);
  });

  test('speaks another language once its file is there', async () => {
    const visitor = await visit(site);
    await visitor.waitForStatus('awaitingOtp');
    await visitor.page.select('[data-stage="language"]', 'ur');
    await visitor.page.waitForFunction(() =>
      /[\u0600-\u06ff]/.test(document.querySelector('plural-otp > label')?.textContent ?? ''),
    );
    expectQuietTab(site, visitor);
  });

  test('loads at most 110 kB of script, compressed, until the OTP can be typed', async () => {
    const visitor = await visit(site);
    await visitor.waitForStatus('awaitingOtp');
    const scripts = [...new Set(visitor.requests)].filter((url) => url.endsWith('.js'));
    const bytes = scripts.map((url) => gzipSync(readFileSync(join(site.folder, url.slice(site.url.length)))).length);
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(110_000);
  });
});

describe('every page', () => {
  test.each([
    ['', 1280, 'light'],
    ['', 390, 'dark'],
    ['start/express/', 1280, 'dark'],
    ['reference/errors/otp_not_accepted/', 390, 'light'],
    ['source/docs/recipes/verdicts.ts/', 1280, 'light'],
  ])('axe finds no violation: /%s at %i pixels, %s', async (path, width, theme) => {
    const visitor = await visit(site, path, async (page) => {
      await page.setViewport({ width, height: 844 });
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: theme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
    });
    if (path === '') await visitor.waitForStatus('awaitingOtp');
    expect(await axeViolations(visitor.page)).toEqual([]);
    const scrollWidth = await visitor.page.evaluate(() => document.documentElement.scrollWidth);
    expect(scrollWidth).toBeLessThanOrEqual(width);
    expectQuietTab(site, visitor);
  });

  test('without script the documentation is there, and the home page says what is missing', async () => {
    const off = (page: Visitor['page']): Promise<void> => page.setJavaScriptEnabled(false);
    const home = await visit(site, '', off);
    expect(await home.page.$eval('.no-script', (note) => note.textContent)).toContain('needs JavaScript');
    const guide = await visit(site, 'start/express/', off);
    expect(await guide.page.$eval('main', (main) => main.textContent)).toContain('express');
    const target = await guide.page.$eval('nav.sidebar a[href*="reference/errors/"]', (link) =>
      link.getAttribute('href'),
    );
    expect(target).toBe(`${base}reference/errors/`);
  });

  test('is found by the search, which asks no other host', async () => {
    const visitor = await visit(site, 'start/quickstart/');
    // As text, because the test runner would rewrite the import.
    const urls = await visitor.page.evaluate(`(async () => {
      const { search } = await import('${base}pagefind/pagefind.js');
      const { results } = await search('OTP_NOT_ACCEPTED');
      return Promise.all(results.slice(0, 3).map(async (result) => (await result.data()).url));
    })()`);
    expect(urls).toContain(`${base}reference/errors/otp_not_accepted/`);
    expectQuietTab(site, visitor);
  });

  test('has a Markdown twin, which llms.txt lists', () => {
    const list = readFileSync(join(site.folder, 'llms.txt'), 'utf8');
    const listed = [...list.matchAll(/\]\(([^)]+\.md)\)/g)].map(([, url = '']) => url.slice(base.length));
    const twins = readdirSync(site.folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.md'),
    );
    expect(listed.toSorted()).toEqual(twins.map((path) => path.replaceAll('\\', '/')).toSorted());
    const pages = listed.map((path) => path.replace(/\.md$/, '/index.html'));
    expect(pages.filter((path) => readFileSync(join(site.folder, path), 'utf8').length === 0)).toEqual([]);
  });
});
