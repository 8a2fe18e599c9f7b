/** Installs the packed packages into empty folders by each package manager, and uses them there. */

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { environmentOf } from './recipes/followed.ts';
import { root } from './support/examples.ts';
import { folders, startRegistry, type Registry } from './support/registry.ts';

const run = promisify(execFile);
let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
}, 120_000);
afterAll(() => registry.close());

/** Packages that are imported or run in a shop. */
const packages = Object.keys(folders).filter((name) => name !== 'create-plural-otp');

/** Command lines of a package manager. */
interface CommandLines {
  /** Adds packages. */
  readonly add: readonly string[];
  /** Runs a file. */
  readonly node: readonly string[];
  /** Runs a command of a package. */
  readonly exec: readonly string[];
  /** Makes a shop. That of npm is tested with every platform. */
  readonly create?: readonly string[];
}

const managers: Readonly<Record<string, CommandLines>> = {
  npm: { add: ['npm', 'install'], node: ['node'], exec: ['npx', '--no-install'] },
  pnpm: { add: ['pnpm', 'add'], node: ['node'], exec: ['pnpm', 'exec'], create: ['pnpm', 'create', 'plural-otp'] },
  // By default it writes no node_modules: a package that imports what it does not list is refused.
  yarn: {
    add: ['yarn', 'add'],
    node: ['yarn', 'node'],
    exec: ['yarn', 'exec'],
    create: ['yarn', 'create', 'plural-otp'],
  },
  bun: { add: ['bun', 'add'], node: ['bun'], exec: ['bunx', '--no-install'], create: ['bun', 'create', 'plural-otp'] },
};

/** The platform that needs the fewest packages. */
const options = ['--platform', 'python', '--yes'];

/** Takes a payment with the installed packages alone. */
const program = `
import { createPlural } from '@plural-otp/core';
import { createOtpHandler, memoryStore } from '@plural-otp/edge';
import { createSandbox, credentials } from '@plural-otp/sandbox';
import { createOtpFlow, fetchTransport } from '@plural-otp/flow';
import { PluralOtpElement } from '@plural-otp/element/class';
import { createInsight } from '@plural-otp/insight';
import { examineShop } from '@plural-otp/doctor';
for (const imported of [createOtpFlow, fetchTransport, createInsight, examineShop, PluralOtpElement])
  if (typeof imported !== 'function') throw new Error('Something was not imported.');
const sandbox = createSandbox();
const { clientId, clientSecret, returnSecretKey, webhookSecret } = credentials;
const plural = createPlural({ environment: { baseUrl: 'http://127.0.0.1:3001' }, clientId, clientSecret, fetch: sandbox.fetch });
const outcomes = [];
const handler = createOtpHandler({
  plural,
  origin: 'https://shop.example',
  store: memoryStore(),
  returnSignature: { secretKey: returnSecretKey },
  webhook: { secret: webhookSecret },
  onVerdict: ({ outcome }) => void outcomes.push(outcome),
});
const amount = { value: 100, currency: 'INR' };
const { order_id: orderId } = await plural.createOrder({ merchant_order_reference: 'A-1', order_amount: amount, callback_url: handler.returnUrl });
const card_details = { name: 'Asha', card_number: '4012001037141112', cvv: '123', expiry_month: '12', expiry_year: '2039' };
const payment = { merchant_payment_reference: 'A-1-1', payment_method: 'CARD', payment_amount: amount, payment_option: { card_details }, device_info: { device_channel: 'browser' } };
const { client: { session } } = await handler.startPayment({ orderId, payment });
const headers = { 'content-type': 'application/json', origin: 'https://shop.example' };
const post = async (route, more) => {
  const body = JSON.stringify({ session, ...more });
  return (await handler.fetch(new Request('https://shop.example/plural/' + route, { method: 'POST', headers, body }))).json();
};
await post('otp/generate', { idempotencyKey: crypto.randomUUID() });
await post('otp/submit', { idempotencyKey: crypto.randomUUID(), otp: '123456' });
const { phase } = await post('payment', {});
console.log(phase, outcomes.join());
`;

/** A new folder of somebody to whom a package manager knows this repository's packages. */
function createWorkplace(manager: string) {
  const home = mkdtempSync(join(tmpdir(), `plural-otp-${manager}-`));
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const env = {
    ...environmentOf(registry.origin, home),
    npm_config_registry: registry.origin,
    pnpm_config_registry: registry.origin,
    YARN_NPM_REGISTRY_SERVER: registry.origin,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_ENABLE_TELEMETRY: '0',
    // Yarn reads none of npm's settings.
    ...(registry.certificates !== undefined && { YARN_HTTPS_CA_FILE_PATH: registry.certificates }),
    // In CI it refuses to write a lockfile, and a new folder has none.
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    PATH: [join(root, 'node_modules/.bin'), join(root, 'apps/runtimes/node_modules/.bin'), process.env['PATH']].join(
      delimiter,
    ),
  };
  const type = async (folder: string, [command = '', ...given]: readonly string[]): Promise<string> => {
    try {
      return (await run(command, given, { cwd: folder, env, maxBuffer: 2 ** 26 })).stdout;
    } catch (error) {
      // Yarn writes its errors to the other stream.
      const { stdout = '' } = error as { stdout?: string };
      throw new Error(`${command} failed: ${stdout}`, { cause: error });
    }
  };
  return { home, type };
}

for (const [manager, { add, node, exec, create }] of Object.entries(managers)) {
  test(`${manager} installs the packed packages into an empty folder, where they take a payment`, async () => {
    const { home, type } = createWorkplace(manager);
    const folder = join(home, 'shop');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }');
    writeFileSync(join(folder, 'pay.mjs'), program);
    await type(folder, [...add, ...packages]);
    expect(await type(folder, [...node, 'pay.mjs'])).toBe('authorized paid\n');
    expect(await type(folder, [...exec, 'plural-otp', '--help'])).toContain('Usage: plural-otp doctor');
    expect(await type(folder, [...exec, 'plural-sandbox', '--help'])).toContain('plural-sandbox');
  });

  if (create === undefined) continue;
  test(`${manager} create makes a shop that is installed by ${manager}, with the element’s files in place`, async () => {
    const { home, type } = createWorkplace(manager);
    const printed = await type(home, [...create, 'shop', ...options]);
    expect(printed).toContain(`${manager} install`);
    expect(printed).toContain('✓ settings');
    expect(existsSync(join(home, 'shop/public/plural-otp.min.js'))).toBe(true);
  });
}
