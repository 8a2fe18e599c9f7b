import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { english } from '@plural-otp/flow/presentation';
import { locales } from '../support/locales.ts';

const { hi, ta } = locales as typeof locales & Record<'hi' | 'ta', typeof english>;
const dist = new URL('../../dist/', import.meta.url);
const integrity = JSON.parse(readFileSync(new URL('integrity.json', dist), 'utf8')) as Record<string, string>;
const policy = [
  "default-src 'none'",
  "script-src 'nonce-page'",
  "style-src 'none'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types plural-otp lit-html',
].join('; ');
const script = (name: string, hash = integrity[name]): string =>
  `<script nonce="page" type="module" src="/${name}" integrity="${hash}" crossorigin="anonymous"></script>`;
const step = '<plural-otp session="sealed" lang="hi"></plural-otp>';
const one = script('plural-otp.min.js');

const bundle = (name: string): string => `<script nonce="page" type="module" src="/${name}"></script>`;

const bodies: Record<string, string> = {
  '/before': `${script('locales/hi.js')}${one}${step}`,
  '/after': `${one}${script('locales/hi.js')}${step}`,
  '/none': `${one}${step}`,
  '/changed': `${script('locales/hi.js', integrity['locales/ta.js'])}${one}${step}`,
  '/several': `${one}${script('locales/ta.js')}${script('locales/hi.js')}${step}`,
  '/import-before': `${bundle('locale-first.js')}${step}`,
  '/import-after': `${bundle('element-first.js')}${step}`,
  '/own-language': `${one}<script nonce="page" type="module">import { registerLocale } from '/locale.js'; registerLocale('fr', { titlePlain: 'Code de votre banque' });</script><plural-otp session="sealed" lang="fr"></plural-otp>`,
  '/mixed': `${bundle('element-alone.js')}${script('locales/hi.js')}${step}`,
};
/** Shops' own bundles, which take both from the package. */
const [element, words] = ["import '@plural-otp/element';", "import '@plural-otp/element/locales/hi.js';"];
const bundles: Record<string, string> = {
  '/locale-first.js': words + element,
  '/element-first.js': element + words,
  '/element-alone.js': element,
};
const view = { phase: 'awaitingOtp', next: ['submit', 'resend'], revision: 2, reference: 'NL7K-42QX-0001' };
let server: Server;
let browser: Browser;

function bodyOf(path: string): [type: string, body: string | Buffer] | undefined {
  if (bodies[path]) return ['text/html', `<!doctype html><meta charset="utf-8"><title>Pay</title>${bodies[path]}`];
  if (path.startsWith('/plural/')) return ['application/json', JSON.stringify(view)];
  if (bundles[path]) return ['text/javascript', bundles[path]];
  return integrity[path.slice(1)] ? ['text/javascript', readFileSync(new URL(`.${path}`, dist))] : undefined;
}

beforeAll(async () => {
  for (const [name, contents] of Object.entries(bundles)) {
    const stdin = { contents, resolveDir: fileURLToPath(new URL('../../../..', import.meta.url)) };
    const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', write: false });
    bundles[name] = outputFiles[0]?.text ?? '';
  }
  server = createServer(({ url = '' }, response) => {
    const [type, body] = bodyOf(url) ?? ['text/plain', 'Not here'];
    response.writeHead(body === 'Not here' ? 404 : 200, { 'content-security-policy': policy, 'content-type': type });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await puppeteer.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
});
afterAll(async () => {
  await browser?.close();
  server.close();
});

/** A page of the server: what its console was told, and the paths that it alone requested. */
interface Visit {
  page: Page;
  told: string[];
  requests: string[];
}

async function open(path: string): Promise<Visit> {
  const page = await browser.newPage();
  const told: string[] = [];
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  page.on('console', (message) => told.push(message.text()));
  page.on('pageerror', (error) => told.push(String(error)));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  await page.waitForSelector('plural-otp > input');
  return { page, told, requests };
}

const labelOf = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction((wanted) => document.querySelector('plural-otp label')?.textContent === wanted, {}, text);
const isOurs = (text: string): boolean => !/favicon|404/.test(text);

test.each(['/before', '/after', '/several', '/import-before', '/import-after', '/mixed'])(
  'a locale file works next to the single file and next to the import, in any order: %s',
  async (path) => {
    const { page, told } = await open(path);
    await labelOf(page, hi.titlePlain);
    expect(told.filter(isOurs)).toEqual([]);
    await page.close();
  },
);

test('locale.js registers a language of the page’s own by script tag, without a bundler', async () => {
  const { page, told } = await open('/own-language');
  await labelOf(page, 'Code de votre banque');
  expect(told.filter(isOurs)).toEqual([]);
  await page.close();
});

test('a locale file whose hash does not match does not run: the step warns, and works in English', async () => {
  const { page, told } = await open('/changed');
  await labelOf(page, english.titlePlain);
  await expect.poll(() => told.some((text) => text.includes('load locales/hi.js'))).toBe(true);
  expect(told.some((text) => /integrity/i.test(text))).toBe(true);
  await page.close();
});

test('the step itself never requests a locale file, even a missing one', async () => {
  const { page, told, requests } = await open('/none');
  await expect.poll(() => told.some((text) => text.includes('load locales/hi.js'))).toBe(true);
  await expect.poll(() => requests).toContain('/plural/payment');
  const asked = new Set(requests.filter((path) => path !== '/favicon.ico'));
  expect([...asked].toSorted()).toEqual(['/none', '/plural-otp.min.js', '/plural/payment']);
  await page.close();
});

test('a locale that loads while a code is half typed changes the messages and nothing else', async () => {
  const { page } = await open('/none');
  await page.type('plural-otp > input', '4829');
  await page.evaluate(
    (source, hash) => {
      const node = document.createElement('script');
      Object.assign(node, { type: 'module', integrity: hash, nonce: 'page' });
      const { trustedTypes } = globalThis as unknown as {
        trustedTypes: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } };
      };
      node.src = trustedTypes
        .createPolicy('lit-html', { createScriptURL: (url: string) => url })
        .createScriptURL(source);
      document.querySelector('plural-otp')?.setAttribute('lang', 'ta');
      document.head.append(node);
    },
    '/locales/ta.js',
    integrity['locales/ta.js'] ?? '',
  );
  await labelOf(page, ta.titlePlain);
  await page.keyboard.type('13');
  expect(await page.$eval('plural-otp > input', (input) => [input.value, document.activeElement === input])).toEqual([
    '482913',
    true,
  ]);
  await page.close();
});

test('every file of dist/locales is one of the languages, with its types', () => {
  const names = readdirSync(new URL('locales/', dist)).filter((name) => /\.(?:js|d\.ts)$/.test(name));
  const expected = Object.keys(locales).flatMap((tag) => [`${tag}.d.ts`, `${tag}.js`]);
  expect(names.toSorted()).toEqual(expected.toSorted());
});
