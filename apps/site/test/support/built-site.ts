/** The site as it is built for a path of its own, and a visitor of it in Chromium. */
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { expect, inject, onTestFinished } from 'vitest';

/** A built and served site. */
export interface BuiltSite {
  readonly folder: string;
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Opens the site that `build-once.ts` built and serves, in a Chromium of its own. */
export async function openSite(): Promise<BuiltSite> {
  const browser = await puppeteer.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  return { ...inject('site'), browser, close: () => browser.close() };
}

/** A visitor of the site: a tab, with what it requested and what went wrong in it. */
export interface Visitor {
  readonly page: Page;
  /** URLs of everything that the tab requested, `data:` left out. */
  readonly requests: readonly string[];
  readonly problems: readonly string[];
  /** Chooses a scenario and waits for its field. */
  choose(id: string): Promise<void>;
  /** Presses a button or link of the step, by its CSS part. */
  press(part: string): Promise<void>;
  /** Presses the button below the phone, then that of the step. */
  fillAndPay(): Promise<void>;
  waitForStatus(status: string): Promise<void>;
  /** Waits until the shop was told a verdict that begins so. */
  waitForVerdict(text: string): Promise<void>;
  /** Calls of an operation in the list, as their statuses. */
  calls(operation: string): Promise<string[]>;
}

/** Opens the site at a path below its base, in a tab that ends with the test. */
export async function visit(site: BuiltSite, path = '', prepare?: (page: Page) => Promise<void>): Promise<Visitor> {
  const context = await site.browser.createBrowserContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const requests: string[] = [];
  const problems: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob|about):/.test(request.url())) requests.push(request.url());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') problems.push(message.text());
  });
  await prepare?.(page);
  await page.goto(site.url + path, { waitUntil: 'load' });
  const waitForStatus = async (status: string): Promise<void> => {
    await page.waitForSelector(`plural-otp:state(${status})`);
  };
  const press = async (part: string): Promise<void> => {
    await page.locator(`plural-otp >>> [part~="${part}"]:not([aria-disabled="true"])`).click();
  };
  return {
    page,
    requests,
    problems,
    waitForStatus,
    press,
    async choose(id) {
      // The chips work once the live part has begun its first payment.
      await page.waitForSelector('html[data-live="true"]');
      await page.locator(`[data-scenario="${id}"]`).click();
      await page.waitForSelector(`[data-scenario="${id}"][aria-pressed="true"]`);
      await waitForStatus('awaitingOtp');
    },
    async fillAndPay() {
      await page.locator('[data-stage="fill"]:not([hidden]):enabled').click();
      await press('submit');
    },
    async waitForVerdict(text) {
      await page.waitForFunction(
        (expected) => document.querySelector('[data-stage="verdict"]')?.textContent.startsWith(expected),
        {},
        text,
      );
    },
    calls: (operation) =>
      page.$$eval(
        '[data-stage="calls"] .call',
        (rows, wanted) =>
          rows
            .filter((row) => row.querySelector('.operation')?.textContent === wanted)
            .map((row) => row.querySelector('b')?.textContent ?? ''),
        operation,
      ),
  };
}

/** Asserts that nothing went wrong in a tab, and that it requested files of the site alone. */
export function expectQuietTab(site: BuiltSite, { requests, problems }: Visitor): void {
  expect(problems).toEqual([]);
  expect(requests.filter((url) => !url.startsWith(site.url))).toEqual([]);
}
