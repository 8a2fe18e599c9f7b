/** The fixtures of the end-to-end tests: a sandbox, a shop and a browser, each a separate process. */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxClient, type SandboxClient } from '@plural-otp/sandbox';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { merchantName } from '../../src/catalogue.ts';
import { type Customer, createCustomer } from './customer.ts';
import { type Merchant, createMerchant } from './merchant.ts';
import { getCommand, type Runtime } from '../../src/runtimes/launch-commands.ts';
import { freePort, type RunningProcess, scripts, start } from './processes.ts';

/** Number of calls that reached the sandbox, by operation. */
export type CallCounts = Partial<Record<string, number>>;

/** Running sandbox. */
export interface Sandbox extends RunningProcess, Omit<SandboxClient, 'origin'> {
  /** Returns the calls since the sandbox started. */
  counts(): Promise<CallCounts>;
  /** Returns the order at Plural for the shop's order number. */
  order(number: string): Promise<PluralOrder | undefined>;
}

/** Order as Plural returns it, as far as tests read it. */
export interface PluralOrder {
  readonly order_id: string;
  readonly status: string;
  readonly merchant_order_reference: string;
  readonly payments: readonly {
    readonly id: string;
    readonly status: string;
    readonly merchant_payment_reference: string;
  }[];
}

/** Fixtures of a test file. */
export interface Fixtures {
  readonly sandbox: Sandbox;
  shop: RunningProcess;
  readonly browser: Browser;
  readonly merchant: Merchant;
  /** Creates a customer in a new browser context, without cookies. */
  newCustomer(): Promise<Customer>;
  /** Kills the shop, and starts it with the same database. */
  restartShop(): Promise<void>;
  /** Sets the clock of the shop forward. */
  advanceShopClock(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Credentials of the sandbox. */
export const account = {
  PLURAL_CLIENT_ID: 'sandbox-client',
  PLURAL_CLIENT_SECRET: 'sandbox-secret',
  PLURAL_RETURN_SECRET_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  PLURAL_WEBHOOK_SECRET: 'abc1234',
} as const;

/** Starts a sandbox on a port, for the shop at an origin. */
export async function startSandbox(port: number, shopOrigin?: string): Promise<Sandbox> {
  const args = ['--port', String(port), '--merchant', merchantName];
  if (shopOrigin !== undefined) {
    args.push('--webhook-url', `${shopOrigin}/plural/webhook`, '--checkout-url', `${shopOrigin}/checkout`);
  }
  const running = await start(scripts.sandbox, { port, ready: 'Listening on ', args });
  const client = createSandboxClient({ origin: running.origin });
  return {
    ...client,
    ...running,
    counts: async () => (await client.call('GET', '/sandbox/requests'))['counts'] as CallCounts,
    async order(reference) {
      const [found] = await client.find('orders', { reference });
      return found?.order as PluralOrder | undefined;
    },
  };
}

/** Starts the shop on Node, with a clock that tests set forward. */
export function startShop(port: number, env: Record<string, string>): Promise<RunningProcess> {
  return start(scripts.shop, {
    port,
    ready: 'Shop listening on ',
    nodeArgs: ['--import', scripts.clock],
    env: { ...account, PORT: String(port), ...env },
  });
}

/** Starts the shop on a runtime, with the system clock. */
export function startShopOn(runtime: Runtime, port: number, env: Record<string, string>): Promise<RunningProcess> {
  return start(getCommand(runtime), {
    port,
    ready: 'Shop listening on ',
    env: { ...account, PORT: String(port), ...env },
  });
}

/** Starts Chromium (`CHROMIUM_PATH`, else `/usr/bin/chromium`). */
export function startBrowser(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ].concat(['--disable-component-update', '--disable-sync']),
  });
}

/** Starts the fixtures. */
export async function startFixtures(): Promise<Fixtures> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-merchant-'));
  const [sandboxPort, shopPort] = [await freePort(), await freePort()];
  const sandbox = await startSandbox(sandboxPort, `http://127.0.0.1:${shopPort}`);
  const env = { DEMO_DATA: join(folder, 'shop.sqlite'), PLURAL_BASE_URL: sandbox.origin };
  const [shop, browser] = await Promise.all([startShop(shopPort, env), startBrowser()]);

  const fixtures: Fixtures = {
    sandbox,
    shop,
    browser,
    merchant: createMerchant(await browser.newPage(), shop.origin),
    async newCustomer() {
      const context = await browser.createBrowserContext();
      const page: Page = await context.newPage();
      return createCustomer(page, shop.origin);
    },
    async restartShop() {
      await fixtures.shop.kill();
      fixtures.shop = await startShop(shopPort, env);
    },
    async advanceShopClock(seconds) {
      const { child } = fixtures.shop;
      const done = once(child, 'message');
      child.send({ advanceSeconds: seconds });
      await done;
    },
    async close() {
      await browser.close();
      await Promise.all([fixtures.shop.stop(), sandbox.stop()]);
      await rm(folder, { recursive: true });
    },
  };
  return fixtures;
}

/** Counts the calls that reach the sandbox while an action runs, by operation; operations without calls are omitted. */
export async function callsDuring(sandbox: Sandbox, action: () => Promise<unknown>): Promise<CallCounts> {
  const before = await sandbox.counts();
  await action();
  const after = await sandbox.counts();
  const more = Object.entries(after).map(([name, count]) => [name, (count ?? 0) - (before[name] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}
