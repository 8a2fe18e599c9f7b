import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { type Customer, createCustomer } from './customer.ts';
import { type Merchant, createMerchant } from './merchant.ts';
import { getCommand, type Runtime } from '../../src/runtimes/launch-commands.ts';
import { freePort, type RunningProcess, scripts, start } from './processes.ts';

/** The calls that reached the sandbox, by operation. */
export type CallCounts = Partial<Record<string, number>>;

export interface Sandbox extends RunningProcess {
  get(path: string): Promise<Record<string, unknown>>;
  post(path: string, body: unknown): Promise<void>;
  /** Bends the next answers: `{ operation, fault, … }`. */
  script(...faults: object[]): Promise<void>;
  counts(): Promise<CallCounts>;
  /** The order as Plural would report it, by the shop's number. */
  order(number: string): Promise<PluralOrder | undefined>;
}

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

/** A sandbox, a shop and a browser, each a process of its own. */
export interface Fixtures {
  readonly sandbox: Sandbox;
  shop: RunningProcess;
  readonly browser: Browser;
  readonly merchant: Merchant;
  /** A new person: a browser context of their own, so no cookie of anyone else. */
  newCustomer(): Promise<Customer>;
  /** Kills the shop and starts it again with the same file. */
  restartShop(): Promise<void>;
  /** Sets the shop's clock forward. */
  advanceShopClock(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export const account = {
  PLURAL_CLIENT_ID: 'sandbox-client',
  PLURAL_CLIENT_SECRET: 'sandbox-secret',
  PLURAL_RETURN_SECRET_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  PLURAL_WEBHOOK_SECRET: 'abc1234',
} as const;

export async function startSandbox(port: number, webhookUrl?: string): Promise<Sandbox> {
  const args = ['--port', String(port), ...(webhookUrl === undefined ? [] : ['--webhook-url', webhookUrl])];
  const running = await start(scripts.sandbox, { port, ready: 'Listening on ', args });
  const get = async (path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(new URL(path, running.origin));
    return (await response.json()) as Record<string, unknown>;
  };
  const post = async (path: string, body: unknown): Promise<void> => {
    const response = await fetch(new URL(path, running.origin), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  };
  return {
    ...running,
    get,
    post,
    script: (...faults) => post('/sandbox/script', faults),
    counts: async () => (await get('/sandbox/requests'))['counts'] as CallCounts,
    async order(number) {
      const { orders } = (await get('/sandbox/orders')) as unknown as { orders: { order: PluralOrder }[] };
      return orders.find(({ order }) => order.merchant_order_reference === number)?.order;
    },
  };
}

export function startShop(port: number, env: Record<string, string>): Promise<RunningProcess> {
  return start(scripts.shop, {
    port,
    ready: 'Shop ready',
    nodeArgs: ['--import', scripts.clock],
    env: { ...account, PORT: String(port), ...env },
  });
}

/** The shop as its start file for a runtime starts it, with the clock of the machine. */
export function startShopOn(runtime: Runtime, port: number, env: Record<string, string>): Promise<RunningProcess> {
  return start(getCommand(runtime), { port, ready: 'Shop ready', env: { ...account, PORT: String(port), ...env } });
}

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

export async function startFixtures(): Promise<Fixtures> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-merchant-'));
  const [sandboxPort, shopPort] = [await freePort(), await freePort()];
  const sandbox = await startSandbox(sandboxPort, `http://127.0.0.1:${shopPort}/plural/webhook`);
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

/** How many calls of each operation reached the sandbox while `act` ran; operations without one are left out. */
export async function callsDuring(sandbox: Sandbox, action: () => Promise<unknown>): Promise<CallCounts> {
  const before = await sandbox.counts();
  await action();
  const after = await sandbox.counts();
  const more = Object.entries(after).map(([name, count]) => [name, (count ?? 0) - (before[name] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}

/** Asks again and again until `look` gives something true; what it gave last is in the error. */
export async function eventually<Value>(what: string, probe: () => Promise<Value>): Promise<Value> {
  const untilMs = performance.now() + 20_000;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (performance.now() > untilMs) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
