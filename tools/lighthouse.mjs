/**
 * Measures the pages of the demo and of the site with Lighthouse on an emulated phone, and ends with 1 when a category
 * of a page is below its bound. A busy machine lowers a score and nothing raises it: the best of up to three runs
 * counts. Lighthouse is fetched by npx, because nothing else needs it. Needs the built packages, and for the pages of
 * the site `npm run site`. Usage: node tools/lighthouse.mjs [PAGE …]
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fillWithCrowd } from '../apps/demo-merchant/src/runtimes/crowd.ts';
import { demoPassword } from '../apps/demo-merchant/src/settings.ts';
import { freePort } from '../apps/demo-merchant/test/support/processes.ts';
import { serveFolder } from '../apps/site/test/support/serve-folder.ts';
import { root } from './run.mjs';

const version = '13.5.0';
const maxRuns = 3;
const minScores = { performance: 95, accessibility: 95, 'best-practices': 95, seo: 95 };
const [shopPort, sandboxPort] = [await freePort(), await freePort()];
const [shop, sandbox] = [`http://127.0.0.1:${shopPort}`, `http://127.0.0.1:${sandboxPort}`];
const siteFolder = join(root, 'apps/site/dist');

const pages = {
  shop: { url: `${shop}/` },
  tea: { url: `${shop}/teas/shola-oolong` },
  checkout: { url: `${shop}/checkout`, cookie: () => placeOrder(false) },
  step: { url: `${shop}/checkout`, cookie: () => placeOrder(true) },
  login: { url: `${shop}/merchant/login` },
  merchant: { url: `${shop}/merchant`, cookie: logIn },
  'merchant-order': { url: `${shop}/merchant`, cookie: logIn, link: /href="(\/merchant\/orders\/NL-\w+)"/ },
  // Its page asks search engines to stay away, which costs nearly all points of that category.
  insight: { url: `${shop}/merchant/insight`, cookie: logIn, bounds: { ...minScores, seo: 0 } },
  sandbox: { url: `${sandbox}/sandbox/` },
  timeline: { url: `${sandbox}/sandbox/`, link: /href="(\/sandbox\/\?[^"]*order=[^"]+)"/ },
  playground: { url: `${shop}/playground` },
  // It runs the kit and the sandbox in the page, which is many times the script of any other page.
  site: { path: '', bounds: { ...minScores, performance: 90 } },
  documentation: { path: 'start/quickstart/' },
};
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(pages, name));
if (unknown.length > 0) {
  console.error(`Unknown page ${unknown.join(', ')}; use some of ${Object.keys(pages).join(', ')}.`);
  process.exit(1);
}
const wanted = Object.entries(pages).filter(([name]) => chosen.length === 0 || chosen.includes(name));
const needsSite = wanted.some(([, { path }]) => path !== undefined);
if (needsSite && !existsSync(join(siteFolder, 'index.html'))) {
  console.error('The site is not built; run npm run site first.');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'lighthouse-'));
const site = needsSite ? await serveFolder(siteFolder, '/') : undefined;
const demo = await startDemo();
let isLow = false;
try {
  for (const [name, page] of wanted) {
    const cookie = await page.cookie?.();
    const start = page.url ?? `${site.url}${page.path}`;
    const url = page.link === undefined ? start : await findLink(start, page.link, cookie);
    const { scores, audits } = await measureBest(url, cookie, page.bounds ?? minScores);
    console.log(
      `${name.padEnd(15)} ${Object.entries(scores)
        .map((score) => score.join(' '))
        .join(', ')}`,
    );
    isLow ||= !isReached(scores, page.bounds ?? minScores);
    for (const audit of audits) console.log(`                ${audit}`);
  }
} finally {
  demo.kill('SIGTERM');
  if (demo.exitCode === null) await once(demo, 'exit');
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = isLow ? 1 : 0;

/** Starts the shop and the sandbox with the orders of a crowd, because an empty page is a fast page. */
async function startDemo() {
  const data = join(folder, 'shop.sqlite');
  const variables = {
    PLURAL_BASE_URL: sandbox,
    PLURAL_CLIENT_ID: 'sandbox-client',
    PLURAL_CLIENT_SECRET: 'sandbox-secret',
    PLURAL_RETURN_SECRET_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    PLURAL_WEBHOOK_SECRET: 'abc1234',
    PORT: String(shopPort),
  };
  await fillWithCrowd({ data, stateFile: `${data}.sandbox.json`, variables, seed: 7, count: 200 });
  const child = spawn(process.execPath, [join(root, 'apps/demo-merchant/src/demo.ts')], {
    env: { ...process.env, PORT: String(shopPort), SANDBOX_PORT: String(sandboxPort), DEMO_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => String(text).includes('Press Ctrl+C') && resolve());
    child.once('exit', () => reject(new Error('The demo did not start; run npm run build first.')));
  });
  return child;
}

/** Returns the best score of each category in at most {@link maxRuns} runs, and what the last run found. */
async function measureBest(url, cookie, bounds) {
  const scores = {};
  let audits = [];
  for (let count = 0; count < maxRuns && (count === 0 || !isReached(scores, bounds)); count += 1) {
    const result = await measure(url, cookie);
    for (const category of Object.keys(bounds)) {
      const score = Math.round(result.categories[category].score * 100);
      scores[category] = Math.max(scores[category] ?? 0, score);
    }
    audits = listAudits(result);
  }
  return { scores, audits };
}

function isReached(scores, bounds) {
  return Object.entries(bounds).every(([category, min]) => scores[category] >= min);
}

async function measure(url, cookie) {
  const report = join(folder, 'report.json');
  const flags = ['--quiet', '--output=json', `--output-path=${report}`, '--chrome-flags=--headless --no-sandbox'];
  if (cookie !== undefined) flags.push(`--extra-headers=${JSON.stringify({ cookie })}`);
  await promisify(execFile)('npx', ['--yes', `lighthouse@${version}`, url, ...flags], {
    env: { ...process.env, CHROME_PATH: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium' },
  });
  const result = JSON.parse(readFileSync(report, 'utf8'));
  if (result.runtimeError) throw new Error(`Lighthouse could not measure ${url}: ${result.runtimeError.message}`);
  return result;
}

/** Returns the audits that cost points, and the figures of the load. */
function listAudits({ categories, audits }) {
  const counted = Object.values(categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
  const low = counted.map(({ id }) => audits[id]).filter(({ score }) => score !== null && score < 0.9);
  const figures = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'total-byte-weight'];
  return [
    figures.map((id) => audits[id]?.displayValue).join(' · '),
    ...low.map(({ id, title, displayValue = '' }) => `${id}: ${title} ${displayValue}`),
  ];
}

async function post(path, body, cookie = '') {
  const response = await fetch(`${shop}${path}`, {
    method: 'POST',
    headers: { origin: shop, cookie },
    body: new URLSearchParams(body),
    redirect: 'manual',
  });
  if (response.status !== 303) throw new Error(`${path} answered ${response.status}`);
  return response;
}

function toCookie(response) {
  return response.headers.get('set-cookie').split(';')[0];
}

/** Places an order, and starts its payment if asked to. Returns the session's cookie. */
async function placeOrder(isStarted) {
  const basket = await post('/basket', { tea: 'winter-frost', quantity: '1' });
  const cookie = toCookie(basket);
  const order = new URL(basket.headers.get('location'), shop).searchParams.get('order');
  if (isStarted) await post('/checkout/pay', { order, attempt: '1', card: 'pays' }, cookie);
  return cookie;
}

/** Logs in as the merchant. Returns the cookie of the login. */
async function logIn() {
  return toCookie(await post('/merchant/login', { password: demoPassword }));
}

/** Returns the address of the first link on a page that matches. */
async function findLink(url, pattern, cookie = '') {
  const text = await (await fetch(url, { headers: { cookie } })).text();
  const [, path] = pattern.exec(text) ?? [];
  if (path === undefined) throw new Error(`${url} has no link that matches ${pattern}`);
  return new URL(path.replaceAll('&amp;', '&'), url).href;
}
