import { memoryStore } from '@plural-otp/edge';
import { createSandbox, type Sandbox } from '@plural-otp/sandbox';
import { createInsight, memoryInsight } from '@plural-otp/insight';
import { expect, test } from 'vitest';
import { createShop, type Shop, type ShopOptions } from '../src/app.ts';
import type { BrowserFiles } from '../src/browser-files.ts';
import { createMemoryOverview } from '../src/merchant/memory-overview.ts';
import { createMemoryRepository } from '../src/memory-repository.ts';
import type { ShopRepository } from '../src/repository.ts';

const origin = 'http://127.0.0.1:3000';
const sandboxUrl = 'http://127.0.0.1:3001';
const file = { name: 'x', url: '/assets/x', integrity: 'sha384-x' };
const files: BrowserFiles = {
  component: { more: [], element: file, styles: file },
  own: {},
  api: [],
  assets: {
    '/assets/x.js': {
      text: 'let x;',
      type: 'text/javascript',
      compressed: { br: btoa('as br'), gzip: btoa('as gzip') },
    },
  },
};

interface RunningShop {
  readonly shop: Shop;
  readonly sandbox: Sandbox;
  readonly repository: ShopRepository;
  /** Work that the shop passed to `waitUntil`. */
  readonly pending: Promise<unknown>[];
  readonly logged: string[];
}

/** Creates a shop in this process; calls to Plural wait for `gate`. */
function openShop(
  gate: Promise<unknown> = Promise.resolve(),
  changes: Partial<ShopRepository> = {},
  more: Partial<ShopOptions> = {},
): RunningShop {
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
      merchant: { password: 'a good password', isDemoPassword: false, secret: 'sixteen letters!' },
    },
    repository,
    overview: createMemoryOverview(repository),
    store: memoryStore(),
    files,
    waitUntil: (work) => void pending.push(work),
    log: (line) => void logged.push(line),
    async fetch(input, init) {
      const request = new Request(input, init);
      if (request.method === 'POST') await gate;
      return sandbox.fetch(request);
    },
    ...more,
  });
  return { shop, sandbox, repository, pending, logged };
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

test('an order that the sandbox lost in a reset is not blamed on the card', async () => {
  const running = openShop();
  const { number, cookie } = await order(running);
  const pay = async (attempt: string): Promise<[number, string]> => {
    const response = await running.shop.fetch(form('/checkout/pay', { order: number, attempt, card: 'pays' }, cookie));
    return [response.status, await response.text()];
  };
  running.sandbox.script({ operation: 'createPayment', fault: 'status', status: 422 });
  expect(await pay('1')).toEqual([422, expect.stringContaining('This card was not accepted')]);
  running.sandbox.reset();
  expect(await pay('2')).toEqual([409, expect.stringContaining('This order can no longer be paid')]);
});

test.each([
  ['winter-frost', '0'],
  ['winter-frost', '7'],
  ['winter-frost', '-1'],
  ['winter-frost', '1.5'],
  ['winter-frost', '1e9'],
  ['winter-frost', '<img src=x onerror=alert(1)>'],
  ['winter-frost', ''],
  ['<script>alert(1)</script>', '1'],
  ['__proto__', '1'],
])('a basket of %j × %j is refused with words, and is no order', async (tea, quantity) => {
  const { shop, repository } = openShop();
  const response = await shop.fetch(form('/basket', { tea, quantity }));
  expect([response.status, response.headers.get('set-cookie')]).toEqual([422, null]);
  const page = await response.text();
  expect(page).toContain('You can order 1 to 6 tins of a tea at a time.');
  expect(page).not.toMatch(/<img|<script>/);
  expect(await repository.findOrders({ latest: 1 })).toEqual([]);
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

test('files are immutable, and compressed as the browser accepts; nothing else is below /assets', async () => {
  const { shop } = openShop();
  const get = (path: string, encoding: string): Promise<Response> =>
    shop.fetch(new Request(`${origin}/assets/${path}`, { headers: { 'accept-encoding': encoding } }));
  for (const [accepted, encoding, text] of [
    ['gzip, deflate, br', 'br', 'as br'],
    ['gzip;q=1.0, br;q=0', 'gzip', 'as gzip'],
    ['identity', null, 'let x;'],
  ] as const) {
    const response = await get('x.js', accepted);
    expect([response.headers.get('content-encoding'), await response.text()]).toEqual([encoding, text]);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('vary')).toBe('accept-encoding');
  }
  for (const path of ['y.js', 'constructor', '../x.js', '__proto__']) expect((await get(path, '')).status).toBe(404);
});

test('pages are compressed for a browser that accepts it', async () => {
  const { shop } = openShop();
  const page = await shop.fetch(new Request(`${origin}/`, { headers: { 'accept-encoding': 'gzip' } }));
  expect(page.headers.get('content-encoding')).toBe('gzip');
  const plain = page.body?.pipeThrough(new DecompressionStream('gzip')) ?? null;
  expect(await new Response(plain).text()).toContain('<!doctype html>');
});

test('a choice of the visitor leads back to the page it was made on, and to no other site', async () => {
  const { shop } = openShop();
  const choose = async (to: string): Promise<string | null> =>
    (await shop.fetch(form('/language', { language: 'hi', to }))).headers.get('location');
  expect(await choose('/checkout?order=NL-1')).toBe('/checkout?order=NL-1');
  for (const foreign of ['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example/', 'https://[']) {
    expect(await choose(foreign)).toBe('/');
  }
  const unknown = await shop.fetch(form('/language', { language: '<b>', to: '/' }));
  expect(unknown.headers.get('set-cookie')).toMatch(/^nilgiri_language=en;/);
});

test('a payment that the page’s script starts returns the step with the OTP already requested, and a repeat the same', async () => {
  const running = openShop();
  const { number, cookie } = await order(running);
  const pay = async (attempt: string, type = 'application/json'): Promise<Response> =>
    running.shop.fetch(
      new Request(`${origin}/checkout/pay`, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': type, cookie },
        body: JSON.stringify({ order: number, attempt, card: 'pays' }),
      }),
    );
  const started = (await (await pay('1')).json()) as { client: { view: { phase: string } }; attempt: number };
  expect([started.client.view.phase, started.attempt]).toEqual(['awaitingOtp', 2]);
  const repeated = (await (await pay('1')).json()) as typeof started;
  expect(repeated.client.view.phase).toBe('awaitingOtp');
  // An attempt that is not the next one starts nothing.
  expect(await (await pay('7')).json()).toMatchObject({ client: { view: { phase: 'awaitingOtp' } } });
  expect(await running.repository.findOrders({ number })).toMatchObject([{ attempts: [{ attempt: 1 }] }]);
  expect((await pay('1', 'text/plain')).status).toBe(415);
});

test('a request of the page’s script that is no JSON, or from another site, starts nothing', async () => {
  const running = openShop();
  const { number, cookie } = await order(running);
  const post = (body: string, site: string): Promise<Response> =>
    running.shop.fetch(
      new Request(`${origin}/checkout/pay`, {
        method: 'POST',
        headers: { 'sec-fetch-site': site, 'content-type': 'application/json', cookie },
        body,
      }),
    );
  const valid = JSON.stringify({ order: number, attempt: '1', card: 'pays' });
  expect((await post('{"order":', 'same-origin')).status).toBe(400);
  expect((await post(valid, 'cross-site')).status).toBe(403);
  expect(await running.repository.findOrders({ number })).toMatchObject([{ attempts: [] }]);
});

test.each(['sweep', 'wake'] as const)(
  'a %s removes old payments of the insight, and no more than once a day',
  async (by) => {
    const dayMs = 86_400_000;
    let nowMs = Date.UTC(2026, 10, 29, 12);
    const store = memoryInsight();
    const insertOld = async (reference: string): Promise<void> => {
      const insight = createInsight({ store, secret: 'sixteen letters!', now: () => nowMs - 200 * dayMs });
      const event = { type: 'started', reference, order: reference, attempt: 1, at: nowMs - 200 * dayMs, ms: 0 };
      await insight.ingest([event]);
    };
    const { shop, pending } = openShop(undefined, {}, { insightStore: store, now: () => nowMs });
    const count = async (): Promise<number> => {
      await (by === 'sweep' ? shop.sweep() : shop.wake('unknown'));
      await Promise.all(pending);
      return (await store.read(0, nowMs)).length;
    };
    await insertOld('NL7K-1');
    expect(await count()).toBe(0);
    await insertOld('NL7K-2');
    expect(await count()).toBe(1);
    nowMs += dayMs;
    expect(await count()).toBe(0);
  },
);
