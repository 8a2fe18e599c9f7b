import { memoryStore } from '@plural-otp/edge';
import { createSandbox } from '@plural-otp/sandbox';
import { expect, test } from 'vitest';
import { createShop, type Shop } from '../src/app.ts';
import type { BrowserFiles } from '../src/browser-files.ts';
import { createMemoryRepository } from '../src/memory-repository.ts';
import type { ShopRepository } from '../src/repository.ts';

const origin = 'http://127.0.0.1:3000';
const sandboxUrl = 'http://127.0.0.1:3001';
const file = { url: '/assets/x', integrity: 'sha384-x' };
const files: BrowserFiles = {
  component: { more: [], element: file, styles: file },
  importMap: { text: '{}', hash: 'sha256-x' },
  assets: { '/assets/x.js': { text: 'let x;', type: 'text/javascript', etag: '"x"' } },
};

interface RunningShop {
  readonly shop: Shop;
  readonly repository: ShopRepository;
  /** Work that the shop passed to `waitUntil`. */
  readonly pending: Promise<unknown>[];
  readonly logged: string[];
}

/** Creates a shop in this process; calls to Plural wait for `gate`. */
function openShop(gate: Promise<unknown> = Promise.resolve(), changes: Partial<ShopRepository> = {}): RunningShop {
  const sandbox = createSandbox({ origin: sandboxUrl });
  const [pending, logged]: [Promise<unknown>[], string[]] = [[], []];
  const repository = { ...createMemoryRepository(), ...changes };
  const shop = createShop({
    settings: {
      origin,
      plural: {
        baseUrl: sandboxUrl,
        clientId: 'sandbox-client',
        clientSecret: 'sandbox-secret',
        returnSecretKey: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
        webhookSecret: 'abc1234',
      },
      cards: { sandboxUrl },
    },
    repository,
    store: memoryStore(),
    files,
    waitUntil: (work) => void pending.push(work),
    log: (line) => void logged.push(line),
    async fetch(input, init) {
      const request = new Request(input, init);
      if (request.method === 'POST') await gate;
      return sandbox.fetch(request);
    },
  });
  return { shop, repository, pending, logged };
}

/** Returns a form of the shop's own pages as a request. */
function form(path: string, fields: Record<string, string>, cookie = ''): Request {
  const headers = { 'sec-fetch-site': 'same-origin', cookie };
  return new Request(`${origin}${path}`, { method: 'POST', headers, body: new URLSearchParams(fields) });
}

async function order({ shop }: RunningShop): Promise<{ number: string; cookie: string }> {
  const { headers } = await shop.fetch(form('/basket', { tea: 'winter-frost', quantity: '2' }));
  const number = new URL(headers.get('location') ?? '', origin).searchParams.get('order') ?? '';
  return { number, cookie: headers.get('set-cookie')?.split(';')[0] ?? '' };
}

test('a started payment completes in the background, even if the customer disconnects', async () => {
  let letThrough = (): void => undefined;
  const running = openShop(new Promise<void>((resolve) => (letThrough = resolve)));
  const { number, cookie } = await order(running);
  running.pending.length = 0;
  void running.shop.fetch(form('/checkout/pay', { order: number, attempt: '1', card: 'pays' }, cookie));
  expect(running.pending).toHaveLength(1);
  const stage = async (): Promise<unknown> => (await running.repository.findOrders({ number }))[0]?.attempts[0]?.stage;
  await expect.poll(stage).toBe('starting');

  letThrough();
  await Promise.all(running.pending);
  expect(await stage()).toBe('started');
});

test('an activity log that cannot be written loses its entries, and no payment', async () => {
  const running = openShop(undefined, { addEntry: () => Promise.reject(new Error('disk full')) });
  const { number, cookie } = await order(running);
  await running.shop.fetch(form('/checkout/pay', { order: number, attempt: '1', card: 'no-such-card' }, cookie));
  const paid = await running.shop.fetch(form('/checkout/pay', { order: number, attempt: '1', card: 'pays' }, cookie));
  expect(paid.headers.get('location')).toBe(`/checkout?order=${number}`);
  const shown = await running.shop.fetch(new Request(`${origin}/checkout?order=${number}`, { headers: { cookie } }));
  expect(await shown.text()).toContain('<plural-otp');
  await running.shop.fetch(new Request(`${origin}/plural/return?order_id=x`));
  await Promise.all(running.pending);
  expect(running.logged).toContainEqual(expect.stringContaining('could not be stored'));
});

test('a session id that the browser brought without an order is replaced (session fixation)', async () => {
  const { shop } = openShop();
  const planted = crypto.randomUUID();
  const order = (session: string): Promise<Response> =>
    shop.fetch(
      new Request(`${origin}/basket`, {
        method: 'POST',
        headers: { cookie: `nilgiri_session=${session}`, origin },
        body: new URLSearchParams({ tea: 'winter-frost', quantity: '1' }),
      }),
    );
  const sessionOf = (response: Response): string =>
    /nilgiri_session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1] ?? '';
  const own = sessionOf(await order(planted));
  expect(own).toMatch(/^[\da-f-]{36}$/);
  expect(own).not.toBe(planted);
  // The orders of one customer stay together.
  expect(sessionOf(await order(own))).toBe(own);
});

test('orders that cannot be read return an error page with status 503, and nothing is lost', async () => {
  const running = openShop(undefined, { findOrders: () => Promise.reject(new Error('no such table: orders')) });
  const cookie = `nilgiri_session=${crypto.randomUUID()}`;
  const response = await running.shop.fetch(new Request(`${origin}/orders`, { headers: { cookie } }));
  expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('nothing was lost')]);
  expect(running.logged).toEqual([expect.stringContaining('no such table')]);
});

test('files are served by their path, with an ETag; nothing else is below /assets', async () => {
  const { shop } = openShop();
  const get = (path: string, headers = {}): Promise<Response> =>
    shop.fetch(new Request(`${origin}/assets/${path}`, { headers }));
  const whole = await get('x.js');
  expect([whole.status, await whole.text()]).toEqual([200, 'let x;']);
  expect((await get('x.js', { 'if-none-match': '"x"' })).status).toBe(304);
  for (const path of ['y.js', 'constructor', '../x.js', '__proto__']) expect((await get(path)).status).toBe(404);
});
