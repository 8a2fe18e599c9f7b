/** A visitor of the playground in Chromium, for tests. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { freePort, type RunningProcess } from './processes.ts';
import { startBrowser, startShop } from './running-shop.ts';

/** Visitor with a tab on the playground. */
export interface Visitor {
  readonly page: Page;
  /** Returns policy violations, errors and console messages of the page; empty if all is well. */
  problems(): Promise<string[]>;
  /** URLs requested after the page was loaded. */
  readonly requests: string[];
  /** Clicks a scene's button, and waits until the step has the scene's status. */
  showScene(scene: SceneFacts): Promise<void>;
  /** Changes a setting with its control. */
  setControl(name: string, value: string): Promise<void>;
  /** Returns the code that the page shows, all files joined. */
  snippet(): Promise<string>;
  /** Returns a computed property of an element in the step's shadow root, or of the step itself. */
  getStyle(part: string, property: string): Promise<string>;
  /** Waits for text in the step, including its light children. */
  waitForText(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Members of a scene that tests read. */
export interface SceneFacts {
  readonly id: string;
  readonly status: string;
  readonly view: { readonly problem?: { readonly code: string; readonly advice?: string } };
}

/** Running playground. */
export interface Playground {
  readonly browser: Browser;
  readonly origin: string;
  visit(hash?: string, size?: { width: number; scheme?: 'light' | 'dark' }): Promise<Visitor>;
  close(): Promise<void>;
}

/** Starts the shop without a payment service, which the playground does not need. */
export async function startPlayground(): Promise<Playground> {
  const folder = await mkdtemp(join(tmpdir(), 'playground-'));
  const port = await freePort();
  const unusedUrl = `http://127.0.0.1:${await freePort()}`;
  const env = { DEMO_DATA: join(folder, 'shop.sqlite'), PLURAL_BASE_URL: unusedUrl };
  const [shop, browser]: [RunningProcess, Browser] = await Promise.all([startShop(port, env), startBrowser()]);
  return {
    browser,
    origin: shop.origin,
    visit: (hash = '', size = { width: 1280 }) => createVisitor(browser, `${shop.origin}/playground${hash}`, size),
    async close() {
      await browser.close();
      await shop.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function createVisitor(
  browser: Browser,
  url: string,
  { width, scheme = 'light' }: { width: number; scheme?: 'light' | 'dark' },
): Promise<Visitor> {
  const context = await browser.createBrowserContext();
  await context.overridePermissions(new URL(url).origin, ['clipboard-read', 'clipboard-sanitized-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  const messages: string[] = [];
  page.on('pageerror', (error) => messages.push(String(error)));
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  await page.evaluateOnNewDocument(() => {
    const broken: string[] = [];
    Object.assign(window, { broken });
    addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile }) =>
      broken.push(`${violatedDirective} by ${sourceFile}`),
    );
  });
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForSelector('[data-scene][aria-pressed="true"]');
  const requests: string[] = [];
  page.on('request', (request) => {
    // The browser requests the tab's icon again whenever the address changes.
    if (!request.url().endsWith('/mark.svg')) requests.push(request.url());
  });
  const getStepText = (): Promise<string> =>
    page.evaluate(() => {
      const step = document.querySelector('plural-otp');
      const inside = step?.shadowRoot?.querySelector<HTMLElement>('[part=base]');
      return `${inside?.innerText ?? ''}\n${step?.innerText ?? ''}`;
    });
  return {
    page,
    requests,
    problems: async () => [
      ...messages,
      ...(await page.evaluate(() => (window as unknown as { broken: string[] }).broken)),
    ],
    async showScene({ id, status, view }) {
      // A synthetic click, because a mouse click would scroll to each button.
      await page.$eval(`[data-scene="${id}"]`, (chip) => (chip as HTMLElement).click());
      const problem = view.problem?.code ?? '';
      await page
        .waitForFunction(
          (wanted, state, code) => {
            const step = document.querySelector('plural-otp');
            const pressed = [...document.querySelectorAll<HTMLElement>('[data-scene][aria-pressed="true"]')];
            return (
              step?.matches(`:state(${state})`) &&
              pressed.length === 1 &&
              pressed[0]?.dataset['scene'] === wanted &&
              document.querySelector('#status')?.textContent === state &&
              document.querySelector('#problem')?.textContent === code
            );
          },
          {},
          id,
          status,
          problem,
        )
        .catch(async (cause: unknown) => {
          throw new Error(`Never shown: ${id} (${status} ${problem}). The step reads:\n${await getStepText()}`, {
            cause,
          });
        });
    },
    setControl: (setting, value) =>
      page.evaluate(
        (name, wanted) => {
          const controls = [...document.querySelectorAll<HTMLInputElement>(`[data-setting="${name}"]`)];
          const [first] = controls;
          if (first?.type === 'radio') controls.find((radio) => radio.value === wanted)?.click();
          else if (first?.type === 'checkbox') first.click();
          else if (first) {
            first.value = wanted;
            first.dispatchEvent(new Event('input', { bubbles: true }));
            first.dispatchEvent(new Event('change', { bubbles: true }));
          }
        },
        setting,
        value,
      ),
    snippet: () => page.$$eval('#snippet pre', (files) => files.map(({ textContent }) => textContent).join('\n\n')),
    getStyle: (part, property) =>
      page.evaluate(
        (selector, name) => {
          const step = document.querySelector('plural-otp') as Element;
          const node = selector ? step.shadowRoot?.querySelector(selector) : step;
          return node ? getComputedStyle(node).getPropertyValue(name) : 'not drawn';
        },
        part,
        property,
      ),
    async waitForText(text) {
      await page
        .waitForFunction(
          (wanted) => {
            const step = document.querySelector('plural-otp');
            const inside = step?.shadowRoot?.querySelector<HTMLElement>('[part=base]');
            const shown = `${inside?.innerText ?? ''}\n${step?.innerText ?? ''}`;
            return shown.replace(/[\u2066-\u2069]/g, '').includes(wanted);
          },
          {},
          text,
        )
        .catch(async (cause: unknown) => {
          throw new Error(`The step never reads "${text}", but:\n${await getStepText()}`, { cause });
        });
    },
    close: () => context.close(),
  };
}
