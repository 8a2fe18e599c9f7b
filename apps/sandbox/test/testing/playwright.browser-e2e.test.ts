import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createSandbox } from '../../src/index.ts';
import { listen } from '../../src/listen.ts';
import { Merchant } from '../support/merchant.ts';

const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
const specs = new URL('../playwright', import.meta.url).pathname;
const page = readFileSync(new URL('../../../../docs/sandbox.md', import.meta.url), 'utf8');

/** Starts a shop with one page, which leads to the bank's. */
async function startShop(sandboxOrigin: string): Promise<Server> {
  const merchant = await new Merchant((request) => fetch(request), sandboxOrigin).signIn();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop.localhost');
    if (pathname !== '/checkout') {
      response.end('Thank you');
      return;
    }
    const { port } = server.address() as AddressInfo;
    void merchant
      .start('pays', {
        merchant_order_reference: searchParams.get('order'),
        callback_url: `http://127.0.0.1:${port}/thanks`,
      })
      .then(({ challengeUrl }) => response.writeHead(303, { location: challengeUrl }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

test.skipIf(!existsSync(chromium))(
  "Playwright's runner drives the bank's page with the fixtures, and the example of docs/sandbox.md as printed",
  async () => {
    const output = await mkdtemp(join(tmpdir(), 'plural-playwright-'));
    const [, example = ''] = /<!-- playwright -->\n\n```ts\n(.*?)^```/ms.exec(page) ?? [];
    const documented = join(specs, 'documented.spec.ts');
    const sandbox = createSandbox();
    const server = await listen(sandbox, 0);
    const shop = await startShop(server.origin);
    try {
      await writeFile(documented, example);
      const { port } = shop.address() as AddressInfo;
      const { stdout } = await promisify(execFile)(process.execPath, [cli, 'test', '--reporter=line'], {
        cwd: specs,
        env: {
          ...process.env,
          SANDBOX_ORIGIN: server.origin,
          SHOP_ORIGIN: `http://127.0.0.1:${port}`,
          PLAYWRIGHT_OUTPUT: output,
          CI: '1',
        },
      });
      expect(stdout).toContain('3 passed');
    } finally {
      shop.close();
      await server.close();
      await rm(documented, { force: true });
      await rm(output, { recursive: true });
    }
    expect([...sandbox.state.namespaces.keys()].sort()).toEqual(['cancels-a-payment', 'confirms-a-payment']);
  },
  180_000,
);
