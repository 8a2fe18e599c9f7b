/** Parses the container files and starts the sandbox with their options; no container engine is needed. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlural } from '@plural-otp/core';
import { memoryStore } from '@plural-otp/edge';
import { createSandbox, credentials } from '@plural-otp/sandbox';
import { listen } from '@plural-otp/sandbox/listen';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../../packages/edge/test/support/databases.ts';
import { examples, isMissing, type Language } from '../conformance/example-backends.ts';
import { root } from '../support/examples.ts';
import { createShop, shopEnv } from '../../recipes/shop.ts';
import { openNetwork } from './container-network.ts';
import { Customer, waitOptions } from './customer.ts';
import { recipePath } from './runs.ts';

interface Service {
  build: string | { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  ports: string[];
  depends_on?: Record<string, { condition: string }>;
}
const read = (name: string): string => readFileSync(join(root, 'docs/recipes/compose', name), 'utf8');

const { services } = parse(read('compose.yaml'), { strict: true }) as { services: Record<string, Service> };
const { sandbox, shop } = services;
const [, entrypoint = '[]'] = /^ENTRYPOINT (.*)$/m.exec(read('Containerfile')) ?? [];
const [program, ...fixedOptions] = JSON.parse(entrypoint) as string[];

test('compose.yaml has the sandbox and a shop, published to this machine alone', () => {
  expect(Object.keys(services)).toEqual(['sandbox', 'shop']);
  for (const { ports } of Object.values(services)) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  }
  expect(sandbox?.build).toEqual({ context: '.', dockerfile: 'Containerfile' });
  expect(shop?.depends_on).toEqual({ sandbox: { condition: 'service_healthy' } });
});

test('the shop has the sandbox’s credentials, and reaches it by the name that the container allows', () => {
  const { PLURAL_ENVIRONMENT: baseUrl = '', ...environment } = shop?.environment ?? {};
  expect(Object.values(environment)).toEqual(
    expect.arrayContaining([
      credentials.clientId,
      credentials.clientSecret,
      credentials.returnSecretKey,
      credentials.webhookSecret,
    ]),
  );
  const insecureHost = fixedOptions[fixedOptions.indexOf('--allow-host') + 1];
  expect(new URL(baseUrl).hostname).toBe(insecureHost);
  expect(createPlural({ environment: { baseUrl, insecureHost }, clientId: 'a', clientSecret: 'b' }).baseUrl).toBe(
    baseUrl,
  );
});

test('a shop of the recipes allows http to no other host, and none without PLURAL_SANDBOX_ORIGIN', () => {
  const create = (change: object = {}): unknown =>
    createShop(shopEnv({ ...shop?.environment, ...change }), memoryStore(), {
      save: async () => undefined,
      listOutcomes: async () => [],
    });
  expect(create()).toHaveProperty('pay');
  expect(create({ PLURAL_ENVIRONMENT: 'uat' })).toHaveProperty('pay');
  for (const origin of [undefined, ''])
    expect(() => create({ PLURAL_SANDBOX_ORIGIN: origin })).toThrow('http only on a loopback host');
  expect(() => create({ PLURAL_ENVIRONMENT: 'http://api.pluralpay.in' })).toThrow('http only on a loopback host');
});

test('the sandbox starts with the options of both files, and answers to its name in the network', async () => {
  expect(program).toBe('plural-sandbox');
  const { bin } = JSON.parse(readFileSync(join(root, 'apps/sandbox/package.json'), 'utf8')) as { bin: object };
  expect(bin).toHaveProperty(program ?? '');
  // On loopback and a free port, in place of the container's own.
  const options = [...fixedOptions, ...(sandbox?.command ?? [])].map((option, index, all) => {
    if (all[index - 1] === '--port') return '0';
    return all[index - 1] === '--host' ? '127.0.0.1' : option;
  });
  const child = spawn(process.execPath, [join(root, 'apps/sandbox/dist/main.js'), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, origin] = /^Listening on (.*)$/.exec(line) ?? [];
      if (origin === undefined) continue;
      expect((await fetch(`${origin}/sandbox/health`)).status).toBe(200);
      return;
    }
    throw new Error('the sandbox ended');
  } finally {
    child.kill();
  }
});

/** An address of this machine that a server on 127.0.0.1 alone does not have. */
const otherAddress =
  Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.2';

/** Starts a shop with the environment of compose.yaml in a folder of its own, next to a sandbox with its options. */
async function startShop(
  program: string,
  args: readonly string[],
  { copies = [], hasNames = true }: { copies?: readonly string[]; hasNames?: boolean } = {},
) {
  const optionOf = (name: string): string => sandbox?.command?.[sandbox.command.indexOf(name) + 1] ?? '';
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const emulator = createSandbox({
    origin: optionOf('--origin'),
    webhookUrl: optionOf('--webhook-url'),
    fetch: async (request) => fetch(request.url.replace('http://shop:3000', address), request),
  });
  const bank = await listen(emulator, 0, { allowedHosts: ['sandbox'] });
  const network = await openNetwork(new Map([['sandbox:3001', Number(new URL(bank.origin).port)]]));
  const cwd = mkdtempSync(join(tmpdir(), 'plural-otp-compose-'));
  for (const copy of copies) cpSync(join(root, copy), join(cwd, copy.split('/').at(-1) ?? ''), { recursive: true });
  const child = spawn(program, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PYTHONDONTWRITEBYTECODE: '1',
      ...shop?.environment,
      ...(hasNames ? network.env : { PLURAL_ENVIRONMENT: bank.origin }),
      PORT: String(port),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  onTestFinished(async () => {
    if (child.pid !== undefined && child.exitCode === null) {
      const exited = once(child, 'exit');
      process.kill(-child.pid, 'SIGTERM');
      await exited;
    }
    network.close();
    await bank.close();
    rmSync(cwd, { recursive: true, force: true, maxRetries: 5 });
  });
  await vi.waitFor(async () => {
    if (child.exitCode === null) await fetch(address);
  }, waitOptions);
  if (child.exitCode !== null) throw new Error(`the shop ended: ${output}`);
  return { emulator, port, customer: new Customer(shop?.environment?.['SHOP_ORIGIN'] ?? '', { address }) };
}

async function payOnPage(customer: Customer): Promise<void> {
  expect(await customer.pay()).toMatchObject({ status: 200 });
  expect((await customer.performAction('otp/generate')).body.phase).toBe('awaitingOtp');
  await customer.performAction('otp/submit', { otp: '123456' });
  await customer.waitForPhase('authorized');
}

test('a shop of the recipes takes a payment with exactly that environment, and offers the bank’s page', async () => {
  const { emulator, customer } = await startShop(process.execPath, [recipePath('express/server.ts')]);
  await payOnPage(customer);
  await vi.waitFor(() => {
    const delivered = emulator.find('webhooks', { eventType: 'ORDER_PROCESSED' });
    expect(delivered.map(({ state }) => state)).toEqual(['delivered']);
  }, waitOptions);
  await customer.waitUntilToldPaid();
  expect((await customer.getReceipt()).body).toEqual({ phase: 'authorized', outcomes: ['paid'] });
  await customer.pay({ order: crypto.randomUUID() });
  expect(customer.view.challengeUrl).toMatch(/^http:\/\/localhost:3001\//);
});

for (const [language, file] of [
  ['python', 'python/shop.py'],
  ['php', 'php/shop.php'],
] satisfies [Language, string][])
  test.skipIf(isMissing(language))(`the ${language} shop takes a payment with it, from any interface`, async () => {
    const copies = [`docs/examples/${language}-backend`, `docs/recipes/${language}`, 'docs/recipes/public'];
    // It sends to no proxy, so that it cannot resolve the sandbox's name here.
    const { customer, port } = await startShop(examples[language].program, [file], { copies, hasNames: false });
    await payOnPage(customer);
    expect((await fetch(`http://${otherAddress}:${port}/`)).status).toBe(200);
  });
