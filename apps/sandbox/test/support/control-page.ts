/** The control page in Chromium, for tests. */
import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/index.ts';
import { listen, type ListeningSandbox } from '../../src/listen.ts';
import { Merchant } from './merchant.ts';

/** Path of Chromium; `CHROMIUM_PATH` overrides it. */
const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'].concat([
  '--disable-background-networking',
  '--disable-component-update',
]);

/** The control page in a real browser, with the sandbox behind it and a merchant. */
export interface ControlPage {
  readonly page: Page;
  readonly merchant: Merchant;
  readonly sandbox: Sandbox;
  readonly server: ListeningSandbox;
  /** Errors in the page's console and of its script. */
  readonly errors: string[];
  /** Waits until an element contains a string. */
  readonly waitForText: (selector: string, text: string) => Promise<void>;
  /** Fills a form's fields by name, and presses the button of an action. */
  readonly press: (action: string, fields?: Readonly<Record<string, string>>) => Promise<void>;
}

/** True if there is a Chromium to test in. */
export const hasChromium = existsSync(chromium);

/** Chromium, and the sandboxes that were opened in it. */
export interface ControlPages {
  readonly browser: Browser;
  /** Starts a sandbox, and opens its control page in a browser context of its own. */
  readonly open: (options?: SandboxOptions) => Promise<ControlPage>;
  readonly close: () => Promise<void>;
}

/** Starts Chromium. */
export async function startControlPages(): Promise<ControlPages> {
  const browser = await puppeteer.launch({ executablePath: chromium, headless: true, args });
  const servers: ListeningSandbox[] = [];
  async function open(options: SandboxOptions = {}): Promise<ControlPage> {
    const sandbox = createSandbox(options);
    const server = await listen(sandbox, 0);
    servers.push(server);
    const page = await (await browser.createBrowserContext()).newPage();
    page.setDefaultTimeout(25_000);
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`${server.origin}/`);
    return {
      page,
      sandbox,
      server,
      errors,
      merchant: await new Merchant((request) => fetch(request), server.origin).signIn(),
      waitForText: async (selector, text) => {
        await page.waitForFunction(
          (selector: string, text: string) => document.querySelector(selector)?.textContent.includes(text),
          {},
          selector,
          text,
        );
      },
      press: async (action, fields: Readonly<Record<string, string>> = {}) => {
        const form = `form:not(:has(input[type="hidden"])):has([value="${action}"])`;
        await page.$eval(form, (shown) => shown.closest('details')?.setAttribute('open', ''));
        for (const [name, value] of Object.entries(fields)) {
          const field = `${form} [name="${name}"]`;
          if (await page.$(`${form} select[name="${name}"]`)) await page.select(field, value);
          else await page.locator(field).fill(value);
        }
        await page.locator(`${form} [value="${action}"]`).click();
      },
    };
  }

  return {
    browser,
    open,
    async close() {
      await browser.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
