import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createCustomer } from './support/customer.ts';
import { freePort, type RunningProcess, scripts, start } from './support/processes.ts';
import { eventually } from './support/eventually.ts';
import { startBrowser } from './support/running-shop.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-merchant-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts the demo command on free ports; it is killed when its test ends. */
async function startDemo(
  settings: (port: number) => Record<string, string> = () => ({}),
): Promise<RunningProcess & { readonly sandboxOrigin: string }> {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const demo = await start(scripts.demo, {
    port,
    ready: 'Press Ctrl+C',
    env: {
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      DEMO_DATA: join(folder, String(port)),
      ...settings(port),
    },
  });
  onTestFinished(() => demo.kill());
  return { ...demo, sandboxOrigin: `http://127.0.0.1:${sandboxPort}` };
}

const isListening = (origin: string): Promise<boolean> =>
  fetch(origin).then(
    () => true,
    () => false,
  );

test('the demo command starts the sandbox and the shop, prints their addresses, and stops both', async () => {
  const demo = await startDemo();
  expect((await fetch(demo.origin)).status).toBe(200);
  expect((await fetch(`${demo.sandboxOrigin}/sandbox/scenarios`)).status).toBe(200);
  expect(demo.output()).toContain(`Shop: ${demo.origin}/`);
  expect(demo.output()).toContain(`Sandbox: ${demo.sandboxOrigin}/`);
  await demo.stop();
  expect([await isListening(demo.origin), await isListening(demo.sandboxOrigin)]).toEqual([false, false]);
});

test('a demo that is killed leaves neither the sandbox nor the shop behind', async () => {
  const demo = await startDemo();
  await demo.kill();
  const stillListening = async (): Promise<string[]> => {
    const origins = [demo.origin, demo.sandboxOrigin];
    const listening = await Promise.all(origins.map(isListening));
    return origins.filter((_, index) => listening[index]);
  };
  await eventually('both ports are free', async () => (await stillListening()).length === 0);
  expect(await stillListening()).toEqual([]);
});

test('behind a proxy the shop still reaches the sandbox, and the address given by SHOP_ORIGIN is the one printed', async () => {
  const proxied: string[] = [];
  const proxy = createServer((request, response) => {
    proxied.push(request.url ?? '');
    response.writeHead(502).end();
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => void proxy.close());
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const demo = await startDemo((port) => ({
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: proxyUrl,
    SHOP_ORIGIN: `http://localhost:${port}`,
  }));
  const shopOrigin = demo.origin.replace('127.0.0.1', 'localhost');
  expect(demo.output()).toContain(`Shop: ${shopOrigin}/`);
  expect(demo.output()).not.toContain(`Shop: ${demo.origin}/`);

  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  const customer = createCustomer(await browser.newPage(), shopOrigin);
  await customer.order();
  await customer.pay('pays');
  await customer.enterCode('123456');
  expect(await customer.waitForReceipt()).toContain('Payment received');
  expect(proxied).toEqual([]);
});
