import { signReturn, signWebhook } from '@plural-otp/core/testing';
import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import { credentials } from '@plural-otp/sandbox';
import { expect, test } from 'vitest';
import type { Finding } from '../src/check.ts';
import { checkNames, type ExamineOptions } from '../src/examine.ts';
import { getExitCode } from '../src/report.ts';
import { device, examine, find, open, payAt } from './support/examination.ts';
import { scriptHash, type WrongSetup } from './support/shop.ts';

/** Parts of a shop that is right. */
function rightParts(): NonNullable<ExamineOptions['parts']> {
  const rows = new Set<string>();
  return {
    store: memoryStore(),
    onVerdict: ({ key }) => void rows.add(key),
    countEffects: ({ key }) => (rows.has(key) ? 1 : 0),
    lastSweepAtMs: () => Date.now(),
    challengeHosts: ['acs.bank.example'],
  };
}

test('a shop that is set up right has no problem and no warning', async () => {
  const shop = await open();
  await payAt(shop, device);
  const secretKey = credentials.returnSecretKey;
  const fields = await signReturn({ order_id: 'o-1', status: 'AUTHORIZED' }, { secretKey });
  const findings = await examine(shop, {
    parts: rightParts(),
    capturedReturn: new URLSearchParams(fields).toString(),
    capturedWebhook: await signWebhook({
      secret: credentials.webhookSecret,
      body: { event_type: 'X' },
      timestamp: 1_700_000_000,
    }),
    installedIntegrity: scriptHash,
  });
  expect(findings.map(({ check }) => check)).toEqual(checkNames);
  expect(findings.filter(({ status }) => status !== 'ok').map(({ check }) => check)).toEqual(['strict transport']);
  expect([getExitCode(findings, false), getExitCode(findings, true)]).toEqual([0, 1]);
});

/** Name of a check, the change to the settings, and what is found. */
const wrongSettings: [check: string, settings: Record<string, string>, found: RegExp][] = [
  ['settings', { PLURAL_WEBHOOK_SECRET: '' }, /Not set: PLURAL_WEBHOOK_SECRET/],
  ['settings', { PLURAL_CLIENT_ID: 'sandbox-client\n' }, /White space around PLURAL_CLIENT_ID/],
  ['return key', { PLURAL_RETURN_SECRET_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' }, /looks like Base64/],
  ['return key', { PLURAL_RETURN_SECRET_KEY: 'secret' }, /It is not hex/],
  ['TLS', { SHOP_ORIGIN: 'http://shop.example' }, /The shop was reached at/],
  ['TLS', { SHOP_ORIGIN: 'shop.example' }, /not a URL/],
  ['credentials', { PLURAL_CLIENT_SECRET: 'wrong-secret' }, /Plural rejects PLURAL_CLIENT_ID/],
  ['credentials', { PLURAL_ENVIRONMENT: 'http://127.0.0.1:1' }, /could not be asked: NETWORK_FAILED/],
  ['clock', { PLURAL_ENVIRONMENT: 'staging' }, /neither uat, production nor a URL/],
  ['webhook secret', { PLURAL_WEBHOOK_SECRET: 'b3RoZXI=' }, /rejects webhooks .* in both readings, with 403/],
];

test.each(wrongSettings)('wrong settings are found by %s: %j', async (check, changed, found) => {
  const shop = await open();
  const findings = await examine(shop, { settings: { ...shop.settings, ...changed } });
  expect(find(findings, check)).toMatchObject({
    status: 'problem',
    found: expect.stringMatching(found),
    change: expect.any(String),
  });
  expect(getExitCode(findings, false)).toBe(1);
});

test('a public origin in plain http is a problem, and one without real payments a warning', async () => {
  const shop = await open();
  const settings = { ...shop.settings, SHOP_ORIGIN: 'http://shop.example' };
  const findings = await examine(shop, { settings, url: undefined });
  expect(find(findings, 'TLS')).toMatchObject({ status: 'problem', found: expect.stringMatching(/plain http/) });
  expect(find(findings, 'environment')).toMatchObject({ status: 'warning' });
});

test.each([
  [600, /600 seconds ahead of/],
  [-600, /600 seconds behind/],
])('a clock that is %s seconds off is found', async (seconds, found) => {
  const findings = await examine(await open(), { now: () => Date.now() + seconds * 1000 });
  const { status, found: said = '' } = find(findings, 'clock') ?? {};
  expect([status, said.replace(/\b(?:599|601)\b/, '600')]).toEqual(['problem', expect.stringMatching(found)]);
});

const page = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'; script-src";
const wrongShops: [check: string, status: Finding['status'], wrong: WrongSetup, found: RegExp][] = [
  ['callback', 'problem', { path: '/payments' }, /responds with 404\. The handler is not mounted/],
  [
    'callback',
    'problem',
    {
      before: ({ headers }, response) =>
        headers['content-type']?.includes('form') === true && Boolean(response.writeHead(415).end()),
    },
    /responds with 415\. A body parser/,
  ],
  [
    'callback',
    'problem',
    {
      before: ({ headers }, response) =>
        headers['sec-fetch-site'] === 'cross-site' && Boolean(response.writeHead(403).end()),
    },
    /responds with 403\. Something rejects requests from another site/,
  ],
  [
    'webhook secret',
    'problem',
    { webhookSecret: 'another-secret' },
    /rejects webhooks signed with PLURAL_WEBHOOK_SECRET/,
  ],
  [
    'webhook secret',
    'problem',
    { before: ({ url }, response) => url === '/plural/webhook' && Boolean(response.writeHead(500).end()) },
    /webhook URL responds with 500/,
  ],
  ['CSP', 'problem', { headers: { 'content-security-policy': '' } }, /has no Content-Security-Policy/],
  [
    'CSP',
    'problem',
    { headers: { 'content-security-policy': `${page} 'self' 'unsafe-inline'` } },
    /allows 'unsafe-inline'/,
  ],
  [
    'CSP',
    'problem',
    { headers: { 'content-security-policy': "script-src 'self'; default-src 'none'" } },
    /connect-src does not allow/,
  ],
  ['CSP', 'warning', { headers: { 'content-security-policy': "default-src 'self'" } }, /does not forbid frames/],
  [
    'integrity',
    'problem',
    { scriptTag: '<script type="module" src="/plural-otp.min.js"></script>' },
    /without integrity/,
  ],
  [
    'integrity',
    'problem',
    { scriptTag: '<script type="module" src="/plural-otp.min.js" integrity="sha384-AAAA"></script>' },
    /not that of the file/,
  ],
  [
    'integrity',
    'problem',
    { scriptTag: '<script type="module" src="/lib/plural-otp.min.js"></script>' },
    /is not served/,
  ],
  [
    'cookies',
    'warning',
    { headers: { 'set-cookie': 'sid=secret-of-a-customer; Path=/' } },
    /sid lacks HttpOnly, SameSite/,
  ],
];

test.each(wrongShops)('a wrong shop is found by %s (%s): %#', async (check, status, wrong, found) => {
  const findings = await examine(await open(wrong));
  expect(find(findings, check)).toMatchObject({
    status,
    found: expect.stringMatching(found),
    change: expect.any(String),
  });
  expect(JSON.stringify(findings)).not.toContain('secret-of-a-customer');
});

test('a shop that reads the webhook secret as Base64 is told what would prove it', async () => {
  const secret = 'YWJjMTIzNGFiYzEyMzQ=';
  const shop = await open({ webhookSecret: secret, secretEncoding: 'base64' });
  const findings = await examine(shop, { settings: { ...shop.settings, PLURAL_WEBHOOK_SECRET: secret } });
  expect(find(findings, 'webhook secret')).toMatchObject({
    status: 'warning',
    found: expect.stringMatching(/as Base64/),
  });
});

test('a captured return says under which encoding its key verifies', async () => {
  const shop = await open();
  const secretKey = credentials.returnSecretKey;
  const fields = await signReturn({ order_id: 'o-1', status: 'AUTHORIZED' }, { secretKey, keyEncoding: 'utf8' });
  const findings = await examine(shop, { capturedReturn: new URLSearchParams(fields).toString() });
  expect(find(findings, 'captured return')).toMatchObject({
    status: 'problem',
    found: expect.stringMatching(/keyEncoding utf8/),
    change: expect.stringMatching(/keyEncoding: 'utf8'/),
  });
  const forged = await examine(shop, { capturedReturn: `order_id=o-1&status=PROCESSED&signature=${'0'.repeat(64)}` });
  expect(find(forged, 'captured return')).toMatchObject({
    status: 'problem',
    found: expect.stringMatching(/any reading/),
  });
});

test('a captured webhook says under which encoding its secret verifies', async () => {
  const shop = await open();
  const secret = 'YWJjMTIzNGFiYzEyMzQ=';
  const capturedWebhook = await signWebhook({
    secret,
    secretEncoding: 'base64',
    body: { event_type: 'X' },
    timestamp: 1_700_000_000,
  });
  const settings = { ...shop.settings, PLURAL_WEBHOOK_SECRET: secret };
  expect(find(await examine(shop, { settings, capturedWebhook }), 'captured webhook')).toMatchObject({
    status: 'problem',
    change: expect.stringMatching(/secretEncoding: 'base64'/),
  });
});

const right = memoryStore();
const brokenStores: [string, PaymentStore, RegExp][] = [
  [
    'saves without comparing',
    {
      ...right,
      save: async (key, value, terms) => {
        const version = (await right.load(key))?.version;
        await right.save(key, value, { ...terms, version });
        return true;
      },
    },
    /60 writers of a new record at once 60 won/,
  ],
  ['never claims', { ...memoryStore(), claim: async () => [] }, /claim does not return a record that is due/],
  [
    'claims twice',
    (() => {
      const store = memoryStore();
      return {
        ...store,
        claim: async (nowMs: number, _untilMs: number, limit: number) => store.claim(nowMs, nowMs, limit),
      };
    })(),
    /60 claimers at once 60 got the same record/,
  ],
];

test.each(brokenStores)('a store that %s is found', async (_what, store, found) => {
  const findings = await examine(await open(), { parts: { store } });
  expect(find(findings, 'store')).toMatchObject({ status: 'problem', found: expect.stringMatching(found) });
});

test('a sweep that does not run is found by an overdue payment, or by its own time', async () => {
  const store = memoryStore();
  await store.save('order', '{}', { version: undefined, keepSeconds: 60, dueAtMs: Date.now() - 3_600_000 });
  const shop = await open();
  expect(find(await examine(shop, { parts: { store } }), 'sweep')).toMatchObject({
    status: 'problem',
    found: expect.stringMatching(/overdue by more than ten minutes/),
  });
  expect(find(await examine(shop, { parts: { lastSweepAtMs: () => 0 } }), 'sweep')).toMatchObject({
    status: 'problem',
  });
  // It is due as before, for the sweep that runs next.
  expect((await store.claim(Date.now(), Date.now() + 60_000, 10)).map(({ key }) => key)).toEqual(['order']);
});

test('a hook that ships twice, ships nothing, or rejects is found', async () => {
  const shop = await open();
  let parcels = 0;
  const hooks: [() => unknown, RegExp][] = [
    [() => (parcels += 1), /delivered twice had 3 effects/],
    [() => undefined, /had no effect/],
    [
      () => {
        throw new Error('duplicate key');
      },
      /rejects a verdict/,
    ],
  ];
  for (const [onVerdict, found] of hooks) {
    const findings = await examine(shop, { parts: { onVerdict, countEffects: () => parcels } });
    expect(find(findings, 'onVerdict')).toMatchObject({ status: 'problem', found: expect.stringMatching(found) });
  }
});

test('hosts that are URLs, and a payment without the browser’s details, are found', async () => {
  const shop = await open();
  await payAt(shop, { ...device, browser_screen_width: '0' });
  const findings = await examine(shop, { parts: { challengeHosts: ['https://acs.bank.example/'] } });
  expect(find(findings, 'bank hosts')).toMatchObject({ status: 'problem', found: expect.stringMatching(/Not a host/) });
  expect(find(findings, 'device info')).toMatchObject({ status: 'warning' });
});

test('script and backend of different versions are found', async () => {
  const installed = { '@plural-otp/edge': '0.2.0', '@plural-otp/element': '0.1.0' };
  expect(find(await examine(await open(), { installed }), 'versions')).toMatchObject({ status: 'warning' });
});

test('no finding contains a secret, whatever fails', async () => {
  const shop = await open({ webhookSecret: 'another-secret' });
  const { SHOP_ORIGIN: _, PLURAL_ENVIRONMENT: __, ...secrets } = shop.settings;
  const parts = {
    store: {
      ...memoryStore(),
      save: async () => {
        throw new Error(secrets['PLURAL_CLIENT_SECRET']);
      },
    },
  };
  const text = JSON.stringify(await examine(shop, { parts }));
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
});

test('without a running shop nothing that needs one is a problem', async () => {
  const shop = await open();
  const findings = await examine(shop, { url: undefined });
  expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
  expect(find(findings, 'callback')).toMatchObject({ status: 'skipped', change: expect.stringMatching(/--url/) });
});

test('a page that is not the payment page is skipped, and its URL asked for', async () => {
  const shop = await open();
  const findings = await examine(shop, { url: new URL('/login', shop.url) });
  for (const check of ['CSP', 'integrity', 'cookies'])
    expect(find(findings, check)).toMatchObject({
      status: 'skipped',
      found: expect.stringMatching(/responds with 404/),
      change: expect.stringMatching(/Pass the URL of the payment page/),
    });
});
