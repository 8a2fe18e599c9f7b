import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { toNodeListener } from '@plural-otp/edge/node';
import type { CaseResult } from '../../suite/run.ts';
import { cardPayment, createFixtures } from '../../suite/fixtures.ts';
import type { Runtime } from './runtimes.ts';

const bundle = fileURLToPath(new URL('../../dist/browser.js', import.meta.url));
const limitMs = 60_000;

/** Every browser the suite runs in. They need no driver: the page itself tells its server what became of each case. */
export const browsers: Record<string, Runtime> = {
  Chromium: inBrowser(['CHROMIUM_PATH', '/usr/bin/chromium'], (profile, page) => [
    ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
    ['--disable-background-networking', '--disable-component-update', `--user-data-dir=${profile}`, page],
  ]),
  Firefox: inBrowser(['FIREFOX_PATH', '/usr/bin/firefox-esr'], (profile, page) => [
    ['--headless', '--no-remote', '--profile', profile, page],
  ]),
  WebKit: inBrowser(
    ['WEBKIT_BROWSER_PATH', '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'],
    (_profile, page) => [['--private', page]],
    ['XVFB_PATH', '/usr/bin/Xvfb'],
  ),
};

type Place = readonly [env: string, usual: string];

/** @param display the X server of a browser that has no headless mode */
function inBrowser(place: Place, args: (profile: string, page: string) => string[][], display?: Place): Runtime {
  const program = found(place);
  const screen = display === undefined ? undefined : found(display);
  return {
    absent: [program, ...(display === undefined ? [] : [screen])].includes(undefined),
    run: async () => {
      const profile = await mkdtemp(join(tmpdir(), 'plural-otp-browser-'));
      const started: ChildProcess[] = [];
      const shop = await openShop();
      try {
        const env = { ...process.env, HOME: profile, NO_AT_BRIDGE: '1' };
        if (screen !== undefined) {
          const server = spawn(screen, ['-displayfd', '3', '-nolisten', 'tcp'], {
            stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
          });
          started.push(server);
          const [number] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer];
          Object.assign(env, { DISPLAY: `:${String(number).trim()}` });
        }
        const browser = spawn(program ?? '', args(profile, `${shop.origin}/`).flat(), { stdio: 'ignore', env });
        started.push(browser);
        return await Promise.race([shop.results, endOf(browser)]);
      } finally {
        // Last started, first ended: a browser must not outlive its screen.
        for (const child of started.reverse()) {
          if (child.exitCode !== null || !child.kill()) continue;
          await once(child, 'exit');
        }
        await shop.close();
        await rm(profile, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

function found([env, usual]: Place): string | undefined {
  return [process.env[env], usual].find((path) => path !== undefined && path !== '' && existsSync(path));
}

async function endOf(browser: ChildProcess): Promise<never> {
  const ended = once(browser, 'exit', { signal: AbortSignal.timeout(limitMs) });
  const [code] = await ended.catch(() => {
    throw new Error(`the page told nothing within ${limitMs} ms`);
  });
  throw new Error(`the browser ended with ${String(code)} before the page told its results`);
}

interface Shop {
  origin: string;
  results: Promise<CaseResult[]>;
  close(): Promise<void>;
}

/** A shop on loopback: its page runs the suite, its server is the handler. */
async function openShop(): Promise<Shop> {
  let tell: (results: CaseResult[]) => void;
  const results = new Promise<CaseResult[]>((resolve) => {
    tell = resolve;
  });
  const script = await readFile(bundle);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shop = createFixtures(origin);
  const plural = toNodeListener(shop.handler);
  const answers: Record<string, (request: IncomingMessage) => Promise<[type: string, body: string | Buffer]>> = {
    '/': async () => ['text/html', '<!doctype html><title>Suite</title><script type="module" src="/page.js"></script>'],
    '/page.js': async () => ['text/javascript', script],
    '/start': async () => {
      const orderId = await shop.createOrder();
      const payment = { ...cardPayment, merchant_payment_reference: `for-${orderId}` };
      const { client } = await shop.handler.startPayment({ orderId, payment });
      return ['application/json', JSON.stringify({ session: client.session })];
    },
    '/results': async (request) => {
      tell(JSON.parse(await text(request)) as CaseResult[]);
      return ['text/plain', ''];
    },
  };
  server.on('request', (request: IncomingMessage, response) => {
    const path = request.url ?? '/';
    if (path.startsWith('/plural/')) return plural(request, response);
    if (path.startsWith('/elsewhere/')) return response.writeHead(307, { location: '/plural/otp/submit' }).end();
    const answer = answers[path];
    if (answer === undefined) return response.writeHead(404).end();
    return void answer(request).then(
      ([type, body]) => response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  return {
    origin,
    results,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
