/**
 * Measures the time from the press on Pay to a field that takes the code, on a slow phone: Chromium by its DevTools
 * protocol, RTT 150 ms, 1.6 Mbit/s, a CPU four times slower, a cold cache. The card page has loaded, as it has when a
 * customer has typed a card. Against a floor, an input that a page without any library shows when the same response
 * comes, and against the bank's page.
 */

import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync } from 'node:zlib';
import { createPlural } from '@plural-otp/core';
import { createOtpHandler, memoryStore } from '@plural-otp/edge';
import { toNodeListener } from '@plural-otp/edge/node';
import { createSandbox, credentials } from '@plural-otp/sandbox';
import type { Browser, Page } from 'puppeteer-core';

/** Conditions of a network: latency in milliseconds, throughput in bytes per second. */
const networks = {
  'slow 4G': { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 },
  '3G': { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 },
  '2G': { offline: false, latency: 800, downloadThroughput: 15_000, uploadThroughput: 15_000 },
};
type Network = keyof typeof networks;
const cpuSlowdown = 4;

/** Ways from the press to a field. */
const ways = ['element', 'floor', 'bank'] as const;
/** Other ways to embed the element: its script loaded at Pay, or on the card page, and the session without a view. */
const embeddings = ['scriptAtPay', 'session', 'element'] as const;
type Way = (typeof ways)[number] | (typeof embeddings)[number];

/** Medians over all rounds, in milliseconds and as ratios within a round. */
export interface FirstField {
  readonly medianMs: Readonly<Record<(typeof ways)[number], number>>;
  readonly toFloor: number;
  readonly toBank: number;
  /** What of the element's time comes after the response, by the page's own clock. */
  readonly afterResponseMs: number;
}

const dist = new URL('../dist/', import.meta.url);

/** Script of a card page for each way. */
const scripts: Readonly<Record<Way, string>> = {
  element: `step.client = await pay('/pay');`,
  session: `step.session = (await pay('/pay?later')).session;`,
  scriptAtPay: `const [{ session }] = await Promise.all([pay('/pay?later'), import('/plural-otp.min.js')]);
    step.session = session;`,
  floor: `await pay('/pay');
    requestAnimationFrame(() => performance.mark('plural-otp:usable'));`,
  bank: `location.assign('/bank'); return;`,
};

/** Returns the card page. */
const cardPage = (way: Way): string => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Pay</title>
<link rel="stylesheet" href="/plural-otp.css">
${/^(?:element|session)$/.test(way) ? '<script type="module" src="/plural-otp.min.js"></script>' : ''}
<button id="pay">Pay ₹1,250.00</button>
${way === 'floor' ? '<label hidden>OTP <input inputmode="numeric"></label>' : '<plural-otp otp-length="6" hidden></plural-otp>'}
<script type="module">
  const [button, step] = [document.querySelector('#pay'), document.querySelector('plural-otp, label')];
  const pay = async (path) => {
    const response = await fetch(path, { method: 'POST' });
    const client = await response.json();
    performance.mark('response');
    return client;
  };
  button.addEventListener('click', async () => {
    performance.mark('pay');
    ${scripts[way]}
    button.hidden = !(step.hidden = false);
  });
</script></html>`;

async function listen(listener: RequestListener): Promise<{ server: Server; origin: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Starts a merchant and the sandbox with its bank. */
async function startSites(): Promise<{ origin: string; close: () => void }> {
  let bank: RequestListener = () => {};
  const bankSite = await listen((request, response) => bank(request, response));
  const sandbox = createSandbox({ origin: bankSite.origin });
  bank = toNodeListener({ fetch: (request) => sandbox.fetch(request) });
  const plural = createPlural({
    environment: { baseUrl: bankSite.origin },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    fetch: (request) => sandbox.fetch(request),
  });
  let handler: ReturnType<typeof createOtpHandler> | undefined;
  let orders = 0;
  const amount = { value: 125_000, currency: 'INR' };
  const card_details = {
    name: 'Asha',
    card_number: '4012001037141112',
    cvv: '123',
    expiry_month: '12',
    expiry_year: '2030',
  };
  const start = async (generate?: 'now') => {
    const reference = `bench-${(orders += 1)}`;
    const { order_id: orderId } = await plural.createOrder({
      merchant_order_reference: reference,
      order_amount: amount,
    });
    return handler!.startPayment({
      orderId,
      payment: {
        merchant_payment_reference: `${reference}-1`,
        payment_method: 'CARD',
        payment_amount: amount,
        payment_option: { card_details },
        device_info: { user_agent: 'bench', browser_accept_header: '*/*' },
      },
      ...(generate && { generate }),
    });
  };
  const files = new Map(
    ['plural-otp.min.js', 'plural-otp.css'].map((name) => [
      `/${name}`,
      {
        type: name.endsWith('.js') ? 'text/javascript' : 'text/css',
        body: brotliCompressSync(readFileSync(new URL(name, dist))),
      },
    ]),
  );
  const site = await listen((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    const file = files.get(pathname);
    if (pathname.startsWith('/plural/')) return toNodeListener(handler!)(request, response);
    const answer = async (): Promise<void> => {
      if (file) {
        response.writeHead(200, {
          'content-type': file.type,
          'content-encoding': 'br',
          'cache-control': 'max-age=600',
        });
        response.end(file.body);
      } else if (pathname === '/pay') {
        const { client } = await start(searchParams.has('later') ? undefined : 'now');
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(client));
      } else if (pathname === '/bank') {
        const { challengeUrl } = await start();
        response.writeHead(303, { location: challengeUrl }).end();
      } else {
        response.writeHead(pathname === '/card' ? 200 : 204, { 'content-type': 'text/html' });
        response.end(pathname === '/card' ? cardPage(searchParams.get('way') as Way) : undefined);
      }
    };
    void answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  handler = createOtpHandler({ plural, origin: site.origin, store: memoryStore(), onVerdict: false });
  return {
    origin: site.origin,
    close() {
      for (const { server } of [site, bankSite]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

const usable = (): boolean => performance.getEntriesByName('plural-otp:usable').length > 0;

/** Presses Pay once in a new profile. Returns the milliseconds to a usable field, and those after the response. */
async function measure(
  browser: Browser,
  origin: string,
  way: Way,
  network: Network,
): Promise<{ totalMs: number; afterMs: number }> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    const devTools = await page.createCDPSession();
    await devTools.send('Network.emulateNetworkConditions', networks[network]);
    await page.emulateCPUThrottling(cpuSlowdown);
    await page.goto(`${origin}/card?way=${way}`, { waitUntil: 'networkidle0' });
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    return way === 'bank' ? await pressForBank(page) : await pressForField(page);
  } finally {
    await context.close();
  }
}

async function pressForField(page: Page): Promise<{ totalMs: number; afterMs: number }> {
  await page.evaluate(() => document.querySelector<HTMLElement>('#pay')!.click());
  await page.waitForFunction(usable, { polling: 50 });
  const [pay = 0, response = 0, end = 0] = await page.evaluate(() =>
    ['pay', 'response', 'plural-otp:usable'].map((name) => performance.getEntriesByName(name)[0]?.startTime ?? 0),
  );
  return { totalMs: end - pay, afterMs: end - response };
}

/** Two documents share no clock but the time of day. */
async function pressForBank(page: Page): Promise<{ totalMs: number; afterMs: number }> {
  await page.evaluateOnNewDocument(() => {
    const look = (): void => {
      const input = document.querySelector('input:not([type=hidden])');
      if (input && input.getClientRects().length > 0) performance.mark('plural-otp:usable');
      else requestAnimationFrame(look);
    };
    look();
  });
  const startedAt = await page.evaluate(() => {
    const at = performance.timeOrigin + performance.now();
    document.querySelector<HTMLElement>('#pay')!.click();
    return at;
  });
  await page.waitForFunction(() => location.pathname !== '/card', { polling: 50 });
  await page.waitForFunction(usable, { polling: 50 });
  const endedAt = await page.evaluate(
    () => performance.timeOrigin + (performance.getEntriesByName('plural-otp:usable')[0]?.startTime ?? 0),
  );
  return { totalMs: endedAt - startedAt, afterMs: 0 };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Measures in rounds of A B C C B A, so that a machine that slows down meanwhile affects all alike. */
export async function measureFirstField(browser: Browser, rounds: number): Promise<FirstField> {
  const sites = await startSites();
  const all: Record<(typeof ways)[number], number[]> = { element: [], floor: [], bank: [] };
  const toFloor: number[] = [];
  const toBank: number[] = [];
  const after: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const sums: Record<(typeof ways)[number], number> = { element: 0, floor: 0, bank: 0 };
      for (const way of [...ways, ...ways.toReversed()]) {
        const { totalMs, afterMs } = await measure(browser, sites.origin, way, 'slow 4G');
        sums[way] += totalMs;
        all[way].push(totalMs);
        if (way === 'element') after.push(afterMs);
      }
      toFloor.push(sums.element / sums.floor);
      toBank.push(sums.element / sums.bank);
    }
  } finally {
    sites.close();
  }
  const medianMs = Object.fromEntries(ways.map((way) => [way, median(all[way])])) as FirstField['medianMs'];
  return { medianMs, toFloor: median(toFloor), toBank: median(toBank), afterResponseMs: median(after) };
}

/** Measures each embedding on each network. Returns medians in milliseconds. */
export async function measureEmbeddings(browser: Browser, rounds: number): Promise<Record<string, number>> {
  const sites = await startSites();
  const found: Record<string, number> = {};
  try {
    for (const network of ['3G', '2G'] as const) {
      for (const way of embeddings) {
        const all: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          all.push((await measure(browser, sites.origin, way, network)).totalMs);
        }
        found[`${network}, ${way}`] = median(all);
      }
    }
  } finally {
    sites.close();
  }
  return found;
}
