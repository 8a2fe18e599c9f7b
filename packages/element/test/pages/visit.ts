import puppeteer, { type Browser, type Page } from 'puppeteer-core';

/** Launches Chromium. */
export function launchBrowser(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
}

/** Page opened by one customer. */
export interface PageVisit {
  page: Page;
  /** Requested paths, in order. */
  requests: string[];
  /** Errors and warnings that were thrown, logged or reported by a policy. */
  problems: string[];
  /** Types `code` into the field and presses Enter. */
  enterCode(code: string, step?: string): Promise<void>;
  /** Waits for the step to be in `status`. */
  waitForStatus(status: string, step?: string): Promise<void>;
  /** Waits until the code is accepted: the step polls for the outcome, or has it already. */
  waitForAcceptance(step?: string): Promise<void>;
}

/** Opens `url`. `step` is a selector of the step, which may reach into shadow roots: `host >>> plural-otp`. */
export async function openPage(browser: Browser, url: string): Promise<PageVisit> {
  const page = await browser.newPage();
  // Shorter than the timeout of a test, so that the error names what it waited for.
  page.setDefaultTimeout(20_000);
  const { origin } = new URL(url);
  const requests: string[] = [];
  const problems: string[] = [];
  page.on('request', (request) => {
    const to = new URL(request.url());
    if (to.pathname !== '/favicon.ico') requests.push(to.origin === origin ? to.pathname : to.href);
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) problems.push(message.text());
  });
  await page.evaluateOnNewDocument(() => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      console.error(`policy: ${effectiveDirective} ${blockedURI} ${sample}`),
    );
  });
  async function matches(state: string, step = 'plural-otp'): Promise<void> {
    const element = await page.waitForSelector(step);
    await page.waitForFunction((element, state) => element?.matches(state), {}, element, state);
  }
  await page.goto(url, { waitUntil: [] });
  return {
    page,
    requests,
    problems,
    async enterCode(code, step = 'plural-otp') {
      const input = await page.waitForSelector(`${step} > input`, { visible: true });
      await input?.type(code);
      await input?.press('Enter');
    },
    waitForStatus: (status, step) => matches(`:state(${status})`, step),
    waitForAcceptance: (step) => matches(':state(confirming), :state(authorized)', step),
  };
}
